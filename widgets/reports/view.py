"""Turns the figures of an overview into what the page of reports shows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from reports.overview import Figures, Lasted, Overview, Part
from ticketing.codes import CODES
from widgets.reports import words
from widgets.reports.charts import Bar, bars, range_of, share_bar

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HUES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One of the six figures at the top. `definition` is the name of the figure's definition.

    `metric` is what the value counts, empty for a value that counts nothing. `links` are further numbers below it, each
    with its metric (`reports.drill`).
    """

    name: str
    value: str
    moved: str
    below: str
    definition: str
    metric: str = ""
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table of teams, agents or products."""

    key: str
    name: str
    figures: Figures
    wait: Markup
    first: Markup


@dataclass(frozen=True, slots=True)
class Hour:
    """A field of the heat map. `shade` is from 0 to 6."""

    offered: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    key: str
    name: str
    count: int
    share: str
    before: int | None
    bar: Markup


def headlines(figures: Figures, before: Figures | None) -> list[Headline]:
    wait, first, handle, rating = figures.wait_s, figures.first_response_s, figures.handle_s, figures.rating
    rated = rating.count / figures.answered if figures.answered else None
    return [
        *_counts(figures, before),
        _within("Waited within the goal", "wait_s", "wait_late", wait, None if before is None else before.wait_s),
        _within(
            "First response within the goal",
            "first_response_s",
            "first_response_late",
            first,
            None if before is None else before.first_response_s,
        ),
        Headline(
            name="Handle time, median",
            value=words.lasting(handle.median),
            moved=words.change(handle.median, None if before is None else before.handle_s.median),
            below=f"9 in 10 by {words.lasting(handle.p90)}" if handle.p90 is not None else "of few chats",
            definition="handle_s",
            metric="handle",
        ),
        Headline(
            name="Rating",
            value=words.NONE if rating.average is None else f"{rating.average:.2f}",
            moved=words.change(rating.average, None if before is None else before.rating.average),
            below=f"{words.number(rating.count)} rated, {words.share(rated)}" if rating.count else "none given",
            definition="rating",
            metric="rating",
        ),
    ]


def _counts(figures: Figures, before: Figures | None) -> list[Headline]:
    earlier = before.offered if before is not None else None
    return [
        Headline(
            name="Offered",
            value=words.number(figures.offered),
            moved=words.change(figures.offered, earlier),
            below=f"{words.number(earlier)} before" if earlier is not None else "no comparison",
            definition="offered",
            metric="offered",
        ),
        Headline(
            name="Answered",
            value=words.share(_answered(figures)),
            moved=words.change(_answered(figures), None if before is None else _answered(before), points=True),
            below="",
            definition="answered",
            metric="answered",
            links=(
                (f"{words.number(figures.abandoned)} abandoned", "abandoned"),
                (f"{words.number(figures.missed)} missed", "missed"),
            ),
        ),
    ]


def _answered(figures: Figures) -> float | None:
    return figures.answered / figures.offered if figures.offered else None


def _within(name: str, definition: str, late: str, now: Lasted, before: Lasted | None) -> Headline:
    number = now.count - round(now.count * (now.within or 0))
    return Headline(
        name=name,
        value=words.share(now.within),
        moved=words.change(now.within, None if before is None else before.within, points=True),
        below=words.half_and_most(now) if now.count else "nobody waited",
        definition=definition,
        links=((f"{words.number(number)} late", late),) if now.count else (),
    )


def day_chart(overview: Overview) -> Markup:
    """The chart of chats by day. A weekday on which there was no chat in the whole period is left out."""
    days = {date.fromisoformat(part.day).toordinal(): part.figures for part in overview.by_day}
    earlier = {date.fromisoformat(part.day).toordinal(): part.offered for part in overview.before_by_day}
    first, after = (date.fromisoformat(day).toordinal() for day in (overview.period.from_, overview.period.to))
    moved = first - date.fromisoformat(overview.compared.from_).toordinal() if overview.compared is not None else 0
    used = {date.fromordinal(day).weekday() for day, figures in days.items() if figures.offered}
    drawn = []
    for day in range(first, after):
        if date.fromordinal(day).weekday() not in used:
            continue
        figures = days.get(day)
        answered = figures.answered if figures is not None else 0
        lost = figures.abandoned + figures.missed if figures is not None else 0
        before = None if overview.compared is None else earlier.get(day - moved, 0)
        drawn.append(Bar(label=words.day(day), answered=answered, lost=lost, before=before))
    busiest = max(drawn, key=lambda bar: bar.offered, default=None)
    sentence = "No chats" if busiest is None else f"Chats by day, most on {busiest.label}: {busiest.offered}"
    return bars(drawn, sentence)


def hours(overview: Overview) -> tuple[list[int], list[tuple[str, int, list[Hour]]]]:
    """A pair: the hours of the day, and the rows of the heat map. There is a row for each weekday with chats: its name,
    its number and its fields."""
    known = {(one.weekday, one.hour): one.offered for one in overview.by_hour if one.offered}
    if not known:
        return [], []
    found = [hour for _, hour in known]
    columns, most = list(range(min(found), max(found) + 1)), max(known.values())
    rows = []
    for weekday, name in enumerate(WEEKDAYS):
        counts = [known.get((weekday, hour), 0) for hour in columns]
        if any(counts):
            rows.append((name, weekday, [Hour(count, -(-count * HUES // most)) for count in counts]))
    return columns, rows


def rows_of(parts: Sequence[Part], name_of: Callable[[str], str]) -> list[Row]:
    """The rows of a table. The row with the most chats comes first."""
    most_wait = max((_end(part.figures.wait_s) for part in parts), default=1)
    most_first = max((_end(part.figures.first_response_s) for part in parts), default=1)
    rows = [
        Row(
            key=part.key,
            name=name_of(part.key),
            figures=part.figures,
            wait=range_of(part.figures.wait_s.median, part.figures.wait_s.p90, most_wait),
            first=range_of(part.figures.first_response_s.median, part.figures.first_response_s.p90, most_first),
        )
        for part in parts
    ]
    return sorted(rows, key=lambda row: (-row.figures.offered, row.name))


def _end(lasted: Lasted) -> int:
    return max(lasted.p90 or 0, lasted.median or 0, 1)


def codes(overview: Overview, name_of: Callable[[str], str]) -> list[tuple[str, int, list[Code]]]:
    """The groups of codes. Each has its name, the sum of its codes, and the codes."""
    total = sum(one.count for one in overview.by_code)
    most = max((one.count for one in overview.by_code), default=0) or 1
    known = [one for one in overview.by_code if one.key in CODES]
    places = {group: place for place, group in enumerate(dict.fromkeys(code.group for code in CODES.values()))}
    found: list[tuple[str, int, list[Code]]] = []
    in_groups = sorted(known, key=lambda one: (places[CODES[one.key].group], -one.count, one.key))
    for group, ones in groupby(in_groups, key=lambda one: CODES[one.key].group):
        shown = [
            Code(
                key=one.key,
                name=name_of(one.key),
                count=one.count,
                share=words.share(one.count / total if total else None),
                before=one.before,
                bar=share_bar(one.count / most),
            )
            for one in ones
        ]
        found.append((group, sum(code.count for code in shown), shown))
    return found
