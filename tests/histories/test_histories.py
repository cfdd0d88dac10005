"""Billing histories: they hold, they hold what they are for, and a fault in closing is found."""

from __future__ import annotations

import pytest

from settlement import closing
from settlement.decisions import Charge
from tests.histories.campaign import run


def test_some_histories_hold_and_see_everything() -> None:
    seen, failed = run(1, range(120))
    assert failed == {}
    assert seen["histories"] == 120
    assert min(seen[name] for name in ("charge", "reversal", "approved", "reduced", "rejected")) > 20


def test_a_correction_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(*_: object) -> bool:
        return True

    monkeypatch.setattr(closing, "_same", forget)
    assert run(1, range(120))[1]


def test_taking_back_what_was_never_approved_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(self: closing._Work, charge: Charge, why: str) -> None:
        line = closing.reversal(charge.line, self.month, self.directory, why)
        self._pile(line.municipality, line.region).lines.append(line)

    monkeypatch.setattr(closing._Work, "take_back", everything)
    assert run(1, range(120))[1]
