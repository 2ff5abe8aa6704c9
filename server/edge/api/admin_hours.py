"""`/api/admin/hours`: the hours file as supervisors and admins read and change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct, field
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from routing.adapters.public_holidays import countries
from routing.desk import Desk, Team
from routing.hours import Schedule
from routing.hours_changes import HoursChange, coming_day, span_texts
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.schedule_days import ScheduleDay, days_of
from server.live.hours.hours_editing import HoursEditing, Preview, Standing, coming

CHANGES_MAX = 100
PREVIEW_DAYS = 14
LISTED_DAYS = 400
"""Number of days for which holidays and exceptions are listed."""


class Version(Struct, frozen=True):
    """Regular hours from a day on. `from` is null for the first version. `week` has seven days, from Monday."""

    since: str | None = field(name="from")
    week: list[list[str]]


class ScheduleView(Struct, frozen=True):
    """A schedule, the teams that use it for chats, and those that use it for mail only. `may_change`: the reader may.

    `days` are the holidays and exceptions of the coming months.
    """

    schedule: str
    teams: list[str]
    mail_of: list[str]
    may_change: bool
    versions: list[Version]
    country: str | None
    subdivision: str | None
    days: list[ScheduleDay]


class TeamOfHours(Struct, frozen=True):
    """A team that takes chats. `may_change`: the reader may give it another schedule."""

    team: str
    name: str
    published_as: str
    schedule: str
    may_change: bool


class LastSaved(Struct, frozen=True):
    """The person who saved the present version of the hours file. `own` is true for the reader."""

    name: str
    own: bool
    at: str


class AdminHours(Struct, frozen=True):
    """The hours file. `read_only` says why the hours cannot be changed here.

    If the file on disk has a fault, `faults` says which. Then `schedules` are the last good ones, which stay in force.
    `version` is null if the file cannot be read. `saved` is null if the version was not made on a page, or if the
    server has restarted since.
    """

    today: str
    timezone: str
    file: str
    version: str | None
    saved: LastSaved | None
    faults: list[str]
    read_only: str | None
    schedules: list[ScheduleView]
    teams: list[TeamOfHours]


class HoursChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PUT /api/admin/hours`."""

    changes: Annotated[list[HoursChange], Meta(min_length=1, max_length=CHANGES_MAX)]


class PreviewChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/admin/hours/preview`: changes, which may be none, and the first day of the preview."""

    changes: Annotated[list[HoursChange], Meta(max_length=CHANGES_MAX)]
    since: str | None = field(name="from", default=None)


class SavedHours(Struct, frozen=True):
    """The new version of the file, and the changes that take back what was saved."""

    version: str
    undo: list[HoursChange]


class ColumnView(Struct, frozen=True):
    """Teams with the same hours."""

    teams: list[str]
    name: str


class HoursOfDay(Struct, frozen=True):
    before: list[str]
    after: list[str]


class PreviewDay(Struct, frozen=True):
    """A day of the preview. `hours` has an entry for each column."""

    day: str
    hours: list[HoursOfDay]


class DifferenceView(Struct, frozen=True):
    """Days on which teams have other hours. `minutes` is by how much they are open longer on all `days` together."""

    name: str
    teams: list[str]
    first: str
    last: str
    days: int
    before: list[str]
    after: list[str]
    minutes: int


class ChatsOfTeam(Struct, frozen=True):
    """Open chats of a team whose hours change. `closes`: the change closes the team at once."""

    team: str
    name: str
    waiting: int
    held: int
    closes: bool
    drain_s: int


class TicketsOfPreview(Struct, frozen=True):
    """Tickets that await a reply, and how many of them get a later date. `more`: not all of them were looked at."""

    awaiting: int
    later: int
    more: bool


class HoursPreview(Struct, frozen=True):
    columns: list[ColumnView]
    days: list[PreviewDay]
    differences: list[DifferenceView]
    chats: list[ChatsOfTeam]
    tickets: TicketsOfPreview


class Calendar(Struct, frozen=True):
    country: str
    subdivisions: list[str]


class AdminHoursApi(Api):
    def __init__(self, editing: HoursEditing, file: str) -> None:
        self._editing = editing
        self._file = file

    async def hours(self, call: Call) -> Response:
        standing = await self._editing.standing()
        desk, today = standing.desk, self._editing.today()
        view = AdminHours(
            today=str(today),
            timezone=desk.timezone,
            file=self._file,
            version=standing.version,
            saved=saved_of(call.actor, standing),
            faults=list(standing.faults),
            read_only=standing.read_only,
            schedules=[self._schedule(call.actor, one, desk, today) for one in desk.schedules.values()],
            teams=[_team(call.actor, one) for one in desk.open_to_chats()],
        )
        return answer(view, headers={} if standing.version is None else {"ETag": f'"{standing.version}"'})

    async def change(self, call: Call) -> Response:
        wanted = await read_body(call.request, HoursChanges)
        version, undo = await self._editing.save(call.actor, wanted.changes, version_of(call.request))
        return answer(SavedHours(version, list(undo)), headers={"ETag": f'"{version}"'})

    async def preview(self, call: Call) -> Response:
        wanted = await read_body(call.request, PreviewChanges)
        today = self._editing.today()
        first = today if wanted.since is None else coming_day(wanted.since, "from", today)
        found = await self._editing.preview(call.actor, wanted.changes, version_of(call.request))
        return answer(_preview(found, first))

    async def calendars(self, call: Call) -> Response:
        return answer([Calendar(country, list(parts)) for country, parts in sorted(countries().items())])

    def _schedule(self, actor: Actor, schedule: Schedule, desk: Desk, today: date) -> ScheduleView:
        calendar = schedule.on(today).holidays
        return ScheduleView(
            schedule=schedule.key,
            teams=[team.key for team in desk.open_to_chats() if team.schedule == schedule.key],
            mail_of=[team.key for team in desk.open_to_chats() if schedule.key == team.email_hours != team.schedule],
            may_change=self._editing.may_change(actor, schedule.key, desk),
            versions=[Version(_since(one), [span_texts(day) for day in one.week]) for one in schedule.versions],
            country=None if calendar is None else calendar.country,
            subdivision=None if calendar is None else calendar.subdivision,
            days=days_of(desk.hours[schedule.key], today, LISTED_DAYS),
        )

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/hours",
            endpoint=hours,
            summary="Read the hours, holidays and exceptions of all teams",
            needs=("read", "hours"),
            answers=(Answer(200, "The hours.", AdminHours),),
            etag=True,
        ),
        Operation(
            method="PUT",
            path="/api/admin/hours",
            endpoint=change,
            summary="Change hours, holidays and exceptions in the hours file",
            needs=("change", "hours"),
            body=HoursChanges,
            answers=(Answer(200, "The changes are in force.", SavedHours),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="POST",
            path="/api/admin/hours/preview",
            endpoint=preview,
            summary="Preview changes of hours without making them",
            needs=("read", "hours"),
            body=PreviewChanges,
            answers=(Answer(200, "The coming days, and what changes.", HoursPreview),),
            errors=("conflict",),
            if_match=True,
        ),
        Operation(
            method="GET",
            path="/api/admin/holidays",
            endpoint=calendars,
            summary="List the public calendars that a schedule can have",
            needs=("read", "hours"),
            answers=(Answer(200, "The calendars.", list[Calendar]),),
        ),
    )


def version_of(request: Request) -> str | None:
    """The version in `If-Match`. None if any version is accepted. Raises Refused(invalid) if the header is not exactly
    one quoted version."""
    header = request.headers.get("if-match", "").strip()
    if header in ("", "*"):
        return None
    if len(header) < 3 or not (header.startswith('"') and header.endswith('"')) or "," in header:
        sentence = f"{header[:40]} isn't a version. Send it as `ETag` returned it."
        raise Refused("invalid", sentence, {"If-Match": sentence})
    return header[1:-1]


def saved_of(reader: Actor, standing: Standing) -> LastSaved | None:
    saved = standing.saved
    return None if saved is None else LastSaved(saved.by.name or "", saved.by.id == reader.id, rfc3339(saved.at))


def _team(reader: Actor, team: Team) -> TeamOfHours:
    may_change = reader.role == "admin" or reader.sees(team.key)
    return TeamOfHours(team.key, team.name, team.published_as, team.schedule, may_change)


def _since(version: Schedule) -> str | None:
    return None if version.since is None else str(version.since)


def _preview(found: Preview, first: date) -> HoursPreview:
    teams = found.after.teams
    days = [
        PreviewDay(
            str(day),
            [
                HoursOfDay(span_texts(one.before.spans_on(day)), span_texts(one.after.spans_on(day)))
                for one in found.columns
            ],
        )
        for day in coming(first, PREVIEW_DAYS)
    ]
    return HoursPreview(
        columns=[ColumnView([team.key for team in one.teams], _names(one.teams, found.after)) for one in found.columns],
        days=days,
        differences=[
            DifferenceView(
                name=_names(one.column.teams, found.after),
                teams=[team.key for team in one.column.teams],
                first=str(one.first),
                last=str(one.last),
                days=one.days,
                before=span_texts(one.before),
                after=span_texts(one.after),
                minutes=one.minutes,
            )
            for one in found.differences
        ],
        chats=[
            ChatsOfTeam(
                one.team, teams[one.team].name, one.waiting, one.held, one.closes, teams[one.team].closing_drain_s
            )
            for one in found.chats
        ],
        tickets=TicketsOfPreview(found.tickets.counted, found.tickets.later, found.tickets.more),
    )


def _names(teams: Sequence[Team], desk: Desk) -> str:
    """The names of the teams. Teams that are published under one name have this name if all of them are listed."""
    listed = {team.key for team in teams}
    others = {one.published_as for one in desk.open_to_chats() if one.key not in listed}
    return ", ".join(dict.fromkeys(one.name if one.published_as in others else one.published_as for one in teams))
