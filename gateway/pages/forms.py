"""Posted forms."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

LONGEST_FORM = 64 * 1024


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; none at all when it is larger than any form of ours, or not a form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        return {}
