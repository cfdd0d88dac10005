"""Post-control: what the control of a drawn sample found, and what that says of all lines it was drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from settlement.money import rounded
from settlement.sampling import Stratum


@dataclass(frozen=True, slots=True)
class ControlNote:
    """What the control of one line found. due: the oere the line should have come to; the line's own amount where it
    is right. person: who controlled it; at: when. Of several notes on a line the latest counts."""

    line: str
    due: int
    text: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Controlled:
    """A stratum as controlled so far. drawn, checked, wrong: lines. error: oere too much in the lines checked;
    extrapolated: the same for the whole stratum, by the amounts checked (ratio estimate)."""

    name: str
    size: int
    amount: int
    drawn: int
    checked: int
    wrong: int
    error: int
    extrapolated: int

    @property
    def rate(self) -> Fraction | None:
        """The share of checked lines that are wrong; None while none is checked."""
        return Fraction(self.wrong, self.checked) if self.checked else None


def controlled(
    strata: Iterable[Stratum], amounts: Mapping[str, int], notes: Iterable[ControlNote]
) -> tuple[Controlled, ...]:
    """Each stratum with what the notes on its drawn lines say. amounts: of lines, by id; other notes are left out."""
    counting = {note.line: note for note in sorted(notes, key=lambda one: (one.at, one.person, one.due))}
    return tuple(_controlled(stratum, amounts, counting) for stratum in strata)


def _controlled(stratum: Stratum, amounts: Mapping[str, int], notes: Mapping[str, ControlNote]) -> Controlled:
    checked = [name for name in stratum.drawn if name in notes and name in amounts]
    errors = [amounts[name] - notes[name].due for name in checked]
    seen, error = sum(amounts[name] for name in checked), sum(errors)
    return Controlled(
        name=stratum.name,
        size=stratum.size,
        amount=stratum.amount,
        drawn=len(stratum.drawn),
        checked=len(checked),
        wrong=sum(one != 0 for one in errors),
        error=error,
        extrapolated=rounded(Fraction(error * stratum.amount, seen)) if seen else 0,
    )
