"""Turns the figures of an overview into what the page of reports shows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from reports.overview import FEW, CodePart, Figures, Lasted, Overview, Part
from reports.sources import Goals
from reports.tables import solvings_of
from ticketing.codes import CODES
from widgets.reports import words
from widgets.reports.charts import range_of, share_bar

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HUES = 6
_GOAL = 0.9
"""The share of chats that should meet the goal of their team."""


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
    """A line of a table of teams, agents or products. `wait_late` and `first_late`: fewer than nine in ten met the
    goal."""

    key: str
    name: str
    figures: Figures
    wait: Markup
    first: Markup
    wait_late: bool
    first_late: bool


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
    moved: str
    bar: Markup


def headlines(figures: Figures, before: Figures | None) -> list[Headline]:
    wait, first, handle, rating = figures.wait_s, figures.first_response_s, figures.handle_s, figures.rating
    rated = rating.count / figures.answered if figures.answered else None
    return [
        *_counts(figures, before),
        _within("Waited within the goal", "wait_s", "wait_late", wait, None if before is None else before.wait_s),
        _within(
            "First response in goal",
            "first_response_s",
            "first_response_late",
            first,
            None if before is None else before.first_response_s,
        ),
        Headline(
            name="Handle time, median",
            value=words.lasting(handle.median),
            moved=words.change(handle.median, None if before is None else before.handle_s.median),
            below=_nine_in_ten(handle),
            definition="handle_s",
            metric="handle",
        ),
        Headline(
            name="Rating",
            value=words.NONE if rating.average is None else f"{rating.average:.2f}",
            moved=words.change(rating.average, None if before is None else before.rating.average),
            below=f"{words.number(rating.count)} rated, {words.share(rated)}" if rating.count else "no rating",
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
            below=f"{words.number(earlier)} before" if earlier is not None else "too few chats to compare",
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


def _nine_in_ten(handle: Lasted) -> str:
    if handle.p90 is not None:
        return f"9 in 10 by {words.lasting(handle.p90)}"
    return "of few chats" if handle.count else "none answered"


def _answered(figures: Figures) -> float | None:
    return figures.answered / figures.offered if figures.offered else None


def _within(name: str, definition: str, late: str, now: Lasted, before: Lasted | None) -> Headline:
    number = now.count - round(now.count * (now.within or 0))
    return Headline(
        name=name,
        value=words.share(now.within),
        moved=words.change(now.within, None if before is None else before.within, points=True),
        below=words.half_and_most(now) if now.count else "no answered chat",
        definition=definition,
        links=((f"{words.number(number)} late", late),) if now.count else (),
    )


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


def rows_of(
    parts: Sequence[Part],
    name_of: Callable[[str], str],
    goals: Mapping[str, Goals] | None = None,
    before: Sequence[Part] = (),
) -> list[Row]:
    """The rows of a table. The row with the most chats comes first. `goals` are those of the teams, for a table of
    teams. `before` has the figures of the period before."""
    most_wait = max((_end(part.figures.wait_s) for part in parts), default=1)
    most_first = max((_end(part.figures.first_response_s) for part in parts), default=1)
    earlier, known = {part.key: part.figures for part in before}, goals or {}

    def row(part: Part) -> Row:
        wait, first = part.figures.wait_s, part.figures.first_response_s
        goal, then = known.get(part.key), earlier.get(part.key)
        return Row(
            key=part.key,
            name=name_of(part.key),
            figures=part.figures,
            wait=range_of(
                wait.median,
                wait.p90,
                most_wait,
                goal=None if goal is None else goal.wait_s,
                before=None if then is None else then.wait_s.p90,
            ),
            first=range_of(
                first.median,
                first.p90,
                most_first,
                goal=None if goal is None else goal.first_s,
                before=None if then is None else then.first_response_s.p90,
            ),
            wait_late=_late(wait),
            first_late=_late(first),
        )

    return sorted((row(part) for part in parts), key=lambda row: (-row.figures.offered, row.name))


def _end(lasted: Lasted) -> int:
    return max(lasted.p90 or 0, lasted.median or 0, 1)


def _late(lasted: Lasted) -> bool:
    """True if fewer than nine in ten met the goal."""
    return lasted.count >= FEW and lasted.within is not None and lasted.within < _GOAL


def codes(overview: Overview, name_of: Callable[[str], str]) -> list[tuple[str, int, str, list[Code]]]:
    """The groups of codes. Each has its name, the sum of its codes, their share, and the codes."""
    total, before = solvings_of(overview.by_code)
    shares = {
        one.key: (one.count / total if total else 0, (one.before or 0) / before if before else None)
        for one in overview.by_code
    }
    most = max((value for pair in shares.values() for value in pair if value is not None), default=0) or 1
    known = [one for one in overview.by_code if one.key in CODES]
    places = {group: place for place, group in enumerate(dict.fromkeys(code.group for code in CODES.values()))}
    found: list[tuple[str, int, str, list[Code]]] = []
    in_groups = sorted(known, key=lambda one: (places[CODES[one.key].group], -one.count, one.key))
    for group, ones in groupby(in_groups, key=lambda one: CODES[one.key].group):
        shown = [_code(one, shares[one.key], most, name_of) for one in ones]
        count = sum(code.count for code in shown)
        found.append((group, count, words.share(count / total if total else None), shown))
    return found


def _code(part: CodePart, shares: tuple[float, float | None], most: float, name_of: Callable[[str], str]) -> Code:
    now, before = shares
    return Code(
        key=part.key,
        name=name_of(part.key),
        count=part.count,
        share=words.share(now),
        moved="" if before is None else words.points(now, before),
        bar=share_bar(now / most, None if before is None else before / most),
    )
