"""The rule of reliable messaging, on its own."""

from __future__ import annotations

from gateway.store.deciding import EnvelopeOwner, LetterOwner, Owners, decide
from mappings.reading import Outcome, Verdict
from tests.gateway.store.samples import ACCEPTED, arrival

EARLIER = Verdict(Outcome.ACCEPTED_WITH_WARNINGS)
CAME = arrival("a")
HASH = CAME.reading.letter_hash
SAME_LETTER = LetterOwner("first", HASH, EARLIER)
OTHER_CONTENT = LetterOwner("first", "other", EARLIER)
SAME_IN_ENVELOPE = EnvelopeOwner("first", CAME.letter_key, HASH, EARLIER)
OTHER_IN_ENVELOPE = EnvelopeOwner("first", "another letter", HASH, EARLIER)


def test_nobody_owns_the_ids() -> None:
    decision = decide(CAME, Owners(None, None))
    assert (decision.outcome, decision.verdict, decision.is_new) == (Outcome.ACCEPTED, ACCEPTED, True)


def test_a_known_letter_is_a_duplicate_in_any_envelope() -> None:
    for envelope in (None, SAME_IN_ENVELOPE, OTHER_IN_ENVELOPE):
        decision = decide(CAME, Owners(SAME_LETTER, envelope))
        assert (decision.outcome, decision.verdict, decision.duplicate_of) == (Outcome.DUPLICATE, EARLIER, "first")


def test_other_content_under_a_known_letter_id_is_refused_in_any_envelope() -> None:
    for envelope in (None, SAME_IN_ENVELOPE, OTHER_IN_ENVELOPE):
        decision = decide(CAME, Owners(OTHER_CONTENT, envelope))
        assert decision.outcome is decision.verdict.outcome is Outcome.REFUSED
        assert [issue.code for issue in decision.verdict.issues] == ["letter-id-reused"]


def test_a_new_letter_in_a_known_envelope_is_refused() -> None:
    decision = decide(CAME, Owners(None, OTHER_IN_ENVELOPE))
    assert [issue.code for issue in decision.verdict.issues] == ["envelope-id-reused"]
    assert not decision.is_new
