"""Derives the definitions of R4 core that validation needs: python -m profiles.core.derive PACKAGE.tgz

Structure definitions with their snapshots, value sets, code systems and search parameters: paths, cardinalities, types,
bindings, invariant expressions, codes with displays and properties. None of the prose. The same package gives the same
bytes.
Source: hl7.fhir.r4.core 4.0.1 (HL7, CC0).
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from profiles.package_files import archive_files
from profiles.packages import wanted_file

OUT = Path(__file__).with_name("definitions.ndjson.gz")

_COMMON = ("resourceType", "id", "url", "version", "name", "title", "status", "experimental")
_KEPT: Mapping[str, tuple[str, ...]] = {
    "StructureDefinition": (
        *("fhirVersion", "kind", "abstract", "type", "baseDefinition", "derivation", "context", "contextInvariant"),
        "snapshot",
    ),
    "ValueSet": ("immutable", "compose", "expansion"),
    "CodeSystem": (
        *("caseSensitive", "valueSet", "hierarchyMeaning", "compositional", "content", "supplements", "filter"),
        *("property", "concept"),
    ),
    "SearchParameter": ("derivedFrom", "code", "base", "type", "expression"),
}
_PROSE = frozenset(
    {
        *("text", "description", "definition", "comment", "requirements", "alias", "mapping", "short", "human"),
        *("example", "isModifierReason", "meaningWhenMissing", "orderMeaning", "xpath", "condition", "contact"),
        *("publisher", "copyright", "documentation", "isSummary"),
    }
)
_EXTENSIONS = (
    *("regex", "structuredefinition-fhir-type", "structuredefinition-hierarchy", "elementdefinition-maxValueSet"),
    *("elementdefinition-minValueSet", "structuredefinition-standards-status", "elementdefinition-bestpractice"),
    *("structuredefinition-explicit-type-name", "codesystem-subsumes", "structuredefinition-xml-no-order"),
    *("valueset-supplement", "codesystem-concept-order", "ordinalValue", "itemWeight", "valueset-unclosed"),
)


def derive(package: Path) -> bytes:
    """The compact package, compressed: one JSON text a line, the manifest first, then resources in order of name."""
    found = sorted(archive_files(package, wanted_file))
    manifest = next(orjson.loads(body) for name, body in found if name == "package/package.json")
    lines = [_line({"name": manifest["name"], "version": manifest["version"]})]
    for _, body in found:
        resource = orjson.loads(body)
        kept = _KEPT.get(resource.get("resourceType", ""))
        if kept is not None:
            keys = (*_COMMON, *kept, "extension")
            lines.append(_line(_strip({key: resource[key] for key in keys if key in resource})))
    return gzip.compress(b"\n".join(lines), compresslevel=9, mtime=0)


def _line(value: Any) -> bytes:
    return orjson.dumps(value)


def _strip(value: Any) -> Any:
    """The value without prose, and with those extensions only that validation knows."""
    if isinstance(value, list):
        return [_strip(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _strip(item) for key, item in value.items() if not _is_prose(key, item)}
    if "extension" in kept:
        known = [item for item in kept["extension"] if str(item.get("url")).rpartition("/")[2] in _EXTENSIONS]
        kept = {key: item for key, item in kept.items() if key != "extension"} | ({"extension": known} if known else {})
    return kept


def _is_prose(key: str, item: Any) -> bool:
    """Prose is text: a `definition` that is an object or a list is something else."""
    plain = isinstance(item, str) or key in ("mapping", "example", "alias", "condition", "contact", "text", "isSummary")
    return key.lstrip("_") in _PROSE and (plain or key.startswith("_"))


def main(arguments: list[str]) -> int:
    """Write the data file from the package given; 0, or 2 when called without one."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    OUT.write_bytes(derive(Path(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
