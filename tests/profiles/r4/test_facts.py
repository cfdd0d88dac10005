"""The facts of R4 core: derived with the same bytes from the package, and true where it can be checked by eye."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from profiles.r4 import derive
from profiles.r4.facts import facts
from tests.shared import shared_data


def test_data_file_is_what_the_script_derives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = shared_data("packages/hl7.fhir.r4.core-4.0.1.tgz")
    committed = derive.OUT.read_bytes()
    monkeypatch.setattr(derive, "OUT", tmp_path / "facts.json.gz")
    assert derive.main([str(package)]) == 0
    assert json.loads(gzip.decompress(derive.OUT.read_bytes())) == json.loads(gzip.decompress(committed))
    first = derive.OUT.read_bytes()
    assert derive.main([str(package)]) == 0
    assert derive.OUT.read_bytes() == first


def test_without_a_package_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert derive.main([]) == 2
    assert "PACKAGE.tgz" in capsys.readouterr().err


def test_counts_of_the_standard() -> None:
    known = facts()
    concrete = [fact for fact in known.types.values() if fact.kind == "resource" and not fact.abstract]
    assert (known.version, len(concrete), len(known.primitives)) == ("4.0.1", 146, 20)


def test_elements_keep_order_type_and_cardinality() -> None:
    patient = facts().types["Patient"]
    names = [element.name for element in patient.elements]
    assert names[:4] == ["id", "meta", "implicitRules", "language"]
    assert names.index("birthDate") + 1 == names.index("deceased[x]")
    deceased = patient.elements[names.index("deceased[x]")]
    assert [name for name, _ in deceased.properties()] == ["deceasedBoolean", "deceasedDateTime"]
    assert patient.elements[names.index("name")].repeats
    assert patient.elements[0].types[0].code == "id"
    assert facts().types["Patient.contact"].rules == ("pat-1",)


def test_required_codes_are_expanded() -> None:
    codes = facts().codes["http://hl7.org/fhir/ValueSet/administrative-gender"]
    assert codes == {"http://hl7.org/fhir/administrative-gender": frozenset({"male", "female", "other", "unknown"})}
    assert facts().codes["http://hl7.org/fhir/ValueSet/mimetypes"] is None


def test_every_type_that_is_used_is_known() -> None:
    known = facts()
    used = {use.code for fact in known.types.values() for element in fact.elements for use in element.types}
    assert used - set(known.types) - set(known.primitives) == set()


def test_every_rule_that_is_used_is_known() -> None:
    known = facts()
    used = {key for fact in known.types.values() for key in fact.rules}
    used |= {key for fact in known.types.values() for element in fact.elements for key in element.rules}
    assert used == set(known.rules)
