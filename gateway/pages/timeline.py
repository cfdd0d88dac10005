"""An episode's timeline as SVG: spans in hospital and at home, and a mark for every event, in lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from markupsafe import Markup

from gateway.pages.records import RecordRow, shown_records
from gateway.pages.show import COPENHAGEN, moment_text
from gateway.pages.texts import Texts
from settlement.episodes import Episode
from settlement.periods import midnight

WIDTH = 960
LEFT = 120
RIGHT = 24
LANE = 44
TOP = 28
LANES = ("hospital", "visits", "contacts", "answers")
STEPS = (1, 2, 7, 14, 28, 91, 182, 364, 3640)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane: in hospital, or in municipal treatment."""

    start: datetime
    end: datetime
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From an instant to a place on the drawing."""

    first: datetime
    last: datetime

    def x(self, at: datetime) -> int:
        """The x coordinate of an instant."""
        room = WIDTH - LEFT - RIGHT
        return LEFT + int((at - self.first) * room / (self.last - self.first))

    def days(self) -> Iterator[datetime]:
        """Midnights to draw a tick at: about ten, a whole step of days apart."""
        span = (self.last - self.first).days + 1
        step = next((each for each in STEPS if span // each <= 10), STEPS[-1])
        day = self.first.astimezone(COPENHAGEN).date()
        while (at := midnight(day)) <= self.last:
            if at >= self.first:
                yield at
            day += timedelta(days=step)


def timeline(episode: Episode, texts: Texts) -> Markup:
    """The drawing; empty for an episode without events. The same events stand in a table below it."""
    rows = [row for row in shown_records(episode.records, texts) if row.action != "cancelled"]
    instants = [row.at for row in rows] + [at for at in _known(episode) if at]
    if not instants:
        return Markup()
    margin = max((max(instants) - min(instants)) / 40, timedelta(hours=6))
    scale = Scale(min(instants) - margin, max(instants) + margin)
    lanes = [name for name in LANES if name in ("hospital", "visits") or any(row.lane == name for row in rows)]
    parts = [*_ticks(scale, len(lanes), texts), *_lanes(lanes, texts)]
    parts += [_span(span, scale) for span in _spans(episode, scale, texts)]
    parts += [_mark(row, lanes.index(row.lane), scale, texts) for row in rows]
    frame = Markup('<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>')
    title = texts("episode.timeline")
    return frame.format(WIDTH, TOP + LANE * len(lanes) + 8, title, title, Markup().join(parts))


def _known(episode: Episode) -> tuple[datetime | None, ...]:
    return episode.admitted_at, episode.started_at, episode.ended_at, episode.readmitted_at, episode.died_at


def _spans(episode: Episode, scale: Scale, texts: Texts) -> list[Span]:
    spans = []
    if episode.admitted_at:
        left = episode.started_at or scale.last
        spans.append(Span(episode.admitted_at, left, "span-hospital", texts("episode.in-hospital")))
    if episode.started_at:
        ended = episode.ended_at or scale.last
        spans.append(Span(episode.started_at, ended, "span-home", texts("episode.in-municipality")))
    return [span for span in spans if span.start < span.end]


def _ticks(scale: Scale, lanes: int, texts: Texts) -> Iterator[Markup]:
    line = Markup(
        '<line class="tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="tick-label" x="{0}" y="16">{3}</text>'
    )
    locale = "da_DK" if texts.language == "da" else "en_GB"
    for at in scale.days():
        yield line.format(
            scale.x(at),
            TOP - 6,
            TOP + LANE * lanes,
            format_date(at, "d. MMM" if texts.language == "da" else "d MMM", locale=locale),
        )


def _lanes(lanes: list[str], texts: Texts) -> Iterator[Markup]:
    text = Markup(
        '<line class="lane" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/><text class="lane-label" x="0" y="{3}">{4}</text>'
    )
    for number, name in enumerate(lanes):
        middle = TOP + LANE * number + LANE // 2
        yield text.format(LEFT, WIDTH - RIGHT, middle, middle + 5, texts(f"lane.{name}"))


def _span(span: Span, scale: Scale) -> Markup:
    start, end = scale.x(span.start), scale.x(span.end)
    lane = 1 if span.tone == "span-home" else 0
    rect = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="16" rx="8"><title>{}</title></rect>')
    return rect.format(span.tone, start, TOP + LANE * lane + LANE // 2 - 8, max(end - start, 4), span.label)


def _mark(row: RecordRow, lane: int, scale: Scale, texts: Texts) -> Markup:
    mark = Markup('<circle class="mark mark-{}" cx="{}" cy="{}" r="6"><title>{}</title></circle>')
    title = f"{moment_text(row.at, texts.language)}: {row.what}, {row.detail}"
    return mark.format(row.lane, scale.x(row.at), TOP + LANE * lane + LANE // 2, title)
