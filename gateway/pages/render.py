"""Templates: one Jinja environment, escaping everything, with the pages' own filters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.pages import charts, show
from gateway.pages.findings import told
from gateway.pages.texts import Texts

FILES = {
    "pages.css": "text/css; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "workbench.js": "text/javascript; charset=utf-8",
}
"""The static files served, and their media types."""

_HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,  # the content security policy allows no inline style
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,  # nothing of a page stays in the browser's storage
        "refreshOnHistoryMiss": True,
    }
)


def static_file(name: str) -> bytes:
    """The bytes of a static file."""
    return files("gateway.pages").joinpath("static", name).read_bytes()


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(static_file(name))
    return digest.hexdigest()[:12]


@cache
def environment() -> Environment:
    """The template environment. Unknown names in a template are errors."""
    made = Environment(
        loader=PackageLoader("gateway.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"version": _version(), "htmx_config": _HTMX}
    return made


def render(template: str, texts: Texts, values: Mapping[str, Any]) -> str:
    """A template with its values as HTML, in the language of the texts."""
    language = texts.language
    helpers = {
        "t": texts,
        "language": language,
        "code": texts.code,
        "money": partial(show.money, language=language),
        "moment": partial(show.moment, language=language),
        "number": partial(show.number, language=language),
        "day": partial(show.day, language=language),
        "month_name": partial(show.month_name, language=language),
        "size": partial(show.size, language=language),
        "told": partial(told, language=language),
        "stacked_bars": charts.stacked_bars,
    }
    return environment().get_template(template).render(helpers | dict(values))
