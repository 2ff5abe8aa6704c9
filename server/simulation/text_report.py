"""The text report of a simulated day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from routing.simulation.day import Day
from routing.simulation.figures import Figures, Goal, Kind, Report
from routing.simulation.staffing import Needed

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("vip", "VIP clients"),
    ("other", "All other clients"),
    ("handed_on", "Handed on, requeued"),
    ("agent_gone", "Agent gone, requeued"),
)
_UNIT = re.compile(r"(?<=\d) (?=(%|s|min|h)(\W|$))")
WIDE = 100
"""Maximum number of characters per line."""
EACH, TOGETHER = "Each team by itself", "All teams together"


def title(day: Day) -> str:
    """The date, the number of chats and the number of agents."""
    return f"{day.date:%A} {day.date.day} {day.date:%B} {day.date.year}: {day.chats:,} chats, {day.agents} agents"


def names(day: Day, report: Report) -> list[tuple[str | None, str]]:
    """Pairs (key, name) of the teams of the report. The last pair stands for all teams, and its key is None."""
    return [*((team, day.desk.teams[team].name) for team in report.teams), (None, "All")]


def lines(day: Day, report: Report, goal: Goal) -> Iterator[str]:
    """The lines of the report: figures by team, whether each team reached the goal, figures by kind of chat, figures by
    hour, and remarks."""
    yield from table(by_team(day, report, goal))
    yield ""
    yield verdict(day, report, goal)
    if some := by_kind(report, goal):
        yield ""
        yield from table(some)
    for figure, shown in BY_HOUR:
        yield ""
        yield figure.format(goal=goal)
        rows = [
            [name, *(shown(report.of(team, hour), goal) for hour in report.hours)] for team, name in names(day, report)
        ]
        yield from table([["", *(f"{hour:02d}" for hour in report.hours)], *rows])
    for sentence in remarks(day, report):
        yield ""
        yield from wrapped(sentence)


def by_team(day: Day, report: Report, goal: Goal) -> list[list[str]]:
    """A header, then a row per team and one for all teams."""
    columns = _columns(report, goal)
    rows = [[name, *(cell(report.of(team)) for _, cell in columns)] for team, name in names(day, report)]
    return [["", *(head for head, _ in columns)], *rows]


def by_kind(report: Report, goal: Goal) -> list[list[str]]:
    """A header, then a row per kind of chat. Empty if all chats are of the kind `other`.

    There is no column for occupancy, because all kinds share the same slots.
    """
    if not report.kinds.keys() - {"other"}:
        return []
    columns = _columns(report, goal)[:-1]
    rows = [[name, *(cell(report.kinds[kind]) for _, cell in columns)] for kind, name in _KINDS if kind in report.kinds]
    return [["", *(head for head, _ in columns)], *rows]


def _columns(report: Report, goal: Goal) -> list[tuple[str, Callable[[Figures], str]]]:
    """The columns of the tables, as pairs: the header, and the function that returns the text of a cell.

    The columns for full queues and for overflow are left out if there were no full queues or no overflow.
    """
    columns: list[tuple[str, Callable[[Figures], str]]] = [
        ("chats", lambda figures: f"{figures.came:,}"),
        ("answered", lambda figures: f"{figures.answered:,}"),
        (f"in {goal.within_s} s", lambda figures: percent(figures.within(goal.within_s))),
        ("left", lambda figures: percent(figures.abandonment)),
        ("missed", lambda figures: f"{figures.missed:,}"),
    ]
    if any(figures.full for figures in report.parts.values()):
        columns.append(("queue full", lambda figures: f"{figures.full:,}"))
    if report.overflows:
        columns.append(("overflow", lambda figures: f"{figures.flowed:,}"))
    return [
        *columns,
        ("half wait", lambda figures: seconds(figures.wait_s(50))),
        ("9 of 10", lambda figures: seconds(figures.wait_s(90))),
        ("occupancy", lambda figures: percent(figures.occupancy)),
    ]


def verdict(day: Day, report: Report, goal: Goal) -> str:
    """A sentence about whether the teams reached the goal. If some did not, it names these teams, and the teams that
    did."""
    shares = [(day.desk.teams[team].name, report.of(team).within(goal.within_s)) for team in report.teams]
    known = [(name, share) for name, share in shares if share is not None]
    short = [f"{name} ({percent(share)})" for name, share in known if share * 100 < goal.percent]
    if not known:
        return f"{goal}: nobody came."
    if not short:
        return f"{goal}: reached by every team."
    reached = [name for name, share in known if share * 100 >= goal.percent]
    return f"{goal}: not reached by {_listed(short)}; reached by {_listed(reached) if reached else 'none'}."


def remarks(day: Day, report: Report) -> list[str]:
    """Further remarks about the day. Each has one or more sentences."""
    said = [offers(report), overflows(day, report), vanished(report), closing(report), overtime(day, report)]
    return [*filter(None, said), truth(report)]


def offers(report: Report) -> str:
    """A sentence on the numbers of offers and of declined offers. Empty if there were no offers."""
    if not report.offers:
        return ""
    share = percent(report.declined / report.offers)
    return f"Of {_counted(report.offers, 'offer')} {report.declined:,} were declined ({share})."


def overflows(day: Day, report: Report) -> str:
    """A sentence on the chats that overflowed from one team to another. Empty if there were none."""
    names = {key: team.name for key, team in day.desk.teams.items()}
    return " ".join(
        f"{_counted(one.chats, 'chat')} overflowed from {names[one.team]} to {names[one.to]}: {one.answered:,} were "
        "answered there."
        for one in report.overflows
    )


def vanished(report: Report) -> str:
    """A sentence about agents who lost their connection, and about the chats of these agents.

    Empty if no agent lost the connection.
    """
    if not report.vanished:
        return ""
    said = f"Agents lost their connection {_counted(report.vanished, 'time')}"
    again = report.kinds.get("agent_gone")
    if again is None:
        return f"{said}, and reconnected in time for all of their chats."
    most = again.wait_s(90)
    answered = "" if most is None else f", and 9 of 10 of those answered again waited at most {seconds(most)}"
    return f"{said}: {_counted(again.came, 'chat')} were requeued at the front{answered}."


def closing(report: Report) -> str:
    """Sentences on the queue at closing time. Empty if nobody waited."""
    found = report.closing
    if found is None:
        return ""
    parts = [
        f"{count:,} {what}"
        for count, what in (
            (found.answered, "were answered"),
            (found.tickets, "left a ticket immediately"),
            (found.missed, "became a ticket unanswered"),
            (found.left, "left the queue"),
        )
        if count
    ]
    stayed = (
        f" {found.stayed:,} chose to keep waiting: {found.stayed_answered:,} of them were answered."
        if found.stayed
        else ""
    )
    return f"At closing time {found.asked:,} were waiting: {_listed(parts)}.{stayed}"


def overtime(day: Day, report: Report) -> str:
    """A sentence about the agents who worked past the end of their shift. Empty if there were none."""
    found = report.overtime
    if found is None:
        return ""
    return (
        f"{found.agents:,} of {_counted(day.agents, 'agent')} stayed past their shift to finish their "
        f"chats: half of them for at most {_minutes(found.half_s)}, the longest for {_minutes(found.longest_s)}, "
        f"{found.total_s / 3600:,.1f} h in all."
    )


def truth(report: Report) -> str:
    """A sentence about the accuracy of the wait times that customers were told."""
    found = report.told
    if found is None:
        return "Nobody waited long enough for an estimate to matter."
    return (
        f"Of the {found.chats:,} that waited {found.least_s} s or longer, half had an estimate that was off by at most "
        f"{found.error_s:.0f} s ({percent(found.error)}); {percent(found.within)} were answered within 1.5 times "
        "their estimate."
    )


def staffing(day: Day, teams: Sequence[Needed], together: Needed, goal: Goal) -> Iterator[str]:
    """A title, then a table of the agents present and needed: a row for each team, one for the sum of the teams, and
    one for all teams together."""
    yield f"Agents needed for {goal}"
    yield from table(
        [
            ["", "present", "needed"],
            *([day.desk.teams[one.team].name, *_needs(one)] for one in teams if one.team is not None),
            [EACH, *_needs(sum_of(teams))],
            [TOGETHER, *_needs(together)],
        ]
    )


def sum_of(teams: Sequence[Needed]) -> Needed:
    """The sum over all teams. If a team has None for `needed`, the sum has None too."""
    needed = [one.needed for one in teams]
    known = [count for count in needed if count is not None]
    return Needed(None, sum(one.present for one in teams), sum(known) if len(known) == len(needed) else None)


def _needs(needed: Needed) -> list[str]:
    return [f"{needed.present:,}", "not with these shifts" if needed.needed is None else f"{needed.needed:,}"]


def percent(share: float | None) -> str:
    """The share as a percentage. A dash if it is None."""
    return "–" if share is None else f"{share * 100:.1f} %"


def seconds(found: float | None) -> str:
    """The number of seconds with its unit. A dash if it is None."""
    return "–" if found is None else f"{found:,.0f} s"


def _minutes(found: float) -> str:
    return seconds(found) if found < 120 else f"{found / 60:,.0f} min"


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _bare(found: float | None) -> str:
    return "–" if found is None else f"{found:.0f}"


def _hundredths(share: float | None) -> str:
    return _bare(None if share is None else share * 100)


BY_HOUR: tuple[tuple[str, Callable[[Figures, Goal], str]], ...] = (
    ("Answered within {goal.within_s} s, in %", lambda figures, goal: _hundredths(figures.within(goal.within_s))),
    ("9 of 10 of those answered waited at most, in s", lambda figures, goal: _bare(figures.wait_s(90))),
    ("Left the queue, in %", lambda figures, goal: _hundredths(figures.abandonment)),
    ("Occupied slots, in % of those present", lambda figures, goal: _hundredths(figures.occupancy)),
)
"""Figures by team and hour."""


def wrapped(sentence: str) -> Iterator[str]:
    """The lines of a sentence. A number is never separated from its unit."""
    kept = _UNIT.sub("\N{NO-BREAK SPACE}", sentence)
    return (line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(kept, WIDE))


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines with aligned columns. The first column is aligned left, all others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        yield "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip()
