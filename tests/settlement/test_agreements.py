"""Agreements: the shipped one is whole and plainly an example; a wrong file says what is wrong and where."""

from datetime import date
from pathlib import Path

import pytest

from settlement.agreements import SHIPPED, load, load_all, problems
from settlement.clauses.conditions import Eligibility
from settlement.clauses.kinds import KINDS
from settlement.clauses.tariffs import Tariff
from settlement.datafile import DataFileError
from settlement.eligibility import PREDICATES, REASONS
from settlement.records import WeightCategory

PL = """
id = "pl"
title = { da = "Prøve", en = "Sample" }
note = { da = "Prøve", en = "Sample" }
legal_reference = "none"
valid_from = 2021-01-01
[[party]]
role = "payer"
code = "DK-82"
valid_from = 2021-01-01
[[clause]]
id = "rate"
kind = "tariff"
title = { da = "Takst", en = "Rate" }
key = ["iv-type", "category"]
[[clause.version]]
id = "2021"
valid_from = 2021-01-01
valid_to = 2021-12-31
price_level = "2021"
legal_reference = "none"
[clause.version.rates]
"antibiotic/1" = 1000.00
[[clause.version]]
id = "2022"
valid_from = 2022-01-01
valid_to = 2022-12-31
price_level = "2022"
legal_reference = "none"
projects = "2021"
index_percent = 1.4
"""


