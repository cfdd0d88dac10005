"""Rules of R4 that stand in its text and in no invariant, by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from profiles.binding_parameters import binding_parameters_check
from profiles.bundle_checks import check_bundle_rules
from profiles.code_system_rules import code_system_check
from profiles.code_systems import CodeSystem
from profiles.concept_map_rules import concept_map_check
from profiles.definition_metadata import check_stable, metadata_check
from profiles.derivation_rules import structure_definition_check
from profiles.expansion_rules import check_expansion
from profiles.faults import Found
from profiles.fhir_plan import plan_of, resource_types
from profiles.guide_rules import check_guide
from profiles.measure_report_rules import measure_report_check
from profiles.measure_rules import measure_check
from profiles.message_rules import Follows, header_check
from profiles.narrative_control import check_language
from profiles.operation_rules import operation_check
from profiles.parameter_rules import check_parameters
from profiles.plans import Check, ObjectRule, all_of, where, where_several
from profiles.publisher_rules import publisher_check
from profiles.questionnaire_rules import questionnaire_check
from profiles.questionnaires import Find, response_check
from profiles.questions import Member
from profiles.scope import Scope
from profiles.search_rules import capability_check, search_parameter_check
from profiles.terminology import Terminology
from profiles.text_rules import (
    check_attachment,
    check_attachment_content,
    check_contained_rules,
    check_element_id,
    check_identifier,
    check_meta_source,
    check_narrative_links,
    check_observation,
    check_resource_id,
    check_security_labels,
)
from profiles.value_set_rules import value_set_check

if TYPE_CHECKING:
    from profiles.signing_keys import Key


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the rules ask for. resource: a definition by canonical and type. structure: a structure definition with its
    snapshot. member: whether a code is in a value set. follows: whether a resource follows a profile. terminology: what
    is known of codes. publishing: whether definitions are judged as what is about to be published. keys: what
    signatures may be verified with. stable: whether nothing may be experimental."""

    resource: Callable[[str, str], dict[str, Any] | None]
    structure: Find
    member: Member
    follows: Follows
    terminology: Terminology | None = None
    publishing: bool = False
    keys: tuple[Key, ...] = ()
    stable: bool = False

    def code_system(self, url: str) -> CodeSystem | None:
        """A code system by its url."""
        return self.terminology.code_system(url) if self.terminology is not None else None

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        """The codes of a value set, with their systems; None where they cannot be listed."""
        return self.terminology.codes_of(value_set) if self.terminology is not None else None

    def finder(self, type_name: str) -> Find:
        """Finds definitions of one type by canonical."""
        return lambda canonical: self.resource(canonical, type_name)


def natives_of(code: str, lookup: Lookup) -> list[ObjectRule]:
    """The rules of a type, as checks of an object of it."""
    checks = [*_BY_TYPE.get(code, ())]
    if code in resource_types():
        checks += _OF_RESOURCES
        if lookup.stable:
            checks.append(ObjectRule(check_stable, where("experimental")))
        if "publisher" in plan_of(code).by_name:
            checks.append(ObjectRule(publisher_check(publishing=lookup.publishing)))
            checks.append(ObjectRule(metadata_check(publishing=lookup.publishing)))
    elif code != "ElementDefinition":  # each is in the snapshot and the differential, with one id
        checks.append(ObjectRule(check_element_id, where("id")))
    make = _MADE.get(code)
    return [*checks, ObjectRule(make(lookup))] if make is not None else checks


def advice_of(code: str) -> list[ObjectRule]:
    """What is best practice for a type."""
    return [ObjectRule(check_observation)] if code == "Observation" else []


_OF_RESOURCES = (
    ObjectRule(check_narrative_links, where("text")),
    ObjectRule(check_contained_rules, where("contained")),
    ObjectRule(check_resource_id, where("_id")),
    ObjectRule(check_language, where_several("language", "text")),
)
_BY_TYPE: Mapping[str, tuple[ObjectRule, ...]] = MappingProxyType(
    {
        "Attachment": (ObjectRule(check_attachment), ObjectRule(check_attachment_content)),
        "Bundle": (ObjectRule(check_bundle_rules),),
        "Identifier": (ObjectRule(check_identifier, where("system")),),
        "ImplementationGuide": (ObjectRule(check_guide),),
        "Meta": (ObjectRule(check_meta_source, where("source")), ObjectRule(check_security_labels, where("security"))),
        "Parameters": (ObjectRule(check_parameters),),
        "ValueSet": (ObjectRule(check_expansion),),
    }
)


def _signature_check(keys: tuple[Key, ...]) -> Check:
    """The check of a Bundle's signature; what verifies signatures takes long to import, and few Bundles are signed."""

    def check(bundle: Any, scope: Scope) -> Found:
        if "signature" not in bundle:
            return None
        from profiles.signatures import signature_check

        return signature_check(keys)(bundle, scope)

    return check


_MADE: Mapping[str, Callable[[Lookup], Check]] = MappingProxyType(
    {
        "CodeSystem": lambda lookup: code_system_check(lookup.code_system, lookup.finder("ValueSet")),
        "ValueSet": lambda lookup: value_set_check(lookup.resource, lookup.terminology),
        "Bundle": lambda lookup: _signature_check(lookup.keys),
        "CapabilityStatement": lambda lookup: capability_check(lookup.finder("SearchParameter")),
        "ConceptMap": lambda lookup: concept_map_check(lookup.resource, lookup.member),
        "Measure": lambda lookup: measure_check(lookup.finder("Library")),
        "MeasureReport": lambda lookup: measure_report_check(lookup.finder("Measure")),
        "MessageHeader": lambda lookup: header_check(lookup.finder("MessageDefinition"), lookup.follows),
        "OperationDefinition": lambda lookup: operation_check(lookup.structure, lookup.finder("OperationDefinition")),
        "Questionnaire": lambda lookup: all_of(
            (
                questionnaire_check(lookup.finder("Questionnaire")),
                binding_parameters_check(lookup.finder("ValueSet")),
            )
        ),
        "QuestionnaireResponse": lambda lookup: response_check(lookup.finder("Questionnaire"), lookup.member),
        "SearchParameter": lambda lookup: search_parameter_check(lookup.finder("SearchParameter")),
        "StructureDefinition": lambda lookup: structure_definition_check(lookup.structure, lookup.codes),
    }
)
"""Rules that hold a resource against definitions of others."""
