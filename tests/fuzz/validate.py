"""make fuzz-validate: mutated documents through the readers, the validator and the doors' own checking, which reads
messages of every format, judges them by their guides and says where; nothing may raise, hang or grow.

    python -m tests.fuzz.validate [--cases N] [--seconds S] [--seed X] [--only CASE]

Each case is made by the seed and its number alone, so what is found is repeated with --seed and --only. Seeds are our
own sample messages, and every public example where the test data is beside the project. A document may take 2 seconds
of processor time; memory may grow by 300 MB after the first hundred cases. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import random
import resource
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.checking import Checker
from gateway.guides import load_guide
from gateway.intake_guides import IntakeGuides
from gateway.letter_schemas import LetterSchemas
from profiles.context import Context, open_store
from profiles.core import core_package
from profiles.fhir_xml import from_xml, to_xml
from profiles.issue import Issue
from profiles.lenient_json import read_json
from profiles.review import Review
from profiles.safe_xml import parse_xml
from profiles.strict_json import parse_json
from profiles.structure import check_structure
from profiles.terminology import Terminology
from profiles.validator import Validator
from tests.fuzz.mutations import mutate, mutate_bytes
from tests.fuzz.shapes import SHAPES
from tests.shared import DATA

OWN = Path(__file__).parents[1] / "messages"
GUIDES = (("medcom.fhir.dk.hospitalnotification", "3.0.2"), ("medcom.fhir.dk.carecommunication", "5.0.2"))
MOST_SECONDS = 2.0
MOST_GROWTH = 300
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_STANDARD_ERROR = 2
_HUNG = 60
_WARM = 100


@dataclass(slots=True)
class Findings:
    """What a campaign found. raised: traces by case; slow: processor seconds by case; growth in MB."""

    cases: int = 0
    raised: dict[int, str] = field(default_factory=dict)
    slow: dict[int, float] = field(default_factory=dict)
    slowest: float = 0.0
    growth: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.raised and not self.slow and self.growth <= MOST_GROWTH


@dataclass(frozen=True, slots=True)
class Bench:
    """What cases are made of and judged by. seeds: resources; letters: messages of other formats, as bytes; profiles:
    canonical urls; checker: what the doors check messages with."""

    seeds: tuple[Any, ...]
    letters: tuple[bytes, ...]
    validators: tuple[Validator, ...]
    profiles: tuple[str, ...]
    checker: Checker


def set_up(data: Path = DATA) -> Bench:
    """Our own samples and validator; with the test data, its examples and the guides too."""
    contexts = [Context.of((core_package(),))]
    if (data / "packages").is_dir():
        store = open_store((data / "packages",))
        contexts += [Context.load(store, name, version) for name, version in GUIDES]
    validators = tuple(Validator(one, Terminology(one)) for one in contexts)
    profiles = [str(one.resource.get("url")) for one in contexts[-1].of_type("StructureDefinition")]
    files = sorted(
        path for folder in (OWN, data / "messages", data / "fhir-validator-suite") for path in _documents(folder)
    )
    bodies = [path.read_bytes() for path in files]
    seeds = [seed for body in bodies for seed in _seed(body)]
    letters = [body for body in bodies if not list(_seed(body))] + [path.read_bytes() for path in OWN.rglob("*.hl7")]
    profiles = sorted({*profiles, "http://a.example/unknown"})
    return Bench(tuple(seeds), tuple(letters), validators, tuple(profiles), _checker(data))


def _checker(data: Path) -> Checker:
    """What the doors check messages with: as they are taken in, all else by R4 and our own guide."""
    folders, schemas = (data / "packages",), data / "oioxml-xsd"
    letters = LetterSchemas(schemas if schemas.is_dir() else None)
    taken_in = IntakeGuides(folders, {}, Review(), lambda: _NOW, letters)
    taken_in.load()
    return Checker(load_guide("", folders, (), _NOW).judge, taken_in.explain, taken_in.explain, today=_NOW.date())


def _documents(folder: Path) -> Iterable[Path]:
    suffixes = (".json", ".xml")
    return (path for path in folder.rglob("*") if path.suffix in suffixes and path.stat().st_size < 100_000)


def _seed(body: bytes) -> Iterator[Any]:
    """A resource, where the bytes are one of FHIR's."""
    if body.lstrip()[:1] == b"<":
        root, _ = parse_xml(body)
        value = from_xml(root)[0] if root is not None and "hl7.org/fhir" in str(root.tag) else None
    else:
        value, _ = parse_json(body)
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        yield value


