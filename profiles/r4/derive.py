"""Derives the facts of R4 core from its FHIR package: python -m profiles.r4.derive PACKAGE.tgz

Takes what machines need (paths, order, types, cardinalities, bindings with their codes, invariant expressions) and none
of the prose. The same package gives the same bytes. Source: hl7.fhir.r4.core 4.0.1 (HL7, CC0).
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

OUT = Path(__file__).with_name("facts.json.gz")
_EXTENSION = "http://hl7.org/fhir/StructureDefinition/"
_KINDS = {"resource": "resource", "complex-type": "complex", "primitive-type": "primitive"}
_EVERYWHERE = ("ele-1", "ext-1")
"""Repeated on every element; ele-1 is a structural check, ext-1 is kept on Extension alone."""


def derive(package: Path) -> Json:
    """The facts of a core package: {"version", "types", "codes", "rules", "primitives"}."""
    resources = list(_resources(package))
    types: Json = {}
    rules: Json = {}
    primitives: Json = {}
    for definition in _definitions(resources):
        if definition["kind"] == "primitive-type":
            primitives[definition["type"]] = _primitive(definition)
        else:
            types |= _types(definition, rules)
    return {
        "version": "4.0.1",
        "types": types,
        "primitives": primitives,
        "rules": rules,
        "codes": _codes(resources, _required(types)),
    }


def _resources(package: Path) -> Iterator[Json]:
    with tarfile.open(package) as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            if member.isfile() and name.startswith(("StructureDefinition-", "ValueSet-", "CodeSystem-")):
                content = archive.extractfile(member)
                if content is not None:
                    yield json.load(content)


def _definitions(resources: Iterable[Json]) -> list[Json]:
    """Definitions of types, not of profiles or logical models, by name."""
    found = [
        resource
        for resource in resources
        if resource["resourceType"] == "StructureDefinition"
        and resource["kind"] in _KINDS
        and resource.get("derivation") != "constraint"
    ]
    return sorted(found, key=lambda resource: str(resource["type"]))


def _primitive(definition: Json) -> Json:
    """Base type and the pattern of a primitive's text."""
    value = next(e for e in definition["snapshot"]["element"] if e["path"].endswith(".value"))
    return {"base": _name(definition.get("baseDefinition", "")), "regex": _extension(value["type"][0], "regex")}


def _types(definition: Json, rules: Json) -> Json:
    """The type itself and one entry for each element that has elements of its own ("Patient.contact")."""
    elements = definition["snapshot"]["element"]
    parents = {element["path"].rpartition(".")[0] for element in elements}
    types: Json = {}
    for element in elements:
        path = element["path"]
        if path == definition["type"]:
            types[path] = _head(definition) | {"rules": _rules(element, rules), "elements": []}
            continue
        fact = _element(element, path in parents, rules)
        if definition["kind"] == "resource" and path == f"{definition['type']}.id":
            # The package calls it a string; the R4 page of Resource says that it is of type id.
            fact["t"] = ["id"]
        types[path.rpartition(".")[0]]["elements"].append(fact)
        if path in parents:
            base = element["type"][0]["code"]
            types[path] = {"kind": "element", "base": base, "rules": _rules(element, rules), "elements": []}
    return types


def _head(definition: Json) -> Json:
    head = {"kind": _KINDS[definition["kind"]], "base": _name(definition.get("baseDefinition", ""))}
    return head | {"abstract": True} if definition["abstract"] else head


def _element(element: Json, has_elements: bool, rules: Json) -> Json:
    """One element: n(ame), min, max, t(ypes), and where present b(inding), r(ules), a(ttribute)."""
    path = element["path"]
    fact: Json = {"n": path.rpartition(".")[2], "min": element["min"], "max": element["max"]}
    if has_elements:
        fact["t"] = [path]
    elif "contentReference" in element:
        fact["t"] = [element["contentReference"].removeprefix("#")]
    else:
        fact["t"] = [_type(entry) for entry in element["type"]]
        fact["r"] = _rules(element, rules)
    if "xmlAttr" in element.get("representation", ()):
        fact["a"] = True
    if element.get("binding", {}).get("valueSet"):
        fact["b"] = [element["binding"]["strength"], element["binding"]["valueSet"].partition("|")[0]]
    return {key: value for key, value in fact.items() if value != []}


def _type(entry: Json) -> Any:
    """A type's name; with what it may refer to, or the profile it must follow: {"code", "targets" | "profiles"}."""
    code = _extension(entry, "structuredefinition-fhir-type") or _name(entry["code"])
    more = {"targets": [_name(url) for url in entry.get("targetProfile", ())], "profiles": entry.get("profile", [])}
    more = {key: value for key, value in more.items() if value}
    return {"code": code, **more} if more else code


def _rules(element: Json, rules: Json) -> list[str]:
    """Keys of an element's invariants; their severity and expression go into rules."""
    keys = []
    for constraint in element.get("constraint", ()):
        key = constraint["key"]
        if "expression" not in constraint or (key in _EVERYWHERE and element["path"] != "Extension"):
            continue
        fact = [constraint["severity"], constraint["expression"]]
        if rules.setdefault(key, fact) != fact:
            key = f"{key}@{element['path']}"
            rules[key] = fact
        keys.append(key)
    return keys


def _required(types: Json) -> list[str]:
    elements = (element for fact in types.values() for element in fact["elements"])
    return sorted({element["b"][1] for element in elements if element.get("b", ("",))[0] == "required"})


def _codes(resources: Iterable[Json], wanted: Iterable[str]) -> Json:
    """Codes by system of each value set wanted; None where the package does not hold them all (UCUM, MIME)."""
    by_url = {resource["url"]: resource for resource in resources if resource["resourceType"] != "StructureDefinition"}
    return {url: _expand(by_url.get(url), by_url) for url in wanted}


def _expand(value_set: Json | None, by_url: Json) -> Json | None:
    if value_set is None or "exclude" in value_set["compose"]:
        return None
    codes: dict[str, list[str]] = {}
    for include in value_set["compose"]["include"]:
        found = _included(include, by_url)
        if found is None:
            return None
        codes.setdefault(include["system"], []).extend(found)
    return {system: sorted(set(found)) for system, found in codes.items()}


def _included(include: Json, by_url: Json) -> list[str] | None:
    if "filter" in include or "valueSet" in include:
        return None
    if "concept" in include:
        return [concept["code"] for concept in include["concept"]]
    system = by_url.get(include["system"])
    complete = system is not None and system.get("content") == "complete"
    return list(_concepts(system.get("concept", ()))) if system is not None and complete else None


def _concepts(concepts: Iterable[Json]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _concepts(concept.get("concept", ()))


def _extension(element: Json, name: str) -> str:
    found = (item for item in element.get("extension", ()) if item["url"] == _EXTENSION + name)
    return next((str(item.get("valueUrl", item.get("valueString", ""))) for item in found), "")


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def main(arguments: list[str]) -> int:
    """Write the facts beside this file; 0, or 2 when called without a package."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    text = json.dumps(derive(Path(arguments[0])), ensure_ascii=False, separators=(",", ":"))
    OUT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
