"""The XML schemas of the setting `schemas`: letters of a namespace that has one there are held against it too."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from gateway.errors import SettingsError
from mappings.medcom_envelope import Emessage
from profiles.issue import Issue
from profiles.schema_folder import SchemaFolder

_LABEL = "xsd#"


def is_schema(label: str) -> bool:
    """Whether what a message was judged by is an XML schema."""
    return label.startswith(_LABEL)


class LetterSchemas:
    """The schemas of a folder, read when the first is needed; none without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._place = folder

    def label(self, tree: Emessage) -> str:
        """The schema a letter is judged by, as "xsd#" and its namespace; "" where there is none."""
        return f"{_LABEL}{tree.namespace}" if tree.namespace in self._namespaces else ""

    def require(self, label: str) -> None:
        """Raises SettingsError unless there is the schema a letter was judged by."""
        if label.removeprefix(_LABEL) not in self._namespaces:
            raise SettingsError(f"There is no schema of {label}. Letters were judged by it; name its folder (schemas).")

    def judge(self, label: str, tree: Emessage) -> tuple[Issue, ...]:
        """What a schema says of a letter; nothing for ""."""
        if self._folder is None or not label:
            return ()
        return self._folder.judge(label.removeprefix(_LABEL), tree.letter, tree.hint)

    def notes(self) -> dict[str, tuple[Issue, ...]]:
        """The schemas there are, by label, and under the folder's name those that cannot be used."""
        if self._folder is None:
            return {}
        labels: dict[str, tuple[Issue, ...]] = {f"{_LABEL}{namespace}": () for namespace in self._folder.namespaces}
        return {**labels, str(self._place): self._folder.issues} if self._folder.issues else labels

    @property
    def _namespaces(self) -> tuple[str, ...]:
        return self._folder.namespaces if self._folder is not None else ()

    @cached_property
    def _folder(self) -> SchemaFolder | None:
        if self._place is None:
            return None
        folder = self._place.expanduser()
        if not folder.is_dir():
            raise SettingsError(f"schemas: there is no folder {self._place}.")
        return SchemaFolder(folder)
