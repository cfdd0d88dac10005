"""A dict that never holds more than so much: what is kept of messages that anybody may send."""

from __future__ import annotations

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """Remembers by key; forgets everything when it holds `most` and is told of one more.

    Threads may share it: read it with `get`, since what was there may be forgotten between two looks.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self) >= self._most and key not in self:
            self.clear()
        super().__setitem__(key, value)
