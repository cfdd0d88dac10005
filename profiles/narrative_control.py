"""Languages and sources of narratives: a narrative and its resource say the same language, and what a profile asks of
the sections of a narrative (extensions narrative-source-control and narrative-language-control on the element)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from profiles.definitions import Definition
from profiles.faults import Fault, Found
from profiles.issue import Severity
from profiles.json_shapes import objects
from profiles.plans import Check, Definitions
from profiles.scope import Scope
from profiles.xhtml import Node, read_xhtml
from profiles.xhtml_rules import is_language_section

_SOURCE = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"
_LANGUAGE = "http://hl7.org/fhir/StructureDefinition/narrative-language-control"
_SOURCES = frozenset({"generated", "boilerplate", "original"})


def check_language(resource: Any, _: Scope) -> Found:
    """A narrative says the language of its resource, in lang and xml:lang (W3C: an XHTML document needs both)."""
    said, div = resource.get("language"), _div(resource.get("text"))
    root = read_xhtml(div) if type(said) is str and div is not None else None
    if root is None:
        return None
    node = _speaking(root)
    plain, xml = node.attributes.get("lang"), node.attributes.get("xml:lang")
    if plain is None and xml is None:
        return [_language("The resource says its language and its narrative does not; say it in lang and xml:lang.")]
    faults = [_language(f"The narrative says its language in {one} only; say it in lang and xml:lang.")
              for one, other in (("xml:lang", plain), ("lang", xml)) if other is None]  # fmt: skip
    if any(one is not None and not _agree(one, said) for one in {plain, xml}):
        faults.append(_language("The resource and its narrative say different languages."))
    return faults or None


def _speaking(root: Node) -> Node:
    """The element that says the language: the narrative, or its first section where it is all sections."""
    if "lang" in root.attributes or "xml:lang" in root.attributes:
        return root
    outside = (part for part in root.children if isinstance(part, str) or not is_language_section(part))
    if any(part.strip() if isinstance(part, str) else part.has_text() for part in outside):
        return root
    return next((node for node in root.elements() if is_language_section(node)), root)


def _agree(one: str, other: str) -> bool:
    return one.partition("-")[0] == other.partition("-")[0]


def _language(text: str) -> Fault:
    return Fault("narrative-language", text, "business-rule", Severity.WARNING)


def control_checks(group: Definitions) -> list[Check]:
    """The checks of a Narrative that profiles control: where its content comes from, which languages it is in."""
    checks: list[Check] = []
    for definition in group:
        checks += [_source_check(definition) for code in _codes(definition, _SOURCE)[:1] if code != "success"]
        checks += [_language_check(code, definition) for code in _codes(definition, _LANGUAGE)]
    return checks


def _codes(definition: Definition, url: str) -> list[str]:
    found = (one.get("valueCode") for one in objects(definition.element.get("extension")) if one.get("url") == url)
    return [code for code in found if isinstance(code, str)]


def _source_check(definition: Definition) -> Check:
    """What has no source is an error whatever the code but `success`: so guides are published."""
    text = f"does not say its source as its class, {' or '.join(sorted(_SOURCES))} (profile {definition.source})."

    def check(value: Any, _: Scope) -> Found:
        root = _root(value)
        parts = enumerate(root.children, 1) if root is not None else ()
        lost = [number for number, part in parts if not _says_source(part)]
        told = (f"Part {number} of the narrative {text}" for number in lost)
        return [Fault("narrative-source", one, "business-rule") for one in told] or None

    return check


def _says_source(part: Node | str) -> bool:
    if isinstance(part, str):
        return not part.strip()
    return not part.has_text() or bool(_SOURCES & set(part.attributes.get("class", "").split()))


def _language_check(code: str, definition: Definition) -> Check:
    def check(value: Any, scope: Scope) -> Found:
        root = _root(value)
        if root is None:
            return None
        sections = {node.attributes["xml:lang"] for node in root.elements() if is_language_section(node)}
        told = list(_language_faults(code, sections, scope.resource.get("language")))
        return [_control(f"{text} (profile {definition.source}).", severity) for text, severity in told] or None

    return check


def _language_faults(code: str, sections: set[str], language: Any) -> Iterator[tuple[str, Severity]]:
    """What is wrong with the languages of a narrative, by the code of the extension."""
    if code == "_no":
        if sections:
            yield "The narrative has sections for languages, and must not have any", Severity.ERROR
        return
    if code == "_yes":
        if not sections:
            yield "The narrative must have sections for languages, and has none", Severity.ERROR
        return
    wanted = language if code == "_resource" else code
    if not sections:
        yield f"The narrative has no section for the language {wanted or 'of the resource'}", Severity.WARNING
    elif wanted is None:
        yield "The resource says no language, so no section of its narrative is in it", Severity.WARNING
    elif wanted not in sections:
        yield f"The narrative has no section for the language {wanted}", Severity.ERROR


def _control(text: str, severity: Severity) -> Fault:
    return Fault("narrative-languages", text, "business-rule", severity)


def _root(value: Any) -> Node | None:
    div = _div(value)
    return read_xhtml(div) if div is not None else None


def _div(narrative: Any) -> str | None:
    div = narrative.get("div") if isinstance(narrative, dict) else None
    return div if isinstance(div, str) else None
