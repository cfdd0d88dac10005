"""Extensions are judged by the definition their url names, and by where they stand."""

from __future__ import annotations

from profiles.validator import Options
from tests.profiles.samples import BASE, Json, element, found, patient, profile


def _extension(name: str, context: str, *elements: Json) -> Json:
    url = element("Extension.url", fixedUri=BASE + name)
    where = [{"type": "element", "expression": context}]
    return profile(name, "Extension", url, *elements, kind="complex-type", context=where)


COLOUR = _extension("colour", "Patient", element("Extension.value[x]", min=1, type=[{"code": "code"}]))


def test_a_known_extension_in_its_place() -> None:
    assert found(patient(extension=[{"url": f"{BASE}colour", "valueCode": "red"}]), COLOUR) == []


def test_its_own_rules_count() -> None:
    wrong = patient(extension=[{"url": f"{BASE}colour", "valueString": "red"}])
    assert found(wrong, COLOUR) == ["error profile-type Patient.extension[0]"]


def test_what_tools_of_hl7_wrote_and_nobody_defines_is_let_be() -> None:
    name = {"url": "http://hl7.org/fhir/StructureDefinition/instance-name", "valueString": "Example"}
    assert found(patient(meta={"extension": [name]})) == []
    other = name | {"url": "http://hl7.org/fhir/StructureDefinition/instance-colour"}
    assert found(patient(meta={"extension": [other]})) == ["error extension-unknown Patient.meta.extension[0]"]


def test_an_unknown_extension_is_an_error_unless_it_is_tolerated() -> None:
    unknown = patient(extension=[{"url": f"{BASE}size", "valueCode": "red"}])
    assert found(unknown) == ["error extension-unknown Patient.extension[0]"]
    assert found(unknown, options=Options(tolerated=("overgang.example",))) == []


def test_an_extension_in_the_wrong_place() -> None:
    named = patient(name=[{"text": "x", "extension": [{"url": f"{BASE}colour", "valueCode": "red"}]}])
    assert found(named, COLOUR) == ["error extension-context Patient.name[0]"]
    modifier = patient(modifierExtension=[{"url": f"{BASE}colour", "valueCode": "red"}])
    assert found(modifier, COLOUR) == ["error extension-modifier Patient.modifierExtension[0]"]


def test_an_extension_has_a_value_or_extensions_and_an_absolute_url() -> None:
    assert "error ext-1 Patient.extension[0]" in found(patient(extension=[{"url": f"{BASE}colour"}]), COLOUR)
    assert found(patient(extension=[{"url": "colour", "valueCode": "red"}])) == [
        "error extension-url Patient.extension[0]"
    ]


def test_extensions_of_primitives() -> None:
    dated = patient(_birthDate={"extension": [{"url": f"{BASE}size", "valueCode": "red"}]})
    assert found(dated) == ["error extension-unknown Patient.birthDate.extension[0]"]


USE = "http://hl7.org/fhir/StructureDefinition/version-specific-use"


def _from(version: str) -> list[Json]:
    return [{"url": USE, "extension": [{"url": "startFhirVersion", "valueCode": version}]}]


def test_an_extension_of_other_versions_of_fhir() -> None:
    red = patient(extension=[{"url": f"{BASE}colour", "valueCode": "red"}])
    assert found(red, COLOUR | {"extension": _from("4.0")}) == []
    assert found(red, COLOUR | {"extension": _from("5.0")}) == ["error extension-version-use Patient"]


def test_a_place_for_other_versions_of_fhir() -> None:
    red = patient(extension=[{"url": f"{BASE}colour", "valueCode": "red"}])
    for kind in ("element", "fhirpath"):
        place: Json = {"type": kind, "expression": "Patient"}
        assert found(red, COLOUR | {"context": [place]}) == []
        assert found(red, COLOUR | {"context": [place | {"extension": _from("4.3")}]}) == [
            "error extension-context Patient"
        ]


def test_an_extension_for_another_stands_on_its_value_too() -> None:
    inner = _extension("shade", "x") | {"context": [{"type": "extension", "expression": f"{BASE}colour"}]}
    shade = {"extension": [{"url": f"{BASE}shade", "valueCode": "dark"}]}
    on_value = {"url": f"{BASE}colour", "valueCode": "red", "_valueCode": shade}
    assert found(patient(extension=[on_value]), COLOUR, inner) == []
    on_gender = patient(gender="male", _gender=shade)
    assert found(on_gender, COLOUR, inner) == ["error extension-context Patient.gender"]


def test_extensions_that_carry_elements_of_other_versions() -> None:
    def told(path: str) -> list[str]:
        url = f"http://hl7.org/fhir/{path}"
        return found(patient(extension=[{"url": url, "valueString": "a"}]))

    assert told("3.0/StructureDefinition/extension-Patient.animal.species") == []
    wrong = ["error extension-cross-version Patient.extension[0]"]
    assert told("4.0/StructureDefinition/extension-Patient.contact.name") == wrong
    assert told("9.0/StructureDefinition/extension-Patient.animal") == wrong


def test_no_extension_stands_on_the_id_of_a_resource() -> None:
    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    one = patient(id="a", _id={"extension": [absent]})
    assert found(one) == ["error resource-id-extension Patient.id"]
    assert found(patient(id="a", _id={"id": "b"})) == []