def written(folder: Path, text: str, name: str = "pl.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_agreement_has_every_category_every_year_and_says_it_is_an_example() -> None:
    agreement = load(SHIPPED / "iv-midtjylland.toml")
    tariffs = [clause.rule for clause in agreement.clauses if isinstance(clause.rule, Tariff)]
    assert agreement.illustrative
    assert "eksempler" in agreement.note["da"]
    assert [party.code for party in agreement.parties if party.role == "payer"] == ["DK-82"]
    for version in tariffs[0].version:
        assert {key[0] for key in version.rates} == {str(category) for category in WeightCategory}
    assert any(isinstance(clause.rule, Eligibility) for clause in agreement.clauses)
    assert agreement in load_all()


def test_price_level_projection(tmp_path: Path) -> None:
    """PL 1.4 %: 1000.00 kr. becomes 1014.00 kr."""
    tariff = load(written(tmp_path, PL)).clauses[0].rule
    assert isinstance(tariff, Tariff)
    assert tariff.version[1].rates == {("antibiotic", "1"): 101_400}
    assert tariff.version[1].valid_to == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'kind = "tariff"',
            'kind = "tarif"',
            r"line 13, clause\[1\].kind: is not known. Write one of: approval, base-and-extra",
        ),
        ("valid_from = 2022-01-01", "valid_from = 2021-06-01", r"clause\[1\].version\[2\].valid_from: overlaps"),
        ("valid_to = 2022-12-31", "valid_to = 2021-12-31", "lies before valid_from"),
        ('projects = "2021"', 'projects = "2020"', "names no earlier version"),
        ("index_percent = 1.4", 'index_percent = "1.4"', "index_percent: must be a number"),
        ("index_percent = 1.4", "index_percent = 1.4\nround_to = 0", "round_to: is a number of oere"),
        ('"antibiotic/1" = 1000.00', '"antibiotic/1" = 1000.005', "at most two decimals"),
        ('"antibiotic/1" = 1000.00', '"antibiotic/1" = -1', "is negative"),
        ('"antibiotic/1" = 1000.00', '"antibiotic" = 1', r"must have 2 part\(s\)"),
        ('key = ["iv-type", "category"]', 'key = ["iv-type", "weight"]', "key: must name facts"),
        ('role = "payer"', 'role = "paying"', "authority, operator, payer"),
        ('id = "pl"', "", r"pl\.toml, id: is missing"),
        ('id = "pl"', 'id = "pl"\nidd = 1', "idd: unknown key"),
        ('id = "rate"\nkind = "tariff"', 'id = "rate"\nkind = "eligibility"\nrequires = ["luck"]', "unknown"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in PL
    with pytest.raises(DataFileError, match=message):
        load(written(tmp_path, PL.replace(old, new)))


def test_an_agreement_has_clauses_with_names_of_their_own(tmp_path: Path) -> None:
    top, clause = PL.split("[[clause]]", 1)
    with pytest.raises(DataFileError, match="clause: is missing"):
        load(written(tmp_path, top))
    with pytest.raises(DataFileError, match="same id twice"):
        load(written(tmp_path, f"{PL}[[clause]]{clause}"))
    written(tmp_path, PL)
    written(tmp_path, PL, "pl2.toml")
    with pytest.raises(DataFileError, match=r"pl2\.toml, id: another agreement"):
        load_all(tmp_path)


def test_every_predicate_has_words_and_is_used() -> None:
    rules = [clause.rule for agreement in load_all() for clause in agreement.clauses]
    required = {name for rule in rules if isinstance(rule, Eligibility) for name in rule.requires}
    assert required == set(PREDICATES)
    assert all(danish and english for danish, english in REASONS.values())


def test_every_kind_of_clause_is_used_by_a_shipped_agreement() -> None:
    used = {clause.kind for agreement in load_all() for clause in agreement.clauses}
    assert set(KINDS) == used


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = PL.replace('role = "payer"', 'role = "paying"').replace("index_percent = 1.4", 'index_percent = "x"')
    told = problems(written(tmp_path, text))
    assert len(told) == 2
    assert "line 8, party[1].role" in told[0]
    assert "clause[1].version[2].index_percent" in told[1]
    assert problems(written(tmp_path, PL)) == ()
    assert len(problems(tmp_path / "nowhere.toml")) == 1


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (
            'kind = "percent-of"\nof = "later"\npercent = 5',
            r"clause\[2\].of: 'later' is no number or amount. Known: days,",
        ),
        ('kind = "goals"\neach = 5\nmet = "days"', "met: 'days' is no list of numbers by key. Known: days-by-month"),
        ('kind = "requirement"\nfact = "days"', "fact: 'days' is no yes or no. Known: first-dose-in-hospital"),
        ('kind = "share"\nof = "rate"\nweights = { a = 1 }\nclaims = "b"', "claims: is none of the weights"),
        ('kind = "share"\nof = "rate"\nweights = { a = -1 }\nclaims = "a"', "weights: must hold at least one number"),
        ('kind = "limit"\nof = "rate"\nat_most = 1.005', "at_most: is no amount in kroner"),
        ('kind = "limit"\nof = "rate"\nat_mots = 1', "at_mots: unknown key"),
        ('kind = "percent-of"\nof = "rate"', "percent: is missing"),
        ('kind = "instalments"\nof = "rate"\ndue = ["2026"]', "due: must be a list of dates"),
        (
            'kind = "staircase"\npool = 1\nweights = { a = 1 }\nachieved = "days-by-month"\nsteps = { x = 1 }',
            "steps.x: must be a number",
        ),
        ('kind = "choose"\nby = "category"\noptions = {}', "options: must hold at least one name"),
    ],
)
def test_mistakes_in_clauses_are_explained(tmp_path: Path, clause: str, message: str) -> None:
    second = f'[[clause]]\nid = "second"\ntitle = {{ da = "To", en = "Two" }}\n{clause}\n'
    if "requirement" in clause:
        second = second.replace('title = { da = "To", en = "Two" }\n', "")
    with pytest.raises(DataFileError, match=message):
        load(written(tmp_path, f"{PL}{second}"))


def test_inputs_belong_to_period_agreements(tmp_path: Path) -> None:
    text = PL.replace("[[party]]", '[[input]]\nid = "x"\nkind = "amount"\ntitle = { da = "x", en = "x" }\n[[party]]', 1)
    with pytest.raises(DataFileError, match="input: has no place"):
        load(written(tmp_path, text))
