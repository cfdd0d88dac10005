"""Explanations read as sentences."""

from settlement.wording import sentences


def test_parts_become_sentences() -> None:
    assert sentences("1 course = DKK 2.50", "Total DKK 2.50") == "1 course = DKK 2.50. Total DKK 2.50."


def test_a_stop_is_not_doubled_and_nothing_is_left_out_but_empty_parts() -> None:
    assert sentences("I alt 2,50 kr.", "", " Forløbet består ") == "I alt 2,50 kr. Forløbet består."
