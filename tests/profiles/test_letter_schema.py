"""The schema of MedCom XML letters: findings with place and line, without what the letter says."""

from __future__ import annotations

from lxml import etree

from profiles.letter_schema import MAX_FINDINGS, schema_issues

ENVELOPE = (
    "<Envelope><Sent><Date>2026-10-05</Date><Time>14:20</Time></Sent><Identifier>K1</Identifier>"
    "<AcknowledgementCode>{wish}</AcknowledgementCode></Envelope>"
)


def emessage(letter: str, wish: str = "pluspositivkvitt") -> etree._Element:
    """An Emessage with a letter."""
    return etree.fromstring(f"<Emessage>\n{ENVELOPE.format(wish=wish)}\n{letter}\n</Emessage>")


def test_a_letter_nobody_declares_is_left_alone() -> None:
    assert schema_issues(emessage("<SomethingElse><x/></SomethingElse>")) == ()


def test_wrong_value_is_told_with_what_may_stand_there() -> None:
    (issue,) = schema_issues(emessage("<SomethingElse/>", wish="0101010001"))
    assert issue.where == "/Emessage/Envelope/AcknowledgementCode"
    assert issue.line == 2
    assert "'minuspositivkvitt', 'pluspositivkvitt'" in issue.text
    assert "0101010001" not in issue.text


def test_missing_element_is_named() -> None:
    (issue,) = schema_issues(emessage("<ReportOfDischarge/>"))
    assert "(expected: Letter)" in issue.text
    assert issue.line == 3


def test_findings_are_bounded() -> None:
    bad = "<Discharge><Date>x</Date></Discharge>" * 200
    letter = "<Letter/><Sender/><Receiver/>"
    assert len(schema_issues(emessage(f"<ReportOfDischarge>{letter}{bad}</ReportOfDischarge>"))) == MAX_FINDINGS


def test_the_same_schema_is_used_again_without_old_findings() -> None:
    assert schema_issues(emessage("<ReportOfDischarge/>"))
    assert schema_issues(emessage("<SomethingElse/>")) == ()
