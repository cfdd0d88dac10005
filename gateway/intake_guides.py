"""The guides messages are judged by when they are taken in: each format's own, as far as its packages are installed;
letters by the schema of their namespace, where the settings name a folder that has one.

What a guide calls an error refuses the message, but for what `intake-review.toml` (and the reviewed file of the
settings) lowers or silences. What is only of interest to engineers (information) is left out: `validate` tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.errors import SettingsError
from gateway.letter_schemas import LetterSchemas, is_schema
from mappings.medcom_envelope import Emessage
from mappings.reading import NOT_JUDGED, Judged
from profiles.issue import Issue, Severity
from profiles.names import BASE, GUIDE_PACKAGE
from profiles.review import Review, Reviewed, ReviewError, read_review
from profiles.versions import best

if TYPE_CHECKING:  # the validator takes a quarter of a second that most commands do not need
    from gateway.guides import Guide
    from profiles.packages import PackageStore

_MEDCOM = "http://medcomfhir.dk/ig"
NO_SCHEMAS = LetterSchemas(None)
_OF_OTHERS = ("profile-unknown", "extension-unknown")


@dataclass(frozen=True, slots=True)
class Guided:
    """The guide of a format: its package, and the profiles its documents must follow whether they claim them or not.

    alone: it names no package of others, so what is of others (profiles, extensions) is not told as unknown.
    """

    package: str
    profiles: tuple[str, ...] = ()
    alone: bool = False


GUIDED: Mapping[str, Guided] = {
    "medcom-hospital-notification": Guided(
        "medcom.fhir.dk.hospitalnotification",
        (f"{_MEDCOM}/hospitalnotification/StructureDefinition/medcom-hospitalNotification-message",),
    ),
    "medcom-care-communication": Guided(
        "medcom.fhir.dk.carecommunication",
        (f"{_MEDCOM}/carecommunication/StructureDefinition/medcom-careCommunication-message",),
    ),
    "medcom-acknowledgement": Guided(
        "medcom.fhir.dk.acknowledgement",
        (f"{_MEDCOM}/acknowledgement/StructureDefinition/medcom-messaging-acknowledgement",),
    ),
    "medcom-empty": Guided("medcom.fhir.dk.acknowledgement"),
    "iv-referral": Guided(GUIDE_PACKAGE, (f"{BASE}/StructureDefinition/iv-referral-message",), alone=True),
    "kl-gateway": Guided("kl.dk.fhir.gateway"),
}
"""The guide of each format that has one."""
_LETTER = Guided("")


class IntakeGuides:
    """Judges documents by the guide of their format. A guide is loaded when it is first needed, and then kept."""

    def __init__(
        self,
        folders: Sequence[Path],
        versions: Mapping[str, str],
        review: Review,
        now: Callable[[], datetime],
        letters: LetterSchemas = NO_SCHEMAS,
    ) -> None:
        """folders: where packages lie. versions: of packages that are not to be used at the latest version there is.
        review: what is said of findings besides `intake-review.toml`, and before it. letters: schemas of letters."""
        self._folders = tuple(folders)
        self._versions = versions
        self._given = review
        self._review = review + read_review((files("gateway") / "intake-review.toml").read_text(), "intake-review.toml")
        self._now = now
        self._letters = letters
        self._loaded: dict[tuple[str, tuple[str, ...]], Guide] = {}
        self._opened: PackageStore | None = None

    def at(self, now: Callable[[], datetime]) -> IntakeGuides:
        """The same guides by another clock, which their invariants and the review go by."""
        return IntakeGuides(self._folders, self._versions, self._given, now, self._letters)

    def label(self, form: str) -> str:
        """The package a format's documents are judged by, name#version; "" where it has none or it is not installed.

        Raises SettingsError where the version of the settings is not installed.
        """
        guided = GUIDED.get(form)
        if guided is None:
            return ""
        wanted = self._versions.get(guided.package, "")
        version = best(self._store.versions(guided.package), wanted)
        if wanted and version is None:
            raise _not_installed(f"{guided.package}#{wanted}", "The setting guide_versions names it")
        return f"{guided.package}#{version}" if version else ""

    def require(self, label: str) -> None:
        """Raises SettingsError unless a package, name#version, is installed, or a schema there; "" always is."""
        if is_schema(label):
            self._letters.require(label)
            return
        name, _, version = label.partition("#")
        if label and version not in self._store.versions(name):
            raise _not_installed(label, "Messages were judged by it")

    def judge(self, form: str, tree: Any) -> Judged:
        """What the guide of its format, or the schema of its namespace, says of a document."""
        return self.judge_by(self._label_of(form, tree), form, tree)

    def judge_by(self, label: str, form: str, tree: Any) -> Judged:
        """What a package (name#version) or schema says of a document; nothing for "". Raises SettingsError if it is
        unusable."""
        if not label:
            return NOT_JUDGED
        told, guided = self._reviewed(label, form, tree).issues, GUIDED.get(form, _LETTER)
        return Judged(label, tuple(issue for issue in told if _is_told(issue, guided)))

    def explain(self, form: str, tree: Any) -> tuple[str, Reviewed]:
        """The guide of a format ("" for none), and all it says of a document: also what is silenced, and why, and what
        intake leaves out."""
        label = self._label_of(form, tree)
        return label, self.explain_by(label, form, tree)

    def explain_by(self, label: str, form: str, tree: Any) -> Reviewed:
        """All that a package or schema says of a document, as explain has it. Raises SettingsError."""
        return self._reviewed(label, form, tree) if label else Reviewed(())

    def _label_of(self, form: str, tree: Any) -> str:
        return self._letters.label(tree) if isinstance(tree, Emessage) else self.label(form)

    def _reviewed(self, label: str, form: str, tree: Any) -> Reviewed:
        is_letter = isinstance(tree, Emessage)
        found = self._letters.judge(label, tree) if is_letter else self._guide(label, GUIDED[form].profiles).judge(tree)
        return self._review.apply(found, self._now().date())

    def load(self) -> Mapping[str, tuple[Issue, ...]]:
        """Load every guide that is installed, so that no message waits for it; what is to be said of each (a dependency
        that is missing). Raises SettingsError for one that cannot be used."""
        labels = {form: self.label(form) for form in GUIDED}
        found = {label: self._guide(label, GUIDED[form].profiles).issues for form, label in labels.items() if label}
        return {**found, **self._letters.notes()}

    def _guide(self, label: str, profiles: tuple[str, ...]) -> Guide:
        key = (label, profiles)
        if key not in self._loaded:
            self._loaded[key] = _load(self._store, label, profiles, self._now)
        return self._loaded[key]

    @property
    def _store(self) -> PackageStore:
        if self._opened is None:
            from profiles.context import open_store

            self._opened = open_store(self._folders)
        return self._opened


