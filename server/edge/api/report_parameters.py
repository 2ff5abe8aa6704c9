"""Parameters of the calls for reports."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from refusals import Refused
from reports.asking import Wanted
from reports.backlog import AGES, UNSOLVED
from reports.drill import FILE_MAX, HOURS, METRICS, PAGE, Behind
from reports.promises import TOLD_FROM_S
from server.edge.api.queries import Query, QueryParameter, choice, many, number, text
from ticketing.codes import CHANNELS, CODES

_DAY = Annotated[str, Meta(extra_json_schema={"format": "date"})]
_YEARS = range(2000, 2101)
OFFSET_MAX = 10_000_000


def day(name: str, description: str) -> QueryParameter[int | None]:
    """A day like `2026-11-20`, read as an ordinal."""

    def read(query: Query) -> int | None:
        given = query.value(name)
        if given is None:
            return None
        try:
            found = date.fromisoformat(given)
        except ValueError:
            found = None
        if found is None or len(given) != 10 or found.year not in _YEARS:
            query.fault(name, f"{given[:40]!r} is not a day. Write it like 2026-11-20.")
            return None
        return found.toordinal()

    return QueryParameter(name, _DAY, description, read=read)


_FROM = day("from", "First day. Default: 28 days ago.")
_TO = day("to", "Day after the last one. Default: today.")
_TEAM = many("team", "Any of these teams.")
_AGENT = text("agent", "Id of one agent.")
_PRODUCT = many("product", "Any of these products.")
_CHANNEL = many("channel", "Any of these channels.", CHANNELS)
_COMPARE = choice("compare", ("previous", "none"), "Default: `previous`, the period before.")
PERIOD_AND_FILTERS: tuple[QueryParameter[object], ...] = (_FROM, _TO, _TEAM, _AGENT, _PRODUCT, _CHANNEL)
OVERVIEW: tuple[QueryParameter[object], ...] = (*PERIOD_AND_FILTERS, _COMPARE)
METRIC = choice("metric", METRICS, "The figure. Default: `offered`.")
CODE = choice("code", tuple(CODES), "Only `solved` with this code.")
AFTER = number("after", 0, OFFSET_MAX, "`next` of the page before.")
HOUR = number(
    "hour", 0, HOURS - 1, "Only chats that joined the queue in this hour: 24 times the weekday, plus the hour."
)
STATUS = choice("status", UNSOLVED, "Only `backlog` with this status.")
AGE = number("age", 0, len(AGES) - 1, "Only `backlog` in this class of ages, counted from 0.")
TOLD = number("told", 0, len(TOLD_FROM_S) - 1, "Only promises in this class of told waits, counted from 0.")
CLIENT = text("client", "Only `solved` for the client with this id.")
ORDER = choice("order", ("oldest", "longest"), "Default: `oldest` first. `longest` only for chats with a duration.")
LISTED: tuple[QueryParameter[object], ...] = (
    *PERIOD_AND_FILTERS,
    METRIC,
    CODE,
    HOUR,
    STATUS,
    AGE,
    TOLD,
    CLIENT,
    ORDER,
)
COUNTED: tuple[QueryParameter[object], ...] = (*LISTED, AFTER)
DAY = day("day", "Default: today.")


def wanted_of(query: Query, *, compare: bool = True) -> Wanted:
    return Wanted(
        first=query[_FROM],
        after=query[_TO],
        teams=query[_TEAM],
        agent=query[_AGENT],
        products=query[_PRODUCT],
        channels=query[_CHANNEL],
        compare=compare and query[_COMPARE] != "none",
    )


def behind_of(query: Query, *, whole: bool = False) -> Behind:
    """What to list: a page, or the `whole` list for a file. Raises Refused(invalid) for a parameter that does not
    belong to the metric."""
    behind = Behind(
        metric=query[METRIC] or "offered",
        code=query[CODE],
        hour=query[HOUR],
        status=query[STATUS],
        age=query[AGE],
        told=query[TOLD],
        client=query[CLIENT],
        longest=query[ORDER] == "longest",
        after=0 if whole else query[AFTER] or 0,
        most=FILE_MAX if whole else PAGE,
    )
    faults = behind.faults()
    if faults:
        raise Refused("invalid", " ".join(faults.values()), faults)
    return behind
