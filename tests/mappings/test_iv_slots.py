"""IV slots: which codes say what."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from mappings.iv_slots import NOTHING, OWN, SKS, Slot, codes_of, slot_of
from settlement.records import IvType, WeightCategory


@pytest.mark.parametrize(
    ("system", "code", "slot"),
    [
        (OWN, "IVTFLUID", Slot(iv_type=IvType.FLUID)),
        (OWN, " ivk3 ", Slot(category=WeightCategory.THREE)),
        (OWN, "IVKCHEMO", Slot(category=WeightCategory.CHEMOTHERAPY)),
        (SKS, "BWHA154", Slot(iv_type=IvType.CHEMOTHERAPY)),
        (SKS, "bwha4", Slot(iv_type=IvType.CHEMOTHERAPY)),
        (SKS, "BWHA5", None),
        (SKS, "BWHA", None),
        (SKS, "IVK3", None),
        (OWN, "", None),
        (OWN, "IVK*", None),
    ],
)
def test_slots(system: str, code: str, slot: Slot | None) -> None:
    assert slot_of(system, code) == slot


@pytest.mark.parametrize("system", ["IVTYPE", OWN])
def test_every_iv_type_has_a_code(system: str) -> None:
    slots = [slot_of(system, code) or NOTHING for code in codes_of(system).split(", ")]
    assert {slot.iv_type for slot in slots if slot.iv_type} == set(IvType)


@pytest.mark.parametrize("system", ["IVCAT", OWN])
def test_every_category_has_a_code(system: str) -> None:
    slots = [slot_of(system, code) or NOTHING for code in codes_of(system).split(", ")]
    assert {slot.category for slot in slots if slot.category} == set(WeightCategory)


def test_codes_fit_a_treatment_code() -> None:
    text = files("mappings").joinpath("codes/iv-treatment-slots.csv").read_text("utf-8")
    assert all(len(row["code"]) <= 14 for row in csv.DictReader(text.splitlines()))


def test_contradictions() -> None:
    one, two = Slot(category=WeightCategory.ONE), Slot(category=WeightCategory.TWO)
    fluid = Slot(iv_type=IvType.FLUID)
    assert one.contradicts(two)
    assert not one.contradicts(one)
    assert not one.contradicts(fluid)
    assert one.joined(fluid) == Slot(IvType.FLUID, WeightCategory.ONE)
