"""Stores the alarms, and what supervisors do about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlmodel import col, select

from chat.adapters.tables import ChatRow
from chat.frames.floor import Alarm
from chat.frames.people import Staff
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may
from refusals import Refused
from routing.adapters import alarm_store
from routing.adapters.alarm_store import Care, Cause, StoredAlarm
from server.live.alarms.alarm_care import AlarmCare
from server.live.alarms.alarms import Alarms
from server.live.teams import Teams
from storage.ports import Storage, Tx

HISTORY_MAX = 200
"""The history has at most this many alarms."""
DAY_MS = 86_400_000
MINUTE_MS = 60_000


class AlarmChat(NamedTuple):
    """The chat of an alarm. `team` is the present one."""

    ticket: int | None
    started_at: int
    team: str
    customer: str | None


@dataclass(frozen=True, slots=True)
class History:
    """The newest alarms, newest first, the names of the staff in them by id, and their chats by id."""

    alarms: Sequence[StoredAlarm]
    names: dict[str, str]
    chats: dict[str, AlarmChat]


class AlarmLog:
    def __init__(
        self, storage: Storage, clock: Clock, people: People, teams: Teams, alarms: Alarms, care: AlarmCare
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._alarms = alarms
        self._care = care
        self._writing = asyncio.Lock()
        """Held while changes are stored, so that they are stored in the order in which they happened."""

    async def restore(self) -> None:
        """Continue with the alarms of the previous run. Call it before an alarm is raised."""
        now = self._clock()

        def read(tx: Tx) -> History:
            return self._named(tx, alarm_store.active_or_muted(tx, now))

        history = await self._storage.read(read)
        self._care.restore(history.alarms, history.names)

    async def save(self) -> None:
        """Store the alarms that began and ended since the last call."""
        async with self._writing:
            await self._store()

    async def have(self, actor: Actor, cause: Cause, *, on: bool) -> Alarm:
        """Record that the supervisor takes care of the alarm, or no longer does. A colleague who took care of it before
        is replaced.

        Raises Refused: `forbidden` for people other than supervisors; `not_found` if no such alarm is active in the
        supervisor's teams; `conflict` if `on` is false and a colleague takes care of it.
        """

        def change(care: Care, now: int) -> Care:
            if not on and care.had_by not in (None, actor.id):
                raise Refused("conflict", "A colleague has this alarm.")
            return replace(care, had_by=actor.id if on else None, had_at=now if on else None)

        return await self._change(actor, cause, change, "have" if on else "give_back", {})

    async def mute(self, actor: Actor, cause: Cause, minutes: int) -> Alarm:
        """Mute the alarm for all supervisors of its team for `minutes` from now. 0 ends the mute.

        Raises Refused: `forbidden` for people other than supervisors; `not_found` if no such alarm is active in the
        supervisor's teams.
        """

        def change(care: Care, now: int) -> Care:
            if minutes:
                return replace(care, muted_by=actor.id, muted_until=now + minutes * MINUTE_MS)
            # The history keeps who muted the alarm, and until when it was muted in fact.
            return care if care.muted_until is None else replace(care, muted_until=min(care.muted_until, now))

        return await self._change(actor, cause, change, "mute", {"minutes": minutes})

    async def history(self, actor: Actor, days: int) -> History:
        """The alarms of the supervisor's teams in the last `days` days, at most HISTORY_MAX."""
        await self.save()
        since, teams = self._clock() - days * DAY_MS, self._teams.seen_by(actor)

        def read(tx: Tx) -> History:
            return self._named(tx, alarm_store.since(tx, since, teams, HISTORY_MAX))

        return await self._storage.read(read)

    async def _store(self) -> None:
        changes = self._care.take()
        if not changes:
            return

        def unit(tx: Tx) -> None:
            for change in changes:
                change(tx)

        try:
            await self._storage.write(unit)
        except BaseException:
            self._care.give_back(changes)
            raise

    async def _change(
        self,
        actor: Actor,
        cause: Cause,
        change: Callable[[Care, int], Care],
        verb: str,
        detail: Mapping[str, object],
    ) -> Alarm:
        if not may(actor, "supervise", "chats"):
            raise Refused("forbidden", "Only a supervisor can do this.")
        async with self._writing:
            await self._store()
            self._present(actor, cause)
            now = self._clock()
            care = change(self._care.of(cause), now)

            def unit(tx: Tx) -> bool:
                if not alarm_store.keep_care(tx, cause, care):
                    return False
                about = {"kind": cause.kind, "team": cause.team, "chat": cause.chat, **detail}
                self._people.record(tx, actor, verb, "alarm", None, about, now)
                return True

            if not await self._storage.write(unit):
                raise _over()
            alarm = self._present(actor, cause)
            self._care.set(cause, care, Staff(actor.id, actor.name or ""))
        self._alarms.tell(cause)
        return self._care.told(alarm)

    def _present(self, actor: Actor, cause: Cause) -> Alarm:
        alarm = self._alarms.active(cause)
        if alarm is None or not actor.sees(cause.team):
            raise _over()
        return alarm

    def _named(self, tx: Tx, alarms: Sequence[StoredAlarm]) -> History:
        people = {id_ for one in alarms for id_ in (one.staff, one.care.had_by, one.care.muted_by) if id_ is not None}
        chats = {one.cause.chat for one in alarms if one.cause.chat is not None}
        found = tx.session.exec(select(ChatRow).where(col(ChatRow.id).in_(chats)))
        about = {row.id: AlarmChat(row.ticket, row.started_at, row.team, row.name) for row in found}
        return History(alarms, self._people.names(tx, people), about)


def _over() -> Refused:
    return Refused("not_found", "This alarm is over.")
