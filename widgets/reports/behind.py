"""The page with the chats or tickets behind a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from clock import from_rfc3339
from reports.backlog import AGES, UNSOLVED
from reports.drill import HOURS, METRICS, PAGE, STAY_METRICS, TIMED, Behind, Counted, CountedPage
from reports.promises import TOLD_FROM_S
from ticketing.codes import CODES
from widgets.reports import words
from widgets.reports.filters import Filters, one_of
from widgets.reports.panes import AGE_NAMES, TOLD_NAMES, UNSOLVED_NAMES
from widgets.reports.ports import Choices
from widgets.reports.view import WEEKDAYS

PATH = "/reports/list"
OFFSET_MAX = 10_000_000
_ID = re.compile("[0-9A-Za-z-]{1,64}")
LIMITS = ("code", "hour", "status", "age", "told", "client")
"""The fields of `Behind` that limit a list."""
_WORDS = {"code": "resolution", "told": "told wait"}
NAMES = {
    "offered": "Chats offered",
    "answered": "Chats answered",
    "abandoned": "Chats abandoned",
    "missed": "Chats missed",
    "void": "Void chats",
    "wait": "Chats with a wait time",
    "wait_late": "Chats that waited longer than the goal",
    "first_response": "Chats with a first response",
    "first_response_late": "Chats with a first response later than the goal",
    "handle": "Chats with a handle time",
    "rating": "Rated chats",
    "created": "Tickets created",
    "solved": "Tickets solved",
    "reopened": "Tickets reopened",
    "first_reply_met": "First replies within their target",
    "first_reply_missed": "First replies later than their target",
    "next_reply_met": "Next replies within their target",
    "next_reply_missed": "Next replies later than their target",
    "resolution_met": "Tickets solved within their target",
    "resolution_missed": "Tickets solved later than their target",
    "promised": "Chats whose customer was told a wait",
    "promise_broken": "Chats that waited longer than told",
    "open_time": "Time open with support",
    "with_product_time": "Time open with product",
    "awaiting_reply_time": "Time awaiting a reply",
    "fixed_pending_rca_time": "Time fixed, pending RCA",
    "backlog": "Tickets not solved now",
    "late_now": "Tickets with a target that is late now",
}
_DURATIONS = {
    "wait": "Waited",
    "wait_late": "Waited",
    "first_response": "First response after",
    "first_response_late": "First response after",
    "handle": "Handle time",
    "promised": "Waited",
    "promise_broken": "Waited",
    "open_time": "Business time",
    "with_product_time": "Business time",
    "awaiting_reply_time": "Business time",
    "fixed_pending_rca_time": "Business time",
}
"""The head of the column of durations, for metrics that have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the list. `at` is in ms since the epoch, UTC. `value` is the duration, the rating or the code."""

    ticket: int
    at: int
    team: str
    agent: str
    product: str
    value: str


def behind_of(given: Mapping[str, str]) -> Behind:
    """What an address asks to list. Values that do not fit the metric count as not given."""
    metric = one_of(given.get("metric"), list(METRICS)) or "offered"
    asked = Behind(
        metric=metric,
        code=one_of(given.get("code"), list(CODES)) or None,
        hour=_number(given.get("hour"), HOURS - 1),
        status=one_of(given.get("status"), list(UNSOLVED)) or None,
        age=_number(given.get("age"), len(AGES) - 1),
        told=_number(given.get("told"), len(TOLD_FROM_S) - 1),
        client=_id(given.get("client")),
    )
    faults = asked.faults()
    fits = {name: None if name in faults else getattr(asked, name) for name in LIMITS}
    after = _number(given.get("after"), OFFSET_MAX) or 0
    longest = given.get("order") == "longest" and metric in TIMED
    return Behind(metric=metric, longest=longest, after=after, most=PAGE, **fits)


def unknown_of(given: Mapping[str, str]) -> list[str]:
    """The parts of an address, in words, for which there is no list. `behind_of` takes them as not given."""
    if given.get("metric") and given["metric"] not in METRICS:
        return ["figure"]
    asked = behind_of(given)
    return [_WORDS.get(name, name) for name in LIMITS if given.get(name) and getattr(asked, name) is None]


def address(filters: Filters, behind: Behind, after: int | None = None, *, path: str = PATH) -> str:
    return filters.address(
        path,
        metric=behind.metric,
        code=behind.code,
        hour=behind.hour,
        status=behind.status,
        age=behind.age,
        told=behind.told,
        client=behind.client,
        order="longest" if behind.longest else None,
        after=after,
    )


def title(behind: Behind, code_name: Callable[[str], str]) -> str:
    """What the list contains, in words."""
    found = [NAMES[behind.metric]]
    if behind.code is not None:
        found.append(code_name(behind.code))
    if behind.hour is not None:
        weekday, hour = divmod(behind.hour, 24)
        found.append(f"{WEEKDAYS[weekday]} {hour:02}:00 to {hour + 1:02}:00")
    if behind.status is not None:
        found.append(UNSOLVED_NAMES[behind.status])
    if behind.age is not None:
        found.append(f"age {AGE_NAMES[behind.age]}")
    if behind.told is not None:
        found.append(f"told {TOLD_NAMES[behind.told]}")
    return ", ".join(found)


def column(behind: Behind) -> str:
    """The head of the last column. Empty if the list has no such column."""
    if behind.metric == "solved":
        return "Resolution"
    return "Rating" if behind.metric == "rating" else _DURATIONS.get(behind.metric, "")


def order(behind: Behind) -> str:
    """The order of the list, in words."""
    if behind.metric in STAY_METRICS:
        return "What ended first comes first."
    if behind.longest:
        return "The longest comes first."
    return "The oldest comes first."


def lines(found: CountedPage, behind: Behind, choices: Choices, code_name: Callable[[str], str]) -> list[Line]:
    def value(row: Counted) -> str:
        if behind.metric == "solved":
            return code_name(row.code) if row.code is not None else words.NONE
        if behind.metric == "rating":
            return str(row.rating)
        if behind.metric in STAY_METRICS:
            return words.hours(row.seconds or 0)
        return words.lasting(row.seconds) if row.seconds is not None else ""

    return [
        Line(
            ticket=row.ticket,
            at=from_rfc3339(row.at),
            team=choices.teams.get(row.team, row.team),
            agent=choices.agents.get(row.agent or "", ""),
            product=row.product or "",
            value=value(row),
        )
        for row in found.rows
    ]


def other_order(filters: Filters, behind: Behind) -> str | None:
    """The address of the same list in the other order. None if it has only one."""
    return address(filters, replace(behind, longest=not behind.longest)) if behind.metric in TIMED else None


def _id(text: str | None) -> str | None:
    return text if text is not None and _ID.fullmatch(text) else None


def _number(text: str | None, most: int) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None
