"""Reports as tables, for CSV files. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from reports.backlog import AGES
from reports.drill import STAY_METRICS, TIMED, Counted, CountedPage
from reports.overview import CodePart, Figures, Lasted, Overview, Part, Stay, Target
from reports.ticket_times import TicketTimes

Name = Literal[
    "days",
    "teams",
    "agents",
    "products",
    "channels",
    "hours",
    "codes",
    "promises",
    "ratings",
    "seats",
    "handle_times",
    "statuses",
    "service_levels",
    "hints",
    "backlog",
    "late_now",
]
NAMES: tuple[Name, ...] = get_args(Name)
Cell = str | int | float | None
Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]
"""Columns and rows."""
NameOf = Callable[[str], str]

FIGURES = (
    "offered",
    "answered",
    "abandoned",
    "missed",
    "void",
    "wait_count",
    "wait_median_s",
    "wait_p90_s",
    "wait_mean_s",
    "wait_within",
    "first_response_count",
    "first_response_median_s",
    "first_response_p90_s",
    "first_response_mean_s",
    "first_response_within",
    "next_response_count",
    "next_response_median_s",
    "next_response_p90_s",
    "next_response_mean_s",
    "handle_count",
    "handle_median_s",
    "handle_p90_s",
    "handle_mean_s",
    "ratings",
    "rating",
    "created",
    "solved",
    "reopened",
    "duplicates",
    "auto_solved",
    "training_suggested",
    "no_issue",
    "promised",
    "promises_kept",
    "told_mean_s",
    "open_s",
    "with_product_s",
    "awaiting_reply_s",
    "fixed_pending_rca_s",
    "first_reply_met",
    "first_reply_missed",
    "next_reply_met",
    "next_reply_missed",
    "resolution_met",
    "resolution_missed",
)
"""Columns of the figures. They come after the columns that name the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Functions that return the display name of a team, an agent or a code."""

    team: NameOf
    agent: NameOf
    code: NameOf


def counted_table(found: CountedPage, metric: str, names: Names) -> Table:
    """The list behind a figure. The last column is what the figure measures, if it measures something."""
    value = _VALUES.get(metric)
    columns = ("ticket", "at_utc", "team", "agent", "product", *(() if value is None else (value,)))
    rows = [
        (
            one.ticket,
            one.at,
            names.team(one.team),
            "" if one.agent is None else names.agent(one.agent),
            one.product or "",
            *(() if value is None else (_value(one, value, names),)),
        )
        for one in found.rows
    ]
    return columns, rows


def intervals_table(times: TicketTimes, names: Names) -> Table:
    """The intervals of a ticket. `chat` is empty for an interval of the ticket itself, and `until_utc` and `open_s` are
    empty while it lasts."""
    columns = (
        "kind",
        "chat",
        "since_utc",
        "until_utc",
        "seconds",
        "goal",
        "goal_s",
        "late_s",
        "open_s",
        "team",
        "agent",
    )
    rows = [
        (
            one.kind,
            one.chat or "",
            one.since,
            one.until or "",
            one.seconds,
            one.goal or "",
            one.goal_s,
            one.late_s,
            one.open_s,
            names.team(one.team),
            "" if one.holder is None else names.agent(one.holder),
        )
        for one in times.intervals
    ]
    return columns, rows


_VALUES: Mapping[str, str] = {**dict.fromkeys((*TIMED, *STAY_METRICS), "seconds"), "rating": "rating", "solved": "code"}


def _value(one: Counted, column: str, names: Names) -> Cell:
    if column == "seconds":
        return one.seconds
    if column == "rating":
        return one.rating
    return "" if one.code is None else names.code(one.code)


def table_of(overview: Overview, name: Name, names: Names) -> Table:
    if name == "hours":
        rows = [[one.weekday + 1, one.hour, one.offered, one.answered] for one in overview.by_hour]
        return ("weekday", "hour", "offered", "answered"), rows
    if name == "codes":
        return ("code", "name", "solved", "share", "solved_before", "share_before"), _codes(overview, names)
    if name == "service_levels":
        return _service_levels(overview, names)
    if name == "late_now":
        return ("team", "name", "tickets"), [[one.team, names.team(one.team), one.tickets] for one in overview.late_now]
    if name in _OTHERS:
        return _OTHERS[name](overview)
    if name == "days":
        return ("day", *FIGURES), [[one.day, *_cells(one.figures)] for one in overview.by_day]
    parts, called = _parts(overview, names)[name]
    return (name.removesuffix("s"), "name", *FIGURES), [
        [one.key, called(one.key), *_cells(one.figures)] for one in parts
    ]


def _codes(overview: Overview, names: Names) -> list[list[Cell]]:
    total, before = solvings_of(overview.by_code)
    return [
        [
            one.key,
            names.code(one.key),
            one.count,
            _rounded(one.count / total if total else None),
            one.before,
            _rounded((one.before or 0) / before if before else None),
        ]
        for one in overview.by_code
    ]


def solvings_of(codes: Sequence[CodePart]) -> tuple[int, int]:
    """The numbers of solvings of all codes, in the period and in the period compared with."""
    return sum(one.count for one in codes), sum(one.before or 0 for one in codes)


def _promises(overview: Overview) -> Table:
    return ("told_from_s", "chats", "kept", "told_mean_s", "wait_median_s", "wait_p90_s", "wait_mean_s"), [
        [
            one.told_from_s,
            one.promised.count,
            _rounded(one.promised.kept),
            one.promised.told_mean,
            *_lasted(one.wait_s)[1:],
        ]
        for one in overview.by_told
    ]


def _ratings(overview: Overview) -> Table:
    rating = overview.figures.rating
    return ("rating", "chats", "share"), [
        [score, count, _rounded(count / rating.count if rating.count else None)]
        for score, count in reversed(list(enumerate(rating.spread, 1)))
    ]


def _seats(overview: Overview) -> Table:
    return ("hour", "agents", "available_s", "occupancy", "occupancy_before"), [
        [one.hour, one.agents, one.available_s, _rounded(one.occupancy), _rounded(one.before)]
        for one in overview.by_seats
    ]


def _handle_times(overview: Overview) -> Table:
    counts, total = overview.handle_by_10_min, sum(overview.handle_by_10_min)
    return ("from_min", "chats", "share"), [
        [10 * place, count, _rounded(count / total if total else None)] for place, count in enumerate(counts)
    ]


def _statuses(overview: Overview) -> Table:
    return ("status", "stays", "time_s"), [
        [status, stay.count, stay.seconds] for status, stay in stays_of(overview.figures)
    ]


def _service_levels(overview: Overview, names: Names) -> Table:
    """A row for each target of each team and of each day, and of all."""
    parts = [
        ("", "", "", overview.figures),
        *(("", one.key, names.team(one.key), one.figures) for one in overview.by_team),
        *((one.day, "", "", one.figures) for one in overview.by_day),
    ]
    return ("day", "team", "name", "target", "met", "missed", "share"), [
        [day, team, name, target, one.met, one.missed, _rounded(one.share)]
        for day, team, name, figures in parts
        for target, one in targets_of(figures)
        if one.met + one.missed
    ]


def _hints(overview: Overview) -> Table:
    return ("code", "client", "name", "product", "hints", "solved"), [
        *(
            ["training_suggested", one.client, one.name, one.product, one.hints, one.solved]
            for one in overview.hints.clients
        ),
        *(["no_issue", None, None, one.product, one.hints, None] for one in overview.hints.products),
    ]


def _backlog(overview: Overview) -> Table:
    return ("status", *(f"age_{least}" for least in AGES), "all"), [
        [one.status, *one.by_age, one.count] for one in overview.backlog
    ]


_OTHERS: Mapping[str, Callable[[Overview], Table]] = {
    "promises": _promises,
    "ratings": _ratings,
    "seats": _seats,
    "handle_times": _handle_times,
    "statuses": _statuses,
    "hints": _hints,
    "backlog": _backlog,
}


def stays_of(figures: Figures) -> list[tuple[str, Stay]]:
    """The time in each status, by status."""
    times = figures.time_in_status
    return [(name, getattr(times, name)) for name in times.__struct_fields__]


def targets_of(figures: Figures) -> list[tuple[str, Target]]:
    """The service level targets, by name."""
    levels = figures.service_levels
    return [(name, getattr(levels, name)) for name in levels.__struct_fields__]


def _parts(overview: Overview, names: Names) -> Mapping[str, tuple[Sequence[Part], NameOf]]:
    return {
        "teams": (overview.by_team, names.team),
        "agents": (overview.by_agent, names.agent),
        "products": (overview.by_product, str),
        "channels": (overview.by_channel, str),
    }


def _cells(figures: Figures) -> list[Cell]:
    return [
        figures.offered,
        figures.answered,
        figures.abandoned,
        figures.missed,
        figures.void,
        *_lasted(figures.wait_s),
        _rounded(figures.wait_s.within),
        *_lasted(figures.first_response_s),
        _rounded(figures.first_response_s.within),
        *_lasted(figures.next_response_s),
        *_lasted(figures.handle_s),
        figures.rating.count,
        _rounded(figures.rating.average),
        figures.created,
        figures.solved,
        figures.reopened,
        figures.duplicates,
        figures.auto_solved,
        figures.training_suggested,
        figures.no_issue,
        figures.promised_wait.count,
        _rounded(figures.promised_wait.kept),
        figures.promised_wait.told_mean,
        *(stay.seconds for _, stay in stays_of(figures)),
        *(count for _, target in targets_of(figures) for count in (target.met, target.missed)),
    ]


def _lasted(lasted: Lasted) -> list[Cell]:
    return [lasted.count, lasted.median, lasted.p90, lasted.mean]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
