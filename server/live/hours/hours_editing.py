"""Lets supervisors and admins change hours, holidays and exceptions. The changes are written to the hours file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import to_builtins

from clock import Clock, zones
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from routing.adapters import hours_edits, hours_file
from routing.desk import Desk
from routing.errors import DeskFaults
from routing.hours_changes import AddedSchedule, HoursChange, RestoredSchedule, TeamChange
from routing.hours_preview import Column, Difference, columns, differences
from routing.hours_undo import undone
from server.live.chats.open_chats import OpenChats
from server.live.hours.hours_file import HoursFile
from server.live.hours.hours_tickets import MovedTickets, TicketsOfHours
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx

AHEAD_DAYS = 56
"""Number of days, from today, in which differences are looked for."""


@dataclass(frozen=True, slots=True)
class LastSave:
    """The person who made a version of the hours file on a page, and the time of the change."""

    version: str
    by: Actor
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The present hours file: the desk that is in force, the version of the file on disk (None if it cannot be read),
    its faults, and the reason why the file cannot be changed here (None if it can).

    `saved` is None if this process does not know who made the version, for example after a change by hand.
    """

    desk: Desk
    version: str | None
    faults: tuple[str, ...]
    read_only: str | None
    saved: LastSave | None = None


@dataclass(frozen=True, slots=True)
class AffectedChats:
    """The open chats of a team whose hours change today. `closes` is true if the team is open now and the change closes
    it."""

    team: str
    waiting: int
    held: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Preview:
    before: Desk
    after: Desk
    columns: Sequence[Column]
    differences: Sequence[Difference]
    chats: Sequence[AffectedChats]
    tickets: MovedTickets


