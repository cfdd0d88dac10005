"""What expressions give: tables of expression and result, by part of the specification."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.fhirpath import (
    Environment,
    FhirPathBudgetError,
    FhirPathError,
    Items,
    Node,
    compile_expression,
    resource_node,
)
from profiles.fhirpath.values import simple
from tests.profiles.fhirpath.samples import PATIENT, observation, patient, words
from tests.profiles.fhirpath.test_parser import TOKENS

NOW = datetime(2026, 3, 29, 3, 5, 6, 789_000, timezone(timedelta(hours=2)))


def shown(items: Items) -> list[str]:
    """Items as text, for comparison."""
    return [str(simple(item)) if not isinstance(simple(item), Node) else "node" for item in items]


def result(text: str, node: Node | None = None, **given_values: object) -> list[str]:
    """What an expression gives on the sample patient, as text."""
    environment = Environment(now=NOW, **given_values)  # type: ignore[arg-type]
    return shown(compile_expression(text).evaluate(node or patient(), environment))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient.name.given", ["Asta", "Bo", "node", "As"]),
        ("Resource.id", ["p1"]),
        ("Observation.status", []),
        ("multipleBirth", ["2"]),
        ("multipleBirthInteger", []),
        ("birthDate.extension('http://e/time').value.hourOf()", ["10"]),
        ("contact.gender", ["male"]),
        ("nothing", []),
        ("name[0].given[1]", ["Bo"]),
        ("name[-1]", []),
        ("contained.name", ["Sygehus"]),
        ("managingOrganization.resolve().name", ["Sygehus"]),
        ("name.given.hasValue()", ["False"]),
        ("name.given.select(hasValue())", ["True", "True", "False", "True"]),
        ("gender.getValue()", ["female"]),
        ("children().count()", ["11"]),
        ("descendants().where($this is code).count()", ["5"]),
        ("name.given.children().count()", ["1"]),
    ],
)
def test_paths(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gender is code", ["True"]),
        ("gender is string", ["True"]),
        ("gender is System.String", ["False"]),
        ("active is boolean", ["True"]),
        ("active.is(Boolean)", ["False"]),
        ("true is Boolean", ["True"]),
        ("1 is System.Integer", ["True"]),
        ("$this is DomainResource", ["True"]),
        ("contact.first() is BackboneElement", ["True"]),
        ("birthDate is date", ["True"]),
        ("(gender as code)", ["female"]),
        ("(gender as id)", []),
        ("children().ofType(HumanName).count()", ["2"]),
        ("gender.type().name", ["code"]),
        ("gender.type().namespace", ["FHIR"]),
        ("1.type().name", ["Integer"]),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", ["True"]),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/Group')", ["False"]),
    ],
)
def test_types(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{} and false", ["False"]),
        ("{} and true", []),
        ("{} or true", ["True"]),
        ("{} or false", []),
        ("{} xor true", []),
        ("{} implies true", ["True"]),
        ("{} implies false", []),
        ("false implies {}", ["True"]),
        ("true and gender", ["True"]),
        ("(0).not()", ["False"]),
        ("{} = {}", []),
        ("{} ~ {}", ["True"]),
        ("1 = 1.0", ["True"]),
        ("1 = '1'", ["False"]),
        ("true = 1", ["False"]),
        ("1.10 ~ 1.1", ["True"]),
        ("1.2 / 1.8 ~ 0.67", ["True"]),
        ("'A  b' ~ 'a\\t B'", ["True"]),
        ("(1 | 2) = (2 | 1)", ["False"]),
        ("(1 | 2) ~ (2 | 1)", ["True"]),
        ("name = name", ["True"]),
        ("name[0] = name[1]", ["False"]),
        ("name[0] ~ name[0]", ["True"]),
        ("1 in (1 | 2)", ["True"]),
        ("(1 | 2) contains 3", ["False"]),
        ("{} in (1 | 2)", []),
        ("birthDate = @1970-03", ["True"]),
        ("birthDate < @1970-03-05", []),
        ("birthDate < @1971-01-01", ["True"]),
        ("'b' > 'a'", ["True"]),
    ],
)
def test_logic_and_comparison(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2147483647 + 1", []),
        ("7 div 2", ["3"]),
        ("-7 div 2", ["-3"]),
        ("(-7) mod 2", ["-1"]),
        ("5.5 mod 0.7", ["0.6"]),
        ("1 / 0", []),
        ("1 div 0", []),
        ("1 / 4", ["0.25"]),
        ("'a' + {}", []),
        ("'a' & {} & 'b'", ["ab"]),
        ("3 'm' + 3 'cm' = 3.03 'm'", ["True"]),
        ("10 'm/s' * 10 's'", ["100 'm'"]),
        ("60 / 1 's'", ["60 '/s'"]),
        ("12 'cm2' / 3 'cm'", ["4 'cm'"]),
        ("1 'cm' = 1 's'", []),
        ("1 year = 12 months", ["True"]),
        ("1 year = 1 'a'", []),
        ("1 year ~ 1 'a'", ["True"]),
        ("1 'Cel' > 1 '[degF]'", []),
        ("1 'foo' = 1 'bar'", []),
        ("2 minutes + 60 seconds", ["3 minutes"]),
        ("12 day * 45 'm'", []),
        ("1 year + 12 months", []),
        ("1 year.toQuantity('month') + 12 months", ["24 month"]),
        ("(-2147483648).convertsToInteger()", ["True"]),
        ("-(2147483647) - 2", []),
        ("name.sort(-family).use", ["nickname", "official"]),
        ("name.sort(family desc).use", ["official", "nickname"]),
        ("(-1).power(0.5)", []),
        ("2.power(-1)", ["0.5"]),
        ("16.log(2) = 4", ["True"]),
        ("(-1.5).round()", ["-2"]),
        ("1.587.lowBoundary(2)", ["1.58"]),
        ("(-1.587).highBoundary(6)", ["-1.586500"]),
        ("(1 | 2 | 3).sum()", ["6"]),
        ("(1 | 2 | 4).avg() > 2", ["True"]),
        ("(3 | 1 | 2).sort()", ["1", "2", "3"]),
        ("(3 | 1 | 2).sort($this desc)", ["3", "2", "1"]),
        ("('a' | 'c' | 'b').sort(-$this).first()", ["c"]),
        ("(1 | 2 | 3).aggregate($total + $this, 0)", ["6"]),
    ],
)
def test_arithmetic(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@2014 + 23 months", ["2015"]),
        ("@2016 + 365 days", ["2017"]),
        ("@2026-02 + 4 weeks", ["2026-02"]),
        ("@2026-02 + 5 weeks", ["2026-03"]),
        ("@2026-01-31 + 1 month", ["2026-02-28"]),
        ("@2024-02-29 - 1 year", ["2023-02-28"]),
        ("@1973-12-25 + 7.9 days", ["1974-01-01"]),
        ("@1973-12-25T00:00:00.000+10:00 + 42.53 seconds", ["1973-12-25T00:00:42.530+10:00"]),
        ("@T23:30:00 + 1 hour", ["00:30:00"]),
        ("@T01:00 - 2 hours", ["23:00"]),
        ("@2014-01-01T08.lowBoundary(8)", ["2014-01-01"]),
        ("@2014.highBoundary(6)", ["2014-12"]),
        ("@2014-02.highBoundary()", ["2014-02-28"]),
        ("@2014-01-01T08:05-05:00.highBoundary(17)", ["2014-01-01T08:05:59.999-05:00"]),
        ("@2014-01-01T08.lowBoundary(17)", ["2014-01-01T08:00:00.000+14:00"]),
        ("@T10:30.highBoundary()", ["10:30:59.999"]),
        ("@T10:30.precision()", ["4"]),
        ("@2014-01-05T10:30:00.000.precision()", ["17"]),
        ("now().toString()", ["2026-03-29T03:05:06.789+02:00"]),
        ("today()", ["2026-03-29"]),
        ("timeOfDay().minuteOf()", ["5"]),
        ("now() = now()", ["True"]),
        ("now() > today()", []),
        ("@2012-01-01T12:30:00.002-07:30.timezoneOffsetOf()", ["-7.5"]),
        ("@2012-01-01T12:30:00.002-07:00.timeOf()", ["12:30:00.002"]),
    ],
)
def test_dates(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'abcdefg'.substring(1, 2)", ["bc"]),
        ("'abc'.substring(3)", []),
        ("'abc'.substring(1, 0)", [""]),
        ("'abc'.indexOf('')", ["0"]),
        ("'abc abc'.lastIndexOf('a')", ["4"]),
        ("'abc'.replace('', 'x')", ["xaxbxcx"]),
        ("'a,,c'.split(',').count()", ["3"]),
        ("('a' | 'b').join('-')", ["a-b"]),
        ("' a '.trim()", ["a"]),
        ("'subjects?_d'.encode('urlbase64')", ["c3ViamVjdHM_X2Q="]),
        ("'74657374'.decode('hex')", ["test"]),
        ("'xyz'.decode('hex')", []),
        ("'\"1<2\"'.escape('html')", ["&quot;1&lt;2&quot;"]),
        ("'\"1\"'.escape('json')", ['\\"1\\"']),
        ("'&lt;'.unescape('html')", ["<"]),
        ("'abc'.toChars().count()", ["3"]),
        ("'11/30/1972'.replaceMatches('(?<m>[0-9]{2})/(?<d>[0-9]{2})/', '${d}-${m}-')", ["30-11-1972"]),
        ("'yes'.toBoolean()", ["True"]),
        ("2.toBoolean()", []),
        ("'1.0'.toInteger()", []),
        ("'-1'.toInteger()", ["-1"]),
        ("true.toDecimal()", ["1.0"]),
        ("'4 days'.toQuantity()", ["4 days"]),
        ("'10 \\'mg\\''.toQuantity('g')", ["0.01 'g'"]),
        ("24 'm'.toQuantity('kg')", []),
        ("'1.a'.convertsToQuantity()", ["False"]),
        ("'2015-02'.toDateTime()", ["2015-02"]),
        ("@2015-02-04T10:00:00Z.toDate()", ["2015-02-04"]),
        ("'25:00'.convertsToTime()", ["False"]),
    ],
)
def test_strings_and_conversion(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name.where(use = 'official').family", ["Holm"]),
        ("name.select(given.first())", ["Asta", "node"]),
        ("name.where($index = 1).use", ["nickname"]),
        ("name.exists(use = 'x')", ["False"]),
        ("name.all(given.exists())", ["True"]),
        ("{}.all(false)", ["True"]),
        ("(1 | 2 | 2).count()", ["2"]),
        ("1.combine(1).isDistinct()", ["False"]),
        ("(1 | 2 | 3).intersect(2 | 4)", ["2"]),
        ("1.combine(1).exclude(2).count()", ["2"]),
        ("(1 | 2).subsetOf(1 | 2 | 3)", ["True"]),
        ("(1 | 2 | 3).supersetOf(4)", ["False"]),
        ("(1 | 2 | 3).tail().skip(1).take(5).last()", ["3"]),
        ("iif(false, 1 / 'a')", []),
        ("{}.iif(true, 'x')", ["x"]),
        ("contact.repeat(name | children()).count()", ["3"]),
        ("1.repeat(iif($this < 5, $this + 1))", ["2", "3", "4", "5"]),
        ("coalesce({}, 2, 1 / 'a')", ["2"]),
        ("(true | false).allTrue()", ["False"]),
        ("(true | false).anyTrue()", ["True"]),
        ("defineVariable('n', name.count()).contact.select(%n)", ["2", "2"]),
        ("name.select(defineVariable('u', use).given.select(%u).first())", ["official", "nickname"]),
        ("%context.id & %resource.id & %rootResource.id", ["p1p1p1"]),
        ("%ucum", ["http://unitsofmeasure.org"]),
        ("%`vs-administrative-gender`", ["http://hl7.org/fhir/ValueSet/administrative-gender"]),
        ("%'ext-patient-birthTime'", ["http://hl7.org/fhir/StructureDefinition/patient-birthTime"]),
    ],
)
def test_collections_and_scopes(text: str, expected: list[str]) -> None:
    assert result(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "name.single()",
        "name.given + 'a'",
        "name.as(HumanName)",
        "1 < 'a'",
        "true < false",
        "-'a'",
        "'a' - 'b'",
        "(1 | 2) & 'b'",
        "@2014 + 1 'a'",
        "@2014 + 1 'cm'",
        "@9999 + 1 year",
        "(1 | 2).iif(true, 1)",
        "iif(1 | 2, 1)",
        "'a'.length(1)",
        "1.length()",
        "%nothing",
        "defineVariable('context')",
        "defineVariable('a').defineVariable('a')",
        "name.select(defineVariable('u', use)).select(%u)",
        "'a'.matches('(')",
        "1.5.round(-1)",
        "0.log(2)",
        "gender.memberOf('http://x')",
        "conformsTo('http://unknown')",
        "'a'.encode('rot13')",
    ],
)
def test_errors(text: str) -> None:
    with pytest.raises(FhirPathError):
        result(text)


def test_quantities_of_fhir_are_compared_by_unit() -> None:
    assert result("Observation.value > 80000 'g'", observation()) == ["True"]
    assert result("Observation.value ~ 81 'kg'", observation()) == ["True"]
    assert result("Observation.value = 80.5 'kg'", observation()) == ["True"]
    assert result("Observation.value.value.precision()", observation()) == ["2"]


def test_the_environment_answers_for_what_lies_outside() -> None:
    other = resource_node({"resourceType": "Patient", "id": "other"})
    asked: list[str] = []
    traced: list[tuple[str, int]] = []

    def resolve(reference: str, _: Node) -> Node | None:
        asked.append(reference)
        return other if reference == "Patient/other" else None

    environment = Environment(
        resolve=resolve,
        member_of=lambda _, url: url == "http://vs",
        conforms_to=lambda node, url: node.type == "Patient" and url == "http://p",
        trace=lambda name, items: traced.append((name, len(items))),
        variables={"limit": [3]},
    )

    def evaluate(text: str) -> list[str]:
        return shown(compile_expression(text).evaluate(patient(), environment))

    assert evaluate("('Patient/other' | 'Patient/none').resolve().id") == ["other"]
    assert asked == ["Patient/other", "Patient/none"]
    assert evaluate("gender.memberOf('http://vs')") == ["True"]
    assert evaluate("conformsTo('http://p')") == ["True"]
    assert evaluate("name.trace('n', given).count() + %limit") == ["5"]
    assert traced == [("n", 4)]


def test_without_a_clock_there_is_no_time() -> None:
    with pytest.raises(FhirPathError):
        compile_expression("now()").evaluate(patient())


def test_r4s_own_invariants_may_cast_many() -> None:
    text = "name.as(HumanName).count() = 2 and descendants().as(code).exists()"
    assert result(text, as_filters=True) == ["True"]


def test_holds_is_the_boolean_of_the_collection() -> None:
    assert compile_expression("active").holds(patient()) is True
    assert compile_expression("gender").holds(patient()) is True
    assert compile_expression("deceased").holds(patient()) is None
    with pytest.raises(FhirPathError):
        compile_expression("name").holds(patient())


@pytest.mark.parametrize(
    "text",
    [
        "1.repeatAll(1)",
        "1.repeatAll($this | 2)",
        "'a'.repeatAll($this & 'a')",
        "(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9).repeat($this + 1)",
        "'aaaaaaaaaaaaaaaa'.repeatAll(toChars().combine($this.toChars()))",
    ],
)
def test_work_is_bounded(text: str) -> None:
    with pytest.raises(FhirPathBudgetError):
        result(text, steps=20_000)


def test_texts_cannot_grow_without_end() -> None:
    doubled = "'aaaaaaaaaaaaaaaa'" + ".select($this & $this)" * 40
    with pytest.raises(FhirPathError):
        result(doubled)


def test_threads_share_an_expression() -> None:
    expression = compile_expression("name.where($index = 0).given.aggregate($total & $this, '') & %who")
    found: dict[int, Items] = {}

    def work(number: int) -> None:
        for _ in range(50):
            found[number] = expression.evaluate(patient(), Environment(variables={"who": [str(number)]}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [f"AstaBo{number}"] for number in range(4)}


def test_data_is_not_changed() -> None:
    before = repr(PATIENT)
    result("descendants().distinct().count() + name.given.count()")
    assert repr(PATIENT) == before


@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=12).map(" ".join))
def test_evaluation_raises_nothing_but_its_own_errors(text: str) -> None:
    try:
        compile_expression(text).evaluate(patient(), Environment(now=datetime(2026, 1, 1, tzinfo=UTC), steps=50_000))
    except FhirPathError:
        return


_CALLS = words(
    "name.given gender birthDate active multipleBirth contact $this 1 2.50 'a' @2020-01 @T10:30 3 'mg' 1 year {} true"
)
_STEPS = words(
    "first() last() count() toString() toInteger() toDecimal() toQuantity() toDate() toDateTime() toTime() "
    "toBoolean() lowBoundary() highBoundary() precision() abs() ceiling() sqrt() ln() exp() upper() length() "
    "toChars() children() descendants() distinct() type() hasValue() not() sum() min() max() avg() sort() "
    "resolve() htmlChecks() round(1) where($this=$this) select($this|1) all(true) join(',') power(2) log(3) "
    "substring(1) matches('a.*') yearOf() comparable($this) indexOf('a') encode('hex') repeat(children()) "
    "aggregate($total|$this) is(String) ofType(code)"
)


@given(
    st.sampled_from(_CALLS),
    st.lists(st.sampled_from(_STEPS), max_size=4),
    st.sampled_from(["=", "~", "<", "+", "-", "*", "/", "|", "&", "in", "and", "div", "mod", "is not"]),
    st.sampled_from(_CALLS),
)
def test_calls_raise_nothing_but_their_own_errors(start: str, steps: list[str], operator: str, other: str) -> None:
    text = f"({'.'.join([f'({start})', *steps])}) {operator} ({other})"
    try:
        compile_expression(text).evaluate(patient(), Environment(steps=100_000))
    except FhirPathError:
        return
