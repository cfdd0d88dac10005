"""Guides: which packages a resource is judged by, and the judge made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.demands import NOTHING, Demands
from gateway.errors import BadRequestError
from profiles.context import Context, open_store
from profiles.invariants import Clock
from profiles.issue import Issue, refuses
from profiles.membership import TerminologySource
from profiles.names import GUIDE_PACKAGE
from profiles.packages import PackageStore
from profiles.terminology import Terminology
from profiles.validator import Options, Validator


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its validator, what was found wrong with its packages (a dependency that another version stands in for),
    and profiles every resource must follow."""

    validator: Validator
    terminology: Terminology
    issues: tuple[Issue, ...]
    profiles: tuple[str, ...] = ()

    def judge(self, resource: dict[str, Any]) -> tuple[Issue, ...]:
        """What the guide says of a resource in its JSON form."""
        return self.validator.validate(resource, self.profiles)

    def following(self, profiles: Iterable[str]) -> Guide:
        """The same guide, asking every resource to follow these profiles (canonical urls) too."""
        return replace(self, profiles=tuple(profiles))

    def demanding(self, wanted: Demands) -> Guide:
        """The same guide, judging by these demands too; what it has compiled is not shared."""
        if wanted == NOTHING:
            return self
        options = replace(
            self.validator.options,
            advice=wanted.best_practice,
            publishing=wanted.for_publication,
            must_resolve=wanted.must_resolve,
            trail=wanted.trail,
            entries=wanted.entries,
            stable=wanted.no_experimental,
        )
        return replace(self, validator=Validator(self.validator.context, self.terminology, options))


def load_guide(
    package: str, folders: Iterable[Path], profiles: Sequence[str], now: datetime, terminology: str = ""
) -> Guide:
    """The guide of a package, "name" or "name#version"; "" for base R4 and our own guide.

    folders: where packages lie (.tgz or unpacked). profiles: canonical urls that every resource must follow. now: what
    invariants take for today. terminology: where codes the packages do not know are asked about (the setting's words).
    Raises BadRequestError for a package that is not there.
    """
    return guide_in(open_store(folders), package, profiles, now, terminology)


def guide_in(
    store: PackageStore, package: str, profiles: Sequence[str], now: datetime | Clock, terminology: str = ""
) -> Guide:
    """The guide of a package in a store of packages, as load_guide has it.

    Our own guide is known beside every other: its extension may stand in any message.
    """
    name, _, version = (package or GUIDE_PACKAGE).partition("#")
    context = Context.load(store, name, version or "latest")
    if refuses(context.issues):
        raise BadRequestError(" ".join(issue.text for issue in context.issues if refuses((issue,))))
    context = context.with_package(store.find(GUIDE_PACKAGE).package)
    codes = Terminology(context, _sources(terminology))
    return Guide(Validator(context, codes, Options(now=now)), codes, context.issues, tuple(profiles))


def _sources(words: str) -> tuple[TerminologySource, ...]:
    """What is asked about codes the packages do not know. A client for HTTP takes long to import, and few ask one."""
    if not words:
        return ()
    from gateway.terminology_server import terminology_sources

    return terminology_sources(words)
