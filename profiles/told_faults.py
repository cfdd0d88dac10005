"""Faults told as issues: each once, and of very many the worst."""

from __future__ import annotations

from profiles.faults import Fault
from profiles.issue import Issue, Severity

MOST_ISSUES = 500
"""More findings than this help nobody."""

_RANKS = tuple(Severity)
"""Severities, the worst first."""
_TOLD_ONCE = ("extension-status",)
"""Notes that are told of the first place only: they are about a definition, not about what is here."""


def told(name: str, found: list[Fault]) -> tuple[Issue, ...]:
    """The faults as issues, each once; of very many only the worst, and how many more there are: a finding as bad as
    the worst that is left out."""
    shown, left_out = _worst(found)
    first: dict[Issue | str, Issue] = {}
    for fault in shown:
        issue = fault.issue(name)
        first.setdefault(issue.text if issue.code in _TOLD_ONCE else issue, issue)
    issues = tuple(first.values())
    if not left_out:
        return issues
    text = f"{len(left_out)} more findings are left out."
    return (*issues, Issue(left_out[0].severity, "structure-more", name, text))


def _worst(found: list[Fault]) -> tuple[list[Fault], list[Fault]]:
    """As many faults as are shown, in their order, and the others, worst first."""
    if len(found) <= MOST_ISSUES:
        return found, []
    ranked = sorted(range(len(found)), key=lambda at: (_RANKS.index(found[at].severity), at))
    return [found[at] for at in sorted(ranked[:MOST_ISSUES])], [found[at] for at in ranked[MOST_ISSUES:]]
