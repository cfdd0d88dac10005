"""A region's post-control of a month: a sample of its charges, what was found, and what that says of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.build import Gateway
from gateway.controlling import ClaimControlled
from gateway.errors import ConflictError, NotFoundError
from gateway.masking import masked_text
from gateway.reconciling import Scope
from settlement.lines import Line, LineKind
from settlement.periods import Month
from settlement.postcontrol import Controlled, ControlNote, controlled
from settlement.sampling import Candidate, KeptSample, Stratum, draw

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample by stratum, and the amounts of the lines drawn, in oere by line id."""

    month: Month
    strata: tuple[Stratum, ...]
    amounts: Mapping[str, int]


def sample(found: Iterable[ClaimControlled], month: Month, seed: str) -> Sampled:
    """The lines post-control looks at, by stratum. seed: "" is the month, as anybody would draw it."""
    return drawn((one for claim in found for one in candidates(claim)), month, seed)


def candidates(found: ClaimControlled) -> Iterator[Candidate]:
    """What a claim puts into the draw."""
    return (Candidate(one.line.id, one.line.amount, bool(one.remarks)) for one in found.charges)


def drawn(every: Iterable[Candidate], month: Month, seed: str) -> Sampled:
    """The same of candidates, where they have been gathered already."""
    known = list(every)
    strata = draw(known, seed or str(month))
    names = {name for stratum in strata for name in stratum.drawn}
    return Sampled(month, strata, {one.line: one.amount for one in known if one.line in names})


def kept_sample(gateway: Gateway, found: Sampled, scope: Scope, seed: str, person: str) -> KeptSample:
    """Keep a sample as drawn now; the one kept before, where it has been drawn before by the same seed in the same
    scope. Raises ConflictError for a month that is not closed: its lines may still change."""
    if not gateway.months.is_closed(found.month):
        raise ConflictError(f"{found.month} is not closed, so its sample can be shown, but not yet kept.")
    made = _unkept(found.month, scope, seed)
    drawn_now = replace(made, strata=found.strata, amounts=dict(found.amounts), person=person, at=gateway.now())
    return gateway.store.keep_sample(drawn_now)


def sample_before(gateway: Gateway, month: Month, scope: Scope, seed: str) -> KeptSample | None:
    """The sample that is kept of a month, scope and seed; None where it has not been drawn to be kept."""
    return gateway.store.sample(_unkept(month, scope, seed).id)


def as_sampled(kept: KeptSample) -> Sampled:
    """A kept sample, to be controlled."""
    return Sampled(Month.parse(kept.month), kept.strata, kept.amounts)


def _unkept(month: Month, scope: Scope, seed: str) -> KeptSample:
    """A sample's name, without what was drawn."""
    nobody, never = "", datetime.min.replace(tzinfo=UTC)
    parts = scope.agreement, scope.region, scope.source
    return KeptSample(str(month), seed or str(month), *parts, (), {}, nobody, never)


def sampled_lines(gateway: Gateway, month: Month, names: Iterable[str]) -> dict[str, Line]:
    """Lines of a month by id: of closed months as they are stored, else as it would claim them now."""
    wanted = set(names)
    if gateway.months.is_closed(month):
        return gateway.store.lines(wanted)
    every = (line for claim in gateway.months.preview(month) for line in claim.lines)
    return {line.id: line for line in every if line.id in wanted}


def sample_result(gateway: Gateway, found: Sampled) -> tuple[Controlled, ...]:
    """What has been noted of the lines drawn, and what it says of each stratum."""
    return controlled(found.strata, found.amounts, gateway.store.control_notes(found.amounts))


def note(gateway: Gateway, line_id: str, due: int | None, text: str, person: str) -> ControlNote:
    """Note what the control of a line found. due: oere it should have come to; None where it is right as it is.

    Raises NotFoundError for a line that is in no closed month.
    """
    line = gateway.store.line(line_id)
    if line is None or line.kind is not LineKind.CHARGE:
        raise NotFoundError(f"There is no charge {line_id[:60]} in a closed month. See: overgang sample draw MONTH")
    amount = line.amount if due is None else due
    kept = ControlNote(line.id, amount, masked_text(text[:LONGEST_TEXT]).strip(), person, gateway.now())
    gateway.store.add_control_note(kept)
    return kept
