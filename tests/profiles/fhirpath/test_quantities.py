"""Units and quantities: what UCUM codes are made of, and the algebra on them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhirpath.quantities import Quantity, compare, convert, from_fhir, product, quotient, sum_of
from profiles.fhirpath.ucum import reduce_unit

UNITS = ["m", "cm", "km", "g", "mg", "s", "min", "h", "L", "mL", "mmol", "mm[Hg]", "Pa", "[lb_av]", "%", "1", "/min"]
VALUES = st.decimals(-1000, 1000, places=2)


@pytest.mark.parametrize(
    ("code", "factor", "powers"),
    [
        ("cm", Fraction(1, 100), {"m": 1}),
        ("mg/dL", Fraction(10), {"g": 1, "m": -3}),
        ("kg/m2", Fraction(1000), {"g": 1, "m": -2}),
        ("10*3/uL", Fraction(10) ** 12, {"m": -3}),
        ("/min", Fraction(1, 60), {"s": -1}),
        ("J/(kg.K)", Fraction(1), {"m": 2, "s": -2, "K": -1}),
        ("{score}", Fraction(1), {}),
        ("kg{dry}", Fraction(1000), {"g": 1}),
        ("[in_i]", Fraction(254, 10000), {"m": 1}),
        ("a", Fraction(31557600), {"s": 1}),
        ("[iU]/mL", Fraction(10) ** 6, {"[iU]": 1, "m": -3}),
    ],
)
def test_codes(code: str, factor: Fraction, powers: dict[str, int]) -> None:
    unit = reduce_unit(code)
    assert unit is not None
    assert unit.factor == factor
    assert dict(unit.powers) == powers


@pytest.mark.parametrize(
    "code",
    ["", "foo", "[s]", "m/", "m//s", "(m", "m)", "kkg", "m2000", "km[Hg", "{a", "µg", "hh", "m" * 300, "(" * 100],
)
def test_what_is_no_code(code: str) -> None:
    assert reduce_unit(code) is None


@given(st.text(alphabet="mgskKLdal[]{}()/.*^-+0123456789%'iU_", max_size=20))
def test_any_text_is_a_code_or_none(text: str) -> None:
    unit = reduce_unit(text)
    assert unit is None or unit.factor > 0


@given(VALUES, st.sampled_from(UNITS), VALUES, st.sampled_from(UNITS))
def test_order_is_the_same_from_both_sides(one: Decimal, unit: str, other: Decimal, another: str) -> None:
    left, right = Quantity(one, unit), Quantity(other, another)
    found = compare(left, right)
    assert compare(right, left) == (None if found is None else -found)
    assert compare(left, left) == 0


@given(VALUES, st.sampled_from(["m", "cm", "km", "mm"]), st.sampled_from(["m", "cm", "km", "mm"]))
def test_conversion_keeps_the_quantity(value: Decimal, unit: str, other: str) -> None:
    converted = convert(Quantity(value, unit), other, calendar=False)
    assert converted is not None
    assert compare(converted, Quantity(value, unit)) == 0


@given(VALUES, st.sampled_from(UNITS), st.decimals(1, 1000, places=2), st.sampled_from(UNITS))
def test_dividing_a_product_gives_the_first(one: Decimal, unit: str, other: Decimal, another: str) -> None:
    left, right = Quantity(one, unit), Quantity(other, another)
    both = product(left, right)
    assert both is not None
    back = quotient(both, right)
    assert back is not None
    assert compare(back, left) == 0


def test_a_unit_off_any_ratio_is_comparable_with_itself_alone() -> None:
    assert compare(Quantity(Decimal(1), "Cel"), Quantity(Decimal(2), "Cel")) == -1
    assert compare(Quantity(Decimal(1), "Cel"), Quantity(Decimal(2), "K")) is None
    assert compare(Quantity(Decimal(1), "nonsense"), Quantity(Decimal(1), "nonsense")) == 0
    assert compare(Quantity(Decimal(1), "nonsense"), Quantity(Decimal(1), "m")) is None


def test_months_are_added_to_months_alone() -> None:
    month, day = Quantity(Decimal(1), "month", calendar=True), Quantity(Decimal(30), "days", calendar=True)
    assert sum_of(month, day) is None
    assert str(sum_of(month, month)) == "2 month"
    assert compare(day, Quantity(Decimal(30), "d")) == 0


def test_a_quantity_of_fhir() -> None:
    ucum = {"value": Decimal("5.0"), "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}
    assert from_fhir(ucum) == Quantity(Decimal("5.0"), "year", calendar=True)
    assert from_fhir({"value": 5, "unit": "tablets"}) == Quantity(Decimal(5), "tablets")
    assert from_fhir({"value": 5, "system": "http://x", "code": "t"}) == Quantity(Decimal(5), "http://x|t")
    assert from_fhir({"unit": "mg"}) is None
    assert from_fhir({"value": "5"}) is None
