"""Simulating on a page: a new agreement is pasted or chosen, its mistakes told with their lines, its cost shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.responses import Response

from gateway.agreements import source_of
from gateway.errors import BadRequestError
from gateway.pages import simulation_files
from gateway.pages.named import municipality_label
from gateway.pages.visit import Shown, Visit
from gateway.simulating import Simulation, agreement_of, simulation
from settlement.agreements import problems
from settlement.periods import Month, PeriodError, month_of, span
from settlement.simulating import Simulated, summed

LONGEST = 500_000
"""The largest form: an agreement's file of some hundred thousand characters, as forms write them."""
FILE = "agreement.toml"
Row = tuple[str, Simulated]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be simulated: the agreement's text, the months, and the day whose rates are taken, as written."""

    text: str
    months: str
    rates_of: str


def simulate(visit: Visit) -> Shown:
    """The form, with the agreement in force to begin with, or the one asked for."""
    in_force = [agreement.id for agreement in visit.gateway.months.agreements]
    wanted = visit.query.get("agreement", in_force[0] if in_force else "")
    text = source_of(visit.gateway.settings, wanted)
    return _shown(visit, Asked(text, _this_year(visit), ""), (), None)


def simulated(visit: Visit) -> Shown:
    """What the agreement would have cost; or its mistakes, with their lines."""
    asked = _asked(visit)
    mistakes, found = _tried(visit, asked)
    return _shown(visit, asked, mistakes, found)


def simulated_file(visit: Visit) -> Response | Shown:
    """Every cell as CSV; the page where the agreement cannot be used, which says why."""
    asked = _asked(visit)
    mistakes, found = _tried(visit, asked)
    if found is None:
        return _shown(visit, asked, mistakes, found)
    body = simulation_files.as_csv(found, visit.gateway.register.directory, visit.language)
    headers = {"Content-Disposition": 'attachment; filename="simulation.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def _asked(visit: Visit) -> Asked:
    text = visit.form.get("text", "").lstrip("\ufeff").replace("\r\n", "\n")
    return Asked(text, visit.form.get("months", "").strip(), visit.form.get("rates_of", "").strip())


def _tried(visit: Visit, asked: Asked) -> tuple[Sequence[str], Simulation | None]:
    try:
        months = span(asked.months)
        day = date.fromisoformat(asked.rates_of) if asked.rates_of else None
    except PeriodError as problem:
        return [str(problem)], None
    except ValueError:
        return [visit.texts("simulate.no-date", text=asked.rates_of[:20])], None
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_text(asked.text, encoding="utf-8")
        mistakes = problems(path)
        if mistakes:
            return mistakes, None
        try:
            return (), simulation(visit.gateway, agreement_of(path), months, (), day, visit.progress)
        except BadRequestError as problem:
            return [str(problem)], None


def _shown(visit: Visit, asked: Asked, mistakes: Sequence[str], found: Simulation | None) -> Shown:
    values: dict[str, object] = {
        "asked": asked,
        "mistakes": mistakes,
        "found": found,
        "agreements": [
            (agreement.id, agreement.title[visit.language]) for agreement in visit.gateway.months.agreements
        ],
    }
    if found is not None:
        directory = visit.gateway.register.directory
        values |= {
            "months_chart": simulation_files.month_chart(found, visit.texts),
            "municipalities_chart": simulation_files.municipality_chart(found, directory, visit.texts),
            "by_municipality": [
                (municipality_label(directory, cell.municipality, found.months[1].last_day), cell)
                for cell in summed(found.cells, "municipality")
            ],
            "by_category": [(cell.category, cell) for cell in summed(found.cells, "category")],
            "by_month": [(cell.month, cell) for cell in summed(found.cells, "month")],
        }
    return Shown("simulate.html", values)


def _this_year(visit: Visit) -> str:
    """The months of the year so far."""
    month = month_of(visit.gateway.now())
    return f"{Month(month.year, 1)}..{month}"