def _is_told(issue: Issue, guided: Guided) -> bool:
    return issue.severity is not Severity.INFORMATION and not (guided.alone and issue.code in _OF_OTHERS)


def _not_installed(label: str, why: str) -> SettingsError:
    return SettingsError(
        f"Package {label} is not installed. {why}; put it into a package folder, or: overgang packages install {label}"
    )


def _load(store: PackageStore, label: str, profiles: tuple[str, ...], now: Callable[[], datetime]) -> Guide:
    from gateway.errors import BadRequestError
    from gateway.guides import guide_in

    try:
        return guide_in(store, label, profiles, now)
    except BadRequestError as problem:
        raise SettingsError(f"Messages cannot be judged by {label}. {problem}") from problem


def reviewed(path: Path | None) -> Review:
    """The review in a file of the settings; an empty one without a file. Raises SettingsError."""
    if path is None:
        return Review()
    try:
        return read_review(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"The reviewed file {path} cannot be read: {problem}.") from problem
    except ReviewError as problem:
        raise SettingsError(str(problem)) from problem


def pinned(text: str) -> dict[str, str]:
    """The setting guide_versions, "name#version, name#version", as versions by name. Raises SettingsError."""
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, version = part.partition("#")
        if not (name and version):
            raise SettingsError(f"guide_versions: {part!r} is no package; write name#version, separated by commas.")
        found[name] = version
    return found
