"""References from an entry of a Bundle to another (R4, 3.1.9.4): what does not lead where it seems to."""

from __future__ import annotations

from collections.abc import Iterator

from profiles.bundle_index import BundleIndex, Entry, is_absolute, target_of
from profiles.faults import Fault
from profiles.issue import Severity

_RESPONSES = ("batch-response", "transaction-response")
_REQUESTS = ("batch", "transaction")
_MOST_SHOWN = 20
"""Entries that are nearly meant; more of them help nobody, and many entries of one id must not cost the square."""


def check_bundled(reference: str, entry: Entry, bundle: BundleIndex) -> Iterator[Fault]:
    """What is wrong with a reference in an entry by the rules for fullUrls. A contained one is none of their business,
    and a search ("Patient?identifier=1") stands for what the receiver finds."""
    if reference.startswith("#"):
        return
    if not is_absolute(reference):
        if not entry.full_url:
            if bundle.kind not in _RESPONSES:
                text = "A relative reference means nothing in an entry without a fullUrl."
                yield Fault("bundle-relative", text, "required")
            return
        if reference.count("/") not in (1, 3):
            if bundle.kind not in _REQUESTS or "?" not in reference:
                yield Fault("reference-format", "A relative reference must be Type/id with a type of R4.", "invalid")
            return
    found = bundle.named(reference, entry.full_url)
    if len(found) > 1:
        text = f"The reference leads to {len(found)} entries; name the version that is meant, or drop the others."
        yield Fault("bundle-many", text, "forbidden")
    if found:
        yield from _type(reference, found[-1])
    else:
        yield from _missing(reference, entry, bundle)


def _type(reference: str, found: Entry) -> Iterator[Fault]:
    """A relative reference that builds on a urn has a type of its own."""
    if not is_absolute(reference) and found.type != reference.partition("/")[0]:
        text = f"The reference says {reference.partition('/')[0]}, and the entry it leads to is {found.type}."
        yield Fault("reference-target", text, "required")


def _missing(reference: str, entry: Entry, bundle: BundleIndex) -> Iterator[Fault]:
    target, version = target_of(reference, entry.full_url)
    if version and bundle.lacks_version(target):
        text = "A reference names a version of an entry that has no meta.versionId."
        yield _warning("bundle-version", text)
    if reference.startswith("urn:"):
        yield _warning("bundle-not-local", "The reference is a urn, and no entry has it as its fullUrl.")
    alike = bundle.alike(reference)
    if len(alike) > 1:
        text = f"The reference leads to no entry by the rules for fullUrls, and {len(alike)} have its type and id."
        yield _warning("bundle-near", text)
    for other in alike[:_MOST_SHOWN]:
        text = f"Entry {other.position} has the type and id of this reference, but {_why_not(other, version)}."
        yield _warning("bundle-near", text)


def _why_not(other: Entry, version: str) -> str:
    if not other.full_url:
        return "no fullUrl"
    if version and other.version != version:
        return "is another version"
    return "its fullUrl is not what the reference makes of the fullUrl around it"


def _warning(code: str, text: str) -> Fault:
    return Fault(code, text, "required", Severity.WARNING)
