"""The weekly mail of reports to a supervisor. It is in English, like the pages of staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.definitions import DEFINITIONS
from reports.overview import FEW, Figures, Overview, Rated
from reports.periods import Period
from widgets.letters.blocks import Buttons, Facts, Heading, Link, Paragraph, Written
from widgets.letters.words import Words
from widgets.reports import words as figures_as
from widgets.reports.filters import Filters

_NAMES = {one.figure: one.name for one in DEFINITIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekShown:
    """The figures of a week. `teams` has the names of their teams, or is None for all teams. `base` is the URL of the
    desk, and `host` its host."""

    week: Period
    overview: Overview
    teams: Sequence[str] | None
    base: str
    brand: str
    host: str


def weekly_report(shown: WeekShown, words: Words) -> Written:
    period = figures_as.days(shown.week.first, shown.week.after).replace("\u00a0", " ")
    report = shown.base + Filters(first=shown.week.first, after=shown.week.after, chosen={}).address()
    told = _sentence(shown.overview)
    teams = "all teams" if shown.teams is None else ", ".join(shown.teams) or "no team"
    stop: list[str | Link] = [
        f"You get this mail on Mondays because you chose the weekly mail of {shown.host}. ",
        Link("Stop the weekly mail", f"{shown.base}/reports#weekly"),
    ]
    return Written(
        sender=f"{shown.brand} support",
        subject=f"Reports, {period}",
        summary=told,
        body=[
            Heading(f"Reports, {period}"),
            Paragraph([told]),
            Facts([(_NAMES[figure], [value]) for figure, value in _rows(shown.overview)]),
            Paragraph([f"The figures are of {teams}."], "small"),
            Buttons([Link("Open the report", report)]),
        ],
        foot=[Paragraph(stop, "fine")],
        tag=words.tag,
        colon=words.colon,
    )


def _sentence(overview: Overview) -> str:
    figures = overview.figures
    if _is_empty(figures):
        return "There is nothing to report: no chat joined a queue, and no ticket was created or solved."
    if not figures.offered:
        return "No chat joined a queue."
    answered = figures_as.share(figures.answered / figures.offered)
    what = f"{figures_as.number(figures.offered)} {_chats(figures.offered)}, {answered} answered"
    if overview.previous is None:
        return f"{what}. A week with fewer than {FEW} chats is not compared with another."
    return f"{what}. The week before had {figures_as.number(overview.previous.offered)}."


def _chats(count: int) -> str:
    return "chat joined a queue" if count == 1 else "chats joined a queue"


def _is_empty(figures: Figures) -> bool:
    return not (figures.offered or figures.created or figures.solved or figures.rating.count)


def _rows(overview: Overview) -> list[tuple[str, str]]:
    """The figures, by the names of their definitions. In an empty week, only the backlog."""
    left = figures_as.number(sum(part.count for part in overview.backlog))
    backlog = ("backlog", f"{left} now")
    if _is_empty(overview.figures):
        return [backlog]
    return [
        ("offered", _counted(overview, lambda figures: figures.offered)),
        ("abandoned", _counted(overview, lambda figures: figures.abandoned)),
        ("missed", _counted(overview, lambda figures: figures.missed)),
        ("wait_s", _compared(overview, lambda figures: figures_as.half_and_most(figures.wait_s))),
        ("first_response_s", _compared(overview, lambda figures: figures_as.half_and_most(figures.first_response_s))),
        ("rating", _compared(overview, lambda figures: _rated(figures.rating))),
        ("created", _counted(overview, lambda figures: figures.created)),
        backlog,
    ]


def _counted(overview: Overview, count: Callable[[Figures], int]) -> str:
    now, earlier = count(overview.figures), overview.previous
    if earlier is None:
        return figures_as.number(now)
    before = count(earlier)
    change = figures_as.change(now, before)
    return f"{figures_as.number(now)}; before: {figures_as.number(before)}{f', {change}' if change else ''}"


def _compared(overview: Overview, say: Callable[[Figures], str]) -> str:
    earlier = overview.previous
    return say(overview.figures) + ("" if earlier is None else f"; before: {say(earlier)}")


def _rated(rating: Rated) -> str:
    return "none given" if rating.average is None else f"{rating.average:.2f} of {figures_as.number(rating.count)}"
