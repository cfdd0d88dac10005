"""All words on the pages: two TOML files with the same keys, one per language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("da", "en")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, called by key: `texts("messages.count", count=3)`."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with values filled in. A key that does not exist is a programming error (KeyError)."""
        return self.entries[key].format(**values)

    def code(self, section: str, code: str) -> str:
        """The text of a code in a section, or the code itself: data may hold codes the pages have no words for."""
        return self.entries.get(f"{section}.{code}", code)


@cache
def texts(language: str) -> Texts:
    """The texts of "da" or "en"."""
    content = files("gateway.pages").joinpath(f"text.{language}.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(content)
    return Texts(language, {f"{name}.{key}": text for name, words in sections.items() for key, text in words.items()})
