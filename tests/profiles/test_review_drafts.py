"""Drafts of reviewed files: each kind of finding once, and nothing that is reviewed already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from profiles.issue import About, Issue, Severity, error, warning
from profiles.review import Review, read_review
from profiles.review_drafts import drafted

TODAY = date(2026, 11, 24)
LINKS = [error("narrative-link", f"Bundle.entry[{at}].resource.text.div", "A link leads nowhere.") for at in range(3)]
RULE = replace(error("bdl-7", "Bundle", "Twice."), about=About(rule="bdl-7"))
NOTE = Issue(Severity.INFORMATION, "profile-trail", "Bundle", "By Bundle.")


def test_each_kind_is_drafted_once_and_lowered() -> None:
    text = drafted([*LINKS, RULE, NOTE, *LINKS], Review(), TODAY)
    review = read_review(text)
    assert [(one.code, one.where, one.rule, one.action) for one in review.entries] == [
        ("bdl-7", "Bundle", "bdl-7", "lower"),
        ("narrative-link", "Bundle.entry[*].resource.text.div", "*", "lower"),
    ]
    assert "# A link leads nowhere." in text
    assert "met 6 times" in review.entries[1].reason
    found = review.apply([*LINKS, RULE], TODAY).issues
    assert {issue.severity for issue in found} == {Severity.WARNING}


def test_what_is_reviewed_already_is_not_drafted_again() -> None:
    text = drafted([*LINKS, RULE], Review(), TODAY)
    assert drafted([*LINKS, RULE], read_review(text), TODAY) == ""
    assert drafted([*LINKS, warning("other", "", "New.")], read_review(text), TODAY).count("[[finding]]") == 1


_FINDINGS = st.builds(error, st.text(min_size=1), st.text(), st.text())


@given(st.lists(_FINDINGS.filter(lambda one: bool(one.code.strip()) and bool(one.where.strip() or not one.where))))
def test_any_finding_is_drafted_so_that_it_is_read_back(issues: list[Issue]) -> None:
    text = drafted(issues, Review(), TODAY)
    assert drafted(issues, read_review(text), TODAY) == ""
