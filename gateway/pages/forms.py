"""Posted forms."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

LONGEST_FORM = 64 * 1024


async def read_form(request: Request, most: int = LONGEST_FORM) -> dict[str, str]:
    """The fields of a posted form; none at all when it has more than `most` bytes, or is not a form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}


def is_larger(request: Request, most: int) -> bool:
    """Whether a request says that its body has more than `most` bytes."""
    announced = request.headers.get("content-length", "")
    return announced.isdecimal() and int(announced[:20]) > most
