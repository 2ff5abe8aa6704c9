"""What the terminal says of a simulated day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from routing.simulation.day import Day
from routing.simulation.figures import Figures, Goal, Kind, Report
from routing.simulation.staffing import Needed

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("vip", "VIP clients"),
    ("other", "All other clients"),
    ("again", "Handed on, once more"),
)
EACH, TOGETHER = "Each team for itself", "All chats together"


def title(day: Day) -> str:
    """The day, how many came and how many were there."""
    return f"{day.date:%A} {day.date.day} {day.date:%B} {day.date.year}: {day.chats:,} chats, {day.agents} agents"


def names(day: Day, report: Report) -> list[tuple[str | None, str]]:
    """The teams of the report by name, and all of them (None)."""
    return [*((team, day.desk.teams[team].name) for team in report.teams), (None, "All")]


def lines(day: Day, report: Report, goal: Goal) -> Iterator[str]:
    """The figures of each team, then each figure by hour."""
    yield from table([head(goal), *([name, *row(report.of(team), goal)] for team, name in names(day, report))])
    if some := kinds(report, goal):
        yield ""
        yield from table([head(goal), *some])
    if report.offers:
        yield ""
        yield offers(report)
    for figure, shown in BY_HOUR:
        yield ""
        yield figure.format(goal=goal)
        rows = [
            [name, *(shown(report.of(team, hour), goal) for hour in report.hours)] for team, name in names(day, report)
        ]
        yield from table([["", *(f"{hour:02d}" for hour in report.hours)], *rows])
    if report.told is not None:
        yield ""
        yield truth(report)


def kinds(report: Report, goal: Goal) -> list[list[str]]:
    """Rows for chats of different kinds; none where all are alike."""
    if not report.kinds.keys() - {"other"}:
        return []
    return [[name, *row(report.kinds[kind], goal)] for kind, name in _KINDS if kind in report.kinds]


def offers(report: Report) -> str:
    """How many offers were made and let pass, in a sentence; empty where none was made."""
    if not report.offers:
        return ""
    return f"Of {report.offers:,} offers {report.passed:,} were let pass ({percent(report.passed / report.offers)})."


def truth(report: Report) -> str:
    """How true the waits were that were told, in a sentence."""
    told = report.told
    if told is None:
        return "Nobody waited for long."
    return (
        f"Of the {told.chats:,} that waited {told.least_s} s or longer, half were told a wait that was off by at most "
        f"{told.error_s:.0f} s ({percent(told.error)}); {percent(told.within)} were answered within what they were "
        "told and half of it."
    )


def staffing(day: Day, teams: Sequence[Needed], together: Needed, goal: Goal) -> Iterator[str]:
    """How many agents it takes, for each team and for all."""
    yield f"Agents that it takes for {goal}"
    yield from table(
        [
            ["", "there", "needed"],
            *([day.desk.teams[one.team].name, *_needs(one)] for one in teams if one.team is not None),
            [EACH, *_needs(sum_of(teams))],
            [TOGETHER, *_needs(together)],
        ]
    )


def sum_of(teams: Sequence[Needed]) -> Needed:
    """What teams have and need, taken together."""
    needed = [one.needed for one in teams]
    known = [count for count in needed if count is not None]
    return Needed(None, sum(one.present for one in teams), sum(known) if len(known) == len(needed) else None)


def _needs(needed: Needed) -> list[str]:
    return [f"{needed.present:,}", "not with these shifts" if needed.needed is None else f"{needed.needed:,}"]


def head(goal: Goal) -> list[str]:
    """The head of the table that `row` gives the rows of."""
    return ["", "chats", "answered", f"in {goal.within_s} s", "left", "missed", "half wait", "9 of 10", "occupancy"]


def row(figures: Figures, goal: Goal) -> list[str]:
    """The figures of a part of the day."""
    return [
        f"{figures.came:,}",
        f"{figures.answered:,}",
        percent(figures.within(goal.within_s)),
        percent(figures.abandonment),
        f"{figures.missed:,}",
        seconds(figures.wait_s(50)),
        seconds(figures.wait_s(90)),
        percent(figures.occupancy),
    ]


def percent(share: float | None) -> str:
    """A share as percent, a dash for none."""
    return "–" if share is None else f"{share * 100:.1f} %"


def seconds(found: float | None) -> str:
    """So many seconds, a dash for none."""
    return "–" if found is None else f"{found:,.0f} s"


def _bare(found: float | None) -> str:
    return "–" if found is None else f"{found:.0f}"


def _hundredths(share: float | None) -> str:
    return _bare(None if share is None else share * 100)


BY_HOUR: tuple[tuple[str, Callable[[Figures, Goal], str]], ...] = (
    ("Answered within {goal.within_s} s, in %", lambda figures, goal: _hundredths(figures.within(goal.within_s))),
    ("9 of 10 of those answered waited at most, in s", lambda figures, goal: _bare(figures.wait_s(90))),
    ("Left the queue, in %", lambda figures, goal: _hundredths(figures.abandonment)),
    ("Seats taken, in % of those present", lambda figures, goal: _hundredths(figures.occupancy)),
)
"""What is shown by team and hour."""


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        yield "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip()
