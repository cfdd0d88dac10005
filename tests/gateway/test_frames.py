"""MLLP framing: whatever way the bytes are cut, the same frames come out."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.frames import HEAD, Deframer, Frame, framed

MESSAGE = st.binary(max_size=60).map(lambda body: body.replace(b"\x0b", b" ").replace(b"\x1c", b" "))


def test_one_frame() -> None:
    deframer = Deframer(100)
    assert deframer.feed(framed(b"MSH|one")) == [Frame(b"MSH|one")]
    assert not deframer.unfinished
    assert deframer.ignored == 0


def test_bytes_between_frames_are_ignored_and_counted() -> None:
    deframer = Deframer(100)
    assert deframer.feed(b"\r\n\x00" + framed(b"a") + b"\r\n" + framed(b"b") + b"x") == [Frame(b"a"), Frame(b"b")]
    assert deframer.ignored == 6


def test_a_new_start_gives_up_the_message_before_it() -> None:
    deframer = Deframer(100)
    assert deframer.feed(b"\x0bMSH|cut off\x0bMSH|again\x1c\r") == [Frame(b"MSH|again")]
    assert deframer.ignored == len("MSH|cut off")


def test_a_lone_end_byte_does_not_end_a_message() -> None:
    assert Deframer(100).feed(b"\x0ba\x1cb\x1c\r") == [Frame(b"a\x1cb")]


def test_too_long_a_message_is_not_kept_but_its_beginning_is() -> None:
    deframer = Deframer(10_000)
    assert deframer.feed(b"\x0bMSH|") == []
    for _ in range(100):
        assert deframer.feed(b"x" * 5_000) == []
        assert deframer.held <= 15_000
    assert deframer.unfinished
    (long, short) = deframer.feed(b"\x1c\r" + framed(b"next"))
    assert not long.whole
    assert long.body == (b"MSH|" + b"x" * HEAD)[:HEAD]
    assert short == Frame(b"next")


@given(st.lists(MESSAGE, max_size=6), st.lists(st.integers(1, 40), min_size=1))
def test_cuts_do_not_matter(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"\n".join(framed(message) for message in messages)
    deframer = Deframer(60)
    found: list[Frame] = []
    position = turn = 0
    while position < len(stream):
        step = cuts[turn % len(cuts)]
        found += deframer.feed(stream[position : position + step])
        position += step
        turn += 1
    assert found == [Frame(message) for message in messages]


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_noise_never_raises_and_never_grows(chunks: list[bytes]) -> None:
    deframer = Deframer(50)
    for chunk in chunks:
        for frame in deframer.feed(chunk):
            assert len(frame.body) <= HEAD
        assert deframer.held <= 50 + 200 + 2
