"""Logs: one JSON object a line, without personal data (trust: items 25, 36).

What is logged is ids, formats, outcomes and durations. Errors are logged by their class and where they happened, not by
their text, and anything that looks like a CPR number is struck out as a last resort.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
STRUCK_OUT = "[number]"
_CPR = re.compile(r"(?<![0-9A-Fa-f])\d{6}[- ]?\d{4}(?![0-9A-Fa-f])")
_QUIET = ("uvicorn.access", "httpx2", "httpcore2", "httpx", "httpcore", "alembic")
_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")
_DEEPEST = 12


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send all logs of the process, libraries' too, to a stream (standard error). level: a name in LEVELS."""
    number = LEVELS.get(level.lower(), 20)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        reduce_exception,
        strike_out,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dump)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dump),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    for name in _UVICORN:  # which may have been given handlers of its own
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def reduce_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it went through; its text may quote a message."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()
    if isinstance(problem, BaseException):
        problem = (type(problem), problem, problem.__traceback__)
    if isinstance(problem, tuple) and problem[0] is not None:
        event["error"] = problem[0].__name__
        event["where"] = _places(problem[2])
    return event


def strike_out(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Strike out what looks like a CPR number, and encode line breaks, in every value."""
    return {key: _clean(value) for key, value in event.items()}


def without_cpr(text: str) -> str:
    """The text with everything that looks like a CPR number struck out."""
    return _CPR.sub(STRUCK_OUT, text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_cpr(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames]


def _dump(event: EventDict, **_options: Any) -> str:
    return orjson.dumps(event, default=lambda value: type(value).__name__).decode()
