"""Expressions compiled for a type give what the general engine gives, on whatever data; and R4's own rules run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.fhirpath import Environment, FhirPathError, Node, compile_expression
from profiles.fhirpath.compiler import compile_truth
from profiles.fhirpath.run import PLAIN, Run
from profiles.fhirpath.specialise import CONSTANTS
from profiles.r4.facts import facts
from tests.profiles.fhirpath.samples import elements


def _rules() -> list[tuple[str, str]]:
    """Each invariant of R4 with a type it holds on."""
    found = set()
    for fact in facts().types.values():
        found |= {(rule, fact.name) for rule in fact.rules}
        for element in fact.elements:
            complex_types = [use.code for use in element.types if use.code in facts().types]
            found |= {(rule, code) for rule in element.rules for code in complex_types}
    return sorted(found)


RULES = _rules()
SIMPLE = [(rule, name) for rule, name in RULES if compile_expression(facts().rules[rule][1]).direct(name)]
OWN = [
    ("code.exists() = value.exists()", "Quantity"),
    ("code in ('a' | 'b') implies system = %ucum", "Quantity"),
    ("coding.code = 'a'", "CodeableConcept"),
    ("coding.code != 'a'", "CodeableConcept"),
    ("coding.exists(system = 'a' and code = 'b')", "CodeableConcept"),
    ("coding.all(system.exists() xor code.hasValue())", "CodeableConcept"),
    ("coding.where(userSelected.empty()).exists()", "CodeableConcept"),
    ("coding.count() > 1", "CodeableConcept"),
    ("use in ('a' | 'home')", "Address"),
    ("line.count() <= 1 or period.start.exists()", "Address"),
    ("extension.value.exists() or value.empty()", "Extension"),
    ("contained.meta.exists().not() and Patient.name.exists()", "Patient"),
    ("(start <= end) or start.empty()", "Period"),
    ("where(use = 'home').empty()", "Address"),
    ("where(use = 'home').extension.value.start.exists() or use != 'home'", "Address"),
    ("extension.value.code = 'home'", "Address"),
    ("extension.value.ofType(Period).start.exists()", "Address"),
    ("type = 'a' implies entry.first().resource.is(Basic)", "Bundle"),
    ("entry.first().link.empty()", "Bundle"),
    ("entry.resource.ofType(Basic).exists()", "Bundle"),
    ("entry.resource.ofType(Basic).extension.url = 'a'", "Bundle"),
    ("Bundle.entry.resource.ofType(Basic).where(id = 'a' or id = 'b').exists()", "Bundle"),
    ("entry.where(resource is Basic).count() = 1", "Bundle"),
    ("coding.where(system = 'a' or system = 'b' or system = 'c').exists()", "CodeableConcept"),
    ("coding.code = 'a' or coding.code = 'b'", "CodeableConcept"),
    ("coding = 'a' or coding = 'b'", "CodeableConcept"),
    ("text = 'a' or coding.code = 'b' or text = 'c'", "CodeableConcept"),
    ("entry.ofType(Basic).all(resource.conformsTo('http://x.example'))", "Bundle"),
    ("(coding.count() + extension.count()) > 1", "CodeableConcept"),
    ("text.matches('^[a-h]+$')", "CodeableConcept"),
    ("coding.first().code.startsWith('a').not()", "CodeableConcept"),
]
CONSTANT = [
    ("value.matches('^[0-9]{13}$')", "string", None),
    ("(10 - (value.substring(0, 1).toInteger() * 3)) mod 10 = 0", "string", None),
    ("entry.ofType(MessageHeader).all(resource.conformsTo('http://x.example'))", "Bundle", True),
    ("coding.ofType(Quantity).exists()", "CodeableConcept", False),
    ("coding.ofType(Quantity).empty()", "CodeableConcept", True),
    ("birthDate.ofType(string).exists() implies name.exists(family = 'a')", "Patient", True),
    ("true and coding.ofType(Quantity).exists()", "CodeableConcept", False),
]


def _outcome(run: Any) -> Any:
    try:
        return run()
    except FhirPathError as error:
        return type(error)


def _compare(text: str, type_name: str, value: dict[str, Any]) -> None:
    expression = compile_expression(text)
    direct, node = expression.direct(type_name), Node(value, type_name)
    assert direct is not None
    general = compile_truth(expression.ast)
    assert _outcome(lambda: direct(value)) == _outcome(lambda: general([node], Run([node], PLAIN)))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
@given(st.data())
def test_r4s_rules_give_the_same_both_ways(data: st.DataObject) -> None:
    rule, name = data.draw(st.sampled_from(SIMPLE))
    _compare(facts().rules[rule][1], name, data.draw(elements(name)))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
@given(st.data())
def test_other_expressions_give_the_same_both_ways(data: st.DataObject) -> None:
    text, name = data.draw(st.sampled_from(OWN))
    _compare(text, name, data.draw(elements(name)))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=100)
@given(st.data())
def test_every_rule_runs_on_any_data(data: st.DataObject) -> None:
    rule, name = data.draw(st.sampled_from(RULES))
    node = Node(data.draw(elements(name)), name)
    environment = Environment(resource=Node({"resourceType": "Basic"}, "Basic"), steps=100_000, as_filters=True)
    _outcome(lambda: compile_expression(facts().rules[rule][1]).holds(node, environment))


@pytest.mark.parametrize("key", facts().rules)
def test_every_rule_compiles(key: str) -> None:
    compile_expression(facts().rules[key][1])


@pytest.mark.parametrize(("text", "type_name", "answer"), CONSTANT)
def test_what_the_type_alone_decides_is_a_constant(text: str, type_name: str, answer: bool | None) -> None:
    direct = compile_expression(text).direct(type_name)
    assert direct in CONSTANTS
    assert CONSTANTS[direct] is answer


@pytest.mark.parametrize(("value", "answer"), [("57900000", False), ("12345678901", True)])
def test_rules_on_primitives_take_the_value_itself(value: str, answer: bool) -> None:
    direct: Any = compile_expression("matches('^([0-9]){11,}$')").direct("string")
    assert direct(value) is answer


def test_a_pattern_on_a_long_text_is_still_bounded() -> None:
    direct: Any = compile_expression("matches('^(a+)+$')").direct("string")
    assert direct("a" * 500) is True
    assert direct("a" * 500 + "b") is False


def test_most_rules_are_simple() -> None:
    assert len({rule for rule, _ in SIMPLE}) > 120


@pytest.mark.parametrize(
    "text", ["name.given", "now() > today()", "%resource.id.exists()", "resolve().exists()", "1 + 1"]
)
def test_what_is_not_simple_is_left_to_the_engine(text: str) -> None:
    assert compile_expression(text).direct("Patient") is None


def test_pat_1() -> None:
    expression = compile_expression(facts().rules["pat-1"][1])
    direct = expression.direct("Patient.contact")
    assert direct is not None
    assert direct({"gender": "male"}) is False
    assert direct({"telecom": [{}]}) is True
    assert expression.evaluate(Node({"name": {"family": "Lund"}}, "Patient.contact")) == [True]
