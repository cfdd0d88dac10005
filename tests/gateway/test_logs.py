"""Logs: one JSON object a line, and nobody's number in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.logs import configure_logs, without_cpr

CPR = "0101901234"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logs("info", written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_object_a_line(stream: io.StringIO) -> None:
    structlog.get_logger().info("message", id="x", outcome="accepted")
    structlog.get_logger().debug("unseen")
    (line,) = lines(stream)
    assert line.pop("at").endswith("Z")
    assert line == {"event": "message", "id": "x", "outcome": "accepted", "level": "info"}


def test_an_exception_is_its_class_and_place(stream: io.StringIO) -> None:
    try:
        raise ValueError(f"patient {CPR}")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines(stream)
    assert line["error"] == "ValueError"
    assert line["where"][-1].endswith(":test_an_exception_is_its_class_and_place")
    assert "patient" not in stream.getvalue()


def test_libraries_log_the_same_way_whatever_they_were_told_before(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    logging.getLogger("uvicorn").propagate = False
    configure_logs("info", stream)
    try:
        raise KeyError(CPR)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    logging.getLogger("uvicorn.access").warning("GET /x?cpr=%s", CPR)
    (line,) = lines(stream)
    assert line["error"] == "KeyError"
    assert line["level"] == "error"
    assert CPR not in stream.getvalue()


@pytest.mark.parametrize("value", [CPR, f"{CPR[:6]}-{CPR[6:]}", f"a {CPR} b", [CPR], (f"x{CPR}",), f"line\r\n{CPR}"])
def test_what_looks_like_a_cpr_number_is_struck_out(stream: io.StringIO, value: object) -> None:
    structlog.get_logger().info("event", value=value)
    text = stream.getvalue()
    assert CPR[6:] not in text
    assert "[number]" in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    ["1000000000000001", "5790000000005", "0b1a2c3d-0101-4901-8123-4abcdef01234", "2026-10-15T12:00:00Z", "12345"],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_cpr(text) == text