def run(bench: Bench, numbers: Iterable[int], seconds: float, seed: int) -> Findings:
    """Judge the cases of these numbers, until the time is up."""
    found = Findings()
    until = time.monotonic() + seconds
    base = _memory()
    for number in numbers:
        if time.monotonic() > until:
            break
        if found.cases == _WARM:
            base = _memory()
        _judge_one(bench, number, seed, found)
        found.cases += 1
    found.growth = _memory() - base if found.cases > _WARM else 0
    return found


def _judge_one(bench: Bench, number: int, seed: int, found: Findings) -> None:
    dice = random.Random(f"{seed}/{number}")  # noqa: S311  (repeatable is what it must be)
    body = document(bench, dice)
    faulthandler.dump_traceback_later(_HUNG, exit=True, file=_STANDARD_ERROR)
    begun = time.process_time()
    try:
        judge(bench, body, dice)
    except Exception:  # noqa: BLE001  (whatever is raised is what is looked for)
        found.raised[number] = traceback.format_exc()
    finally:
        faulthandler.cancel_dump_traceback_later()
    spent = time.process_time() - begun
    found.slowest = max(found.slowest, spent)
    if spent > MOST_SECONDS:
        found.slow[number] = round(spent, 2)


def document(bench: Bench, dice: random.Random) -> bytes:
    """The bytes of one case."""
    if bench.letters and dice.random() < 0.1:
        return mutate_bytes(dice.choice(bench.letters), dice)
    if dice.random() < 0.1 or not bench.seeds:
        tree: Any = dice.choice(SHAPES)(dice)
    else:
        tree = dice.choice(bench.seeds)
    if dice.random() < 0.75:
        tree = mutate(tree, dice)
    body = _xml(tree) if dice.random() < 0.25 and isinstance(tree, dict) else _json(tree)
    return mutate_bytes(body, dice) if dice.random() < 0.3 else body


def _xml(tree: dict[str, Any]) -> bytes:
    """As XML; as JSON what XML cannot say."""
    try:
        return to_xml(tree)
    except ValueError:
        return _json(tree)


def _json(tree: Any) -> bytes:
    return json.dumps(tree, default=_number, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def judge(bench: Bench, body: bytes, dice: random.Random) -> tuple[Issue, ...]:
    """Read and judge one document: as the doors check it, or by any guide and profiles."""
    if dice.random() < 0.4:
        return bench.checker.check("document", body).issues
    tree, issues = _read(body)
    validator = dice.choice(bench.validators)
    asked = tuple(dice.choice(bench.profiles) for _ in range(dice.choice((0, 0, 1, 2))))
    return (*issues, *check_structure(tree), *validator.validate(tree, asked))


def _read(body: bytes) -> tuple[Any, tuple[Issue, ...]]:
    if body.lstrip()[:1] != b"<":
        return read_json(body)
    root, issues = parse_xml(body)
    if root is None:
        return None, issues
    tree, found = from_xml(root)
    return tree, (*issues, *found)


def _memory() -> int:
    """The most memory this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


def main(arguments: list[str]) -> int:
    """Command line; 0 where nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000, help="how many documents (default 5000)")
    parser.add_argument("--seconds", type=float, default=300, help="after which no more are made (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the random generator (default 1)")
    parser.add_argument("--only", type=int, default=-1, help="one case again, with its trace")
    given = parser.parse_args(arguments)
    numbers = range(given.cases) if given.only < 0 else (given.only,)
    bench = set_up()
    gc.collect()
    gc.freeze()  # as `serve` does: a document is not charged for looking through the guides that were loaded before it
    found = run(bench, numbers, given.seconds, given.seed)
    for number, trace in found.raised.items():
        sys.stdout.write(f"case {number}:\n{trace}\n")
    told = {**asdict(found), "raised": sorted(found.raised), "slowest": round(found.slowest, 2), "memory": _memory()}
    sys.stdout.write(json.dumps({"seed": given.seed, **told, "clean": found.clean}) + "\n")
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