class HoursEditing:
    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        file: HoursFile,
        open_chats: OpenChats,
        tickets: TicketsOfHours,
    ) -> None:
        self._settings = settings
        self.storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self.file = file
        self._open_chats = open_chats
        self._tickets = tickets
        self._saved: LastSave | None = None

    async def standing(self) -> Standing:
        desk = self._teams.desk
        try:
            found = await self.file.contents()
        except DeskFaults as bad:
            return Standing(desk, None, bad.faults, self.read_only())
        version = hours_file.etag_of(found)
        saved = self._saved if self._saved is not None and self._saved.version == version else None
        return Standing(desk, version, self.file.faults, self.read_only(), saved)

    def read_only(self) -> str | None:
        """The reason why the file cannot be changed here. None if it can be changed."""
        path = self._settings.hours.resolve()
        if hours_file.unwritable(path):
            return f"The server may not write {path}. Change it there."
        return None

    def may_change(self, actor: Actor, schedule: str, desk: Desk) -> bool:
        """True if the actor may change a schedule. An admin may change every schedule. A supervisor may change a
        schedule if they supervise every team that uses it. A schedule that no team uses needs a supervisor of all
        teams."""
        if actor.role == "admin":
            return True
        using = [team.key for team in desk.teams.values() if schedule in (team.schedule, team.email_hours)]
        return actor.role == "supervisor" and (actor.supervises_all or bool(using)) and all(map(actor.sees, using))

    def today(self) -> date:
        return zones.local(self._clock(), self._teams.desk.timezone).date()

    async def compared(
        self, actor: Actor, changes: Sequence[HoursChange], version: str | None
    ) -> tuple[Desk, Desk, Sequence[Column], Sequence[Difference]]:
        """The desk before and after `changes`, and where the hours of the coming weeks differ. Changes nothing. Raises
        the same errors as `save`, but does not check whether the file can be written."""
        before, after = await self.file.edited(version, self._edit(actor, changes))
        found = columns(before, after)
        differ = [one for column in found for one in differences(column, self.today(), AHEAD_DAYS)]
        return before, after, found, differ

    async def preview(self, actor: Actor, changes: Sequence[HoursChange], version: str | None) -> Preview:
        """The effects of `changes` on the hours, the open chats and the tickets. Changes nothing. Raises the same
        errors as `save`, but does not check whether the file can be written."""
        before, after, found, differ = await self.compared(actor, changes, version)
        affected = {team.key for one in differ for team in one.column.teams}
        now = self._clock()
        chats = [self._chats(key, before, after, now) for key in sorted(affected)]
        tickets = await self.storage.read(lambda tx: self._tickets.moved(tx, affected, after, now))
        return Preview(before, after, found, differ, [one for one in chats if one.waiting or one.held], tickets)

    async def save(
        self, actor: Actor, changes: Sequence[HoursChange], version: str | None
    ) -> tuple[str, Sequence[HoursChange]]:
        """Write changes to the hours file. Returns the new version of the file, and the changes that undo `changes`.

        Raises FileChanged if `version` is not the current version. Raises Refused: `forbidden` if the actor may not
        make a change; `conflict` if the file on disk has a fault or cannot be written; the refusals of
        `hours_edits.changed`; `invalid` if the file would have a fault. In these cases, nothing has changed.
        """
        today, back = self.today(), list[HoursChange]()

        def record(tx: Tx, before: Desk, after: Desk) -> None:
            for change in changes:
                undo = undone(change, before, today)
                if undo is not None:
                    back.insert(0, undo)
            about = {one.team if isinstance(one, TeamChange) else one.schedule for one in changes}
            detail = {"to": _told(changes), "from": _told(back)}
            thing_id = about.pop() if len(about) == 1 else None
            self._people.record(tx, actor, "change", "hours", thing_id, detail, self._clock())

        fresh = await self.write(actor, version, self._edit(actor, changes), record)
        return fresh, back

    async def write(
        self, actor: Actor, version: str | None, edit: hours_edits.Edit, record: Callable[[Tx, Desk, Desk], None]
    ) -> str:
        """Change the hours file as `HoursFile.edit` does, and remember who did it. Raises Refused(conflict) if the file
        cannot be changed here."""
        if (why := self.read_only()) is not None:
            raise Refused("conflict", why)
        changed = False

        def noted(tx: Tx, before: Desk, after: Desk) -> None:
            nonlocal changed
            changed = True
            record(tx, before, after)

        fresh = await self.file.edit(version, edit, noted)
        if changed:
            self._saved = LastSave(fresh, actor, self._clock())
        return fresh

    def _edit(self, actor: Actor, changes: Sequence[HoursChange]) -> hours_edits.Edit:
        desk, today = self._teams.desk, self.today()
        given = {change.schedule for change in changes if isinstance(change, TeamChange)}
        for number, change in enumerate(changes):
            self._check(actor, change, desk, number, given)
        return lambda text: hours_edits.changed(text, changes, today)

    def _check(self, actor: Actor, change: HoursChange, desk: Desk, number: int, given: Collection[str]) -> None:
        """Check that the actor may make a change. `given` has the schedules that teams get by the same save."""
        if actor.role == "admin":
            return
        if isinstance(change, TeamChange):
            if not actor.sees(change.team):
                raise Refused("forbidden", "You can only change the hours of your own teams.")
            return
        if isinstance(change, AddedSchedule | RestoredSchedule):
            if change.schedule not in given and not actor.supervises_all:
                raise Refused("forbidden", "You can only add a schedule that one of your teams gets.")
            return
        if change.schedule in desk.schedules and not self.may_change(actor, change.schedule, desk):
            sentence = f"Other teams use the schedule {change.schedule} too. Ask an admin to change it."
            raise Refused("forbidden", sentence, {f"changes[{number}].schedule": sentence})

    def _chats(self, team: str, before: Desk, after: Desk, now: int) -> AffectedChats:
        closes = team in before.teams and before.hours_of(team).is_open(now) and not after.hours_of(team).is_open(now)
        chats = [chat for chat in self._open_chats.all() if chat.team == team]
        waiting = sum(chat.state in ("queued", "offered") for chat in chats)
        return AffectedChats(team, waiting, sum(chat.state == "active" for chat in chats), closes)


def _told(changes: Sequence[HoursChange]) -> object:
    """The changes as the audit stores them: a single one is not a list. None if there are none."""
    told = [to_builtins(change) for change in changes]
    return told if len(told) > 1 else next(iter(told), None)


def coming(today: date, days: int) -> list[date]:
    return [today + timedelta(days=ahead) for ahead in range(days)]
