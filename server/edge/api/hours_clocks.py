"""`/api/admin/hours/clocks`: when teams open for customers in other time zones, before and after clocks change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field
from starlette.responses import Response

from clock import zones
from routing.clock_changes import Opened, OpenedTeams, Period
from routing.hours_changes import HoursChange
from server.edge.api.admin_hours import CHANGES_MAX, version_of
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.hours.customer_clocks import CustomerClocks, ReadCustomerClocks


class ClockChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/admin/hours/clocks`: changes of hours, which may be none."""

    changes: Annotated[list[HoursChange], Meta(max_length=CHANGES_MAX)]


class ClockPeriod(Struct, frozen=True):
    """Days before, between or after clock changes, as days in the desk's zone. The days of the changes are not
    included.

    `from` is null before the first change, `to` if no other change is known. `change` is the day of the change before
    the period.
    """

    since: str | None = field(name="from")
    until: str | None = field(name="to")
    change: str | None


class LocalTimes(Struct, frozen=True):
    """The local time at which a team opens, and at which it closes next, such as "15:00". `closes` is null if it never
    closes. `days` is 1 if it is the day after the desk's day, -1 if it is the day before."""

    opens: str
    closes: str | None
    days: int


class ZoneTimes(Struct, frozen=True):
    """`times` has an entry for each period; null if the team is closed. `chats` is the number of recent chats from the
    zone."""

    zone: str
    chats: int
    times: list[LocalTimes | None]


class TeamClocks(Struct, frozen=True):
    """Teams that open and close at the same moments. The first of `zones` is the desk's."""

    name: str
    teams: list[str]
    zones: list[ZoneTimes]


class HoursClocks(Struct, frozen=True):
    """Up to four periods around the next clock changes. All lists are empty if no recent chat has a time zone. `zones`
    has the zones of recent chats; `periods` is empty if none of them changes its clocks within a year."""

    zones: list[str]
    periods: list[ClockPeriod]
    teams: list[TeamClocks]


class HoursClocksApi(Api):
    def __init__(self, clocks: ReadCustomerClocks) -> None:
        self._clocks = clocks

    async def clocks(self, call: Call) -> Response:
        wanted = await read_body(call.request, ClockChanges)
        found = await self._clocks.clocks(call.actor, wanted.changes, version_of(call.request))
        return answer(
            HoursClocks(
                zones=list(found.chats),
                periods=[_period(one) for one in found.periods],
                teams=[_teams(found, one) for one in found.openings],
            )
        )

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/admin/hours/clocks",
            endpoint=clocks,
            summary="Preview when teams open in the time zones of customers, before and after clocks change",
            needs=("read", "hours"),
            body=ClockChanges,
            answers=(Answer(200, "The periods and times.", HoursClocks),),
            errors=("conflict",),
            if_match=True,
        ),
    )


def _period(one: Period) -> ClockPeriod:
    since, until, change = (None if day is None else str(day) for day in (one.first, one.last, one.begins_with))
    return ClockPeriod(since, until, change)


def _teams(found: CustomerClocks, one: OpenedTeams) -> TeamClocks:
    names: Sequence[str] = list(dict.fromkeys(team.published_as for team in one.teams))
    return TeamClocks(
        name=", ".join(names),
        teams=[team.key for team in one.teams],
        zones=[
            ZoneTimes(zone, chats, [_times(opened, zone, found.desk_zone) for opened in one.opened])
            for zone, chats in found.chats.items()
        ],
    )


def _times(opened: Opened | None, zone: str, desk_zone: str) -> LocalTimes | None:
    if opened is None:
        return None
    opens = zones.local(opened.at, zone)
    days = (opens.date() - zones.local(opened.at, desk_zone).date()).days
    closes = None if opened.closes_at is None else _clock(zones.local(opened.closes_at, zone))
    return LocalTimes(_clock(opens), closes, days)


def _clock(shown: datetime) -> str:
    return f"{shown:%H:%M}"
