"""Names: the ids that uuid5 gives."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from settlement.naming import named

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=4)


@given(st.uuids(), WORDS)
def test_a_name_is_the_uuid_of_version_5(namespace: UUID, words: list[str]) -> None:
    assert named(namespace, *words) == str(uuid5(namespace, "\n".join(words)))
    assert named(namespace, *words, between="|") == str(uuid5(namespace, "|".join(words)))
