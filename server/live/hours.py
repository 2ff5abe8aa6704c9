"""Chat hours at work: the door of each team, closing time for who waits, and the hours file, kept to while it changes.

By a sweep every second: what is told of openings and closings, and what closing time does, follow the clock alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import true
from sqlmodel import col, func, select

from chat.adapters import clocks, closing
from chat.adapters.hub import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import IS_OPEN, ChatRow
from chat.closing_time import NOT_ASKED, Asked, Gate, asked_now
from chat.frames import Alarm, ChatClosing, HoursEvent
from clock import rfc3339, zones
from identity.adapters.tables import MembershipRow
from refusals import Refused
from routing.adapters import hours_file
from routing.attendance import may_yet_take
from routing.desk import Desk as HoursOfDesk
from routing.desk import Team
from routing.errors import DeskFaults
from storage.ports import StorageUnavailable, Tx
from ticketing.adapters.tables import TicketRow

if TYPE_CHECKING:
    from server.live.desk import Desk

AT_ONCE = 500
"""Connections told in one go."""

_Look = bytes | tuple[str, ...]
"""What a look at the file found: its contents, or why it cannot be read."""

log = structlog.get_logger(__name__)


class ChatHours:
    """Who is open, on a desk that runs."""

    def __init__(self, desk: Desk, found: bytes) -> None:
        self._desk = desk
        self._path = desk.settings.hours
        self._acted_on: _Look = found
        self._seen: _Look = found
        self._told: list[dict[str, object]] = []
        self._asked = True
        self.faults: tuple[str, ...] = ()
        """What is wrong with the file as it is now; what was read before holds on."""

    # -- the door -----------------------------------------------------------------------------

    def check_open(self, key: str) -> None:
        """Raises Refused(team_closed) while a team of the desk takes no new chats."""
        present, now = self._desk.routing.desk, self._desk.clock()
        standing = present.hours_of(key).at(now)
        if not standing.open:
            raise closed(present.teams[key], standing.opens_at, present.timezone)

    def drain_ms(self, team: str) -> int:
        """How long after closing who chose to stay in line is answered."""
        return 1000 * (self._desk.teams[team].closing_drain_s if team in self._desk.teams else Team.closing_drain_s)

    def _gate(self, key: str, now: int, *, answerable: bool = False) -> Gate | None:
        """The door of a team, for a chat that is `answerable` or not; None for a team that there is not."""
        present = self._desk.routing.desk
        team = present.teams.get(key)
        if team is None:
            return None
        standing = present.hours_of(key).at(now)
        return Gate(
            open=standing.open,
            closes_at=standing.closes_at,
            notice_ms=1000 * team.closing_notice_s,
            drain_ms=1000 * team.closing_drain_s,
            answerable=answerable,
        )

    def _is_answerable(self, one: closing.Waiting) -> bool:
        """Is there somebody who may yet take this chat?"""
        is_gone = self._desk.attendance.is_gone
        return any(
            may_yet_take(agent, one.team, one.kept_from, lost=is_gone(agent.staff, one.team))
            for agent in self._desk.routing.agents(one.team)
        )

    # -- closing time, for who waits ------------------------------------------------------------

    def server_ready(self, tx: Tx, now: int) -> None:
        """Nobody is connected yet."""
        self._told = self._lasting()
        self.begin_anew(tx, now)

    def begin_anew(self, tx: Tx, now: int) -> None:
        """No time to choose may have run out while there was no server, or as the clock jumped."""
        asked = closing.begin_anew(tx, now, lambda team: self._gate(team, now))
        self._asked = True
        tx.after_commit(lambda: self._tell_asked(asked))

    def _tell_asked(self, asked: Mapping[str, Asked]) -> None:
        for chat, what in asked.items():
            event = ChatClosing(chat=chat, decide_by=_told(what.decide_by), waits_until=_told(what.stays_until))
            self._desk.hub.news(chat, event, to_staff=False)

    async def keep_time(self) -> None:
        """Tell of openings and closings; ask who waits as closing time comes, and make tickets of who was missed."""
        await self._tell_changes()
        await self._close_doors()

    async def _close_doors(self) -> None:
        now = self._desk.clock()
        in_line = {chat.team for chat in self._desk.picture.open_chats() if chat.state in ("queued", "offered")}
        near = [key for key in in_line if self._is_near(key, now)]
        if not near and not self._asked:
            return
        waiting = await self._desk.storage.read(lambda tx: closing.waiting(tx, near))
        still = [one for one in waiting if await self._is_asked(one)]
        self._asked = bool(still)
        self._desk.alarms.stand(
            "closing", [Alarm(kind="closing", team=team, since=rfc3339(now)) for team in {one.team for one in still}]
        )

    async def _is_asked(self, one: closing.Waiting) -> bool:
        """Ask it what it is to be asked now; True where closing time is near for it, or that could not be kept."""
        now, answerable = self._desk.clock(), self._is_answerable(one)
        gate = self._gate(one.team, now, answerable=answerable)
        if gate is None or asked_now(one.asked, gate, now) == one.asked:
            return one.asked != NOT_ASKED
        try:
            after = await self._desk.storage.write(partial(self._ask, one=one, answerable=answerable))
        except StorageUnavailable:
            self._asked = True
            raise
        except Exception as error:
            # One chat that cannot be asked must not keep the others from it.
            log.error("closing_failed", chat=one.chat, error=type(error).__name__, exc_info=True)
            return True
        return after is not None and after != NOT_ASKED

    def _is_near(self, key: str, now: int) -> bool:
        gate = self._gate(key, now)
        if gate is None:
            return False
        return not gate.open or (gate.closes_at is not None and now >= gate.closes_at - gate.notice_ms)

    def _ask(self, tx: Tx, *, one: closing.Waiting, answerable: bool) -> Asked | None:
        """One chat, looked at again under its lock: what it is asked from now on, None where it waits no more."""
        now, chat = self._desk.clock(), one.chat
        gate, present = self._gate(one.team, now, answerable=answerable), closing.one_waiting(tx, chat)
        if gate is None or present is None:
            return None
        before = present.asked
        if (present.team, present.kept_from) != (one.team, one.kept_from):
            # It went to another team, or somebody let it pass, since it was judged: the next look judges anew.
            return before
        after = asked_now(before, gate, now)
        if after is None:
            if self._is_offered(tx, chat):
                # Whoever is asked to take it has the time of the offer; only then nobody was free for them.
                return before
            self._desk.conversations.miss(tx, chat, now)
        elif after != before:
            closing.ask(tx, chat, after)
            tx.after_commit(lambda: self._tell_asked({chat: after}))
        return after

    def _is_offered(self, tx: Tx, chat: str) -> bool:
        present = self._desk.conversations.chat(tx, chat)
        return present is not None and present.offered_to is not None

    # -- openings and closings, told ------------------------------------------------------------

    async def _tell_changes(self) -> None:
        before, self._told = self._told, self._lasting()
        if before != self._told:
            await self._tell_all()

    def _lasting(self) -> list[dict[str, object]]:
        """The teams but for how many wait: that is told to those who wait, and to staff in `queues`."""
        return self._desk.routing.doors_view(self._desk.clock())

    async def _tell_all(self) -> None:
        """The teams as they are now, to everybody who is connected."""
        desk = self._desk
        event = HoursEvent(teams=desk.routing.hours_view(desk.clock()))
        for told, peer in enumerate(desk.hub.everybody_here(), start=1):
            assert isinstance(peer, SocketPeer) and peer.actor is not None
            if peer.staff:
                of_staff = desk.routing.staff_view(desk.teams_of(peer.actor), desk.clock())
                peer.tell(HoursEvent(teams=of_staff), coalescing_key(event))
            else:
                peer.tell(event, coalescing_key(event))
            if told % AT_ONCE == 0:
                await asyncio.sleep(0)

    # -- the file ---------------------------------------------------------------------------------

    async def keep_to_file(self) -> None:
        """Take up what the file says where it changed, whole or not at all.

        It counts once it was found the same twice: who writes it may have been half way through.
        """
        found = await asyncio.to_thread(_look, self._path)
        if found == self._acted_on or found != self._seen:
            self._seen = found
            return
        fresh, faults = await self._read(found)
        if fresh is None:
            log.error("hours_file_bad", file=str(self._path), faults=list(faults), instead="the hours before")
        else:
            await self._swap(fresh)
            log.info("hours_file_read", file=str(self._path), teams=list(fresh.teams))
        self._acted_on, self.faults = found, faults

    async def _read(self, found: _Look) -> tuple[HoursOfDesk | None, tuple[str, ...]]:
        """The desk that was found, or every fault of it."""
        if isinstance(found, tuple):
            return None, found
        try:
            fresh = await asyncio.to_thread(hours_file.desk_of, found, self._path)
        except DeskFaults as bad:
            return None, bad.faults
        faults = await self._desk.storage.read(lambda tx: removed_teams(tx, fresh, found, self._path))
        return (None if faults else fresh), faults

    async def _swap(self, fresh: HoursOfDesk) -> None:
        desk = self._desk
        longer = {key: 1000 * team.silent_s[-1] - desk.silent_ms(key) for key, team in fresh.teams.items()}

        def unit(tx: Tx) -> None:
            # Of a silence its end is stored, and what has passed of it is reckoned from there by what the file says.
            clocks.prolong_silences(tx, {key: by for key, by in longer.items() if by})
            tx.after_commit(taken_up)

        def taken_up() -> None:
            desk.routing.desk = desk.team_list.desk = fresh

        async with desk.answered.looking:
            await desk.storage.write(unit)
        self._told = self._lasting()
        await self._desk.teams_changed()
        await self._tell_all()


def closed(team: Team, opens_at: int | None, zone: str) -> Refused:
    """For who would begin something live with a team that is closed; `opens_at` is None where it never opens."""
    if opens_at is None:
        return Refused("team_closed", f"{team.name} doesn't take chats.", opens_at=None)
    opens = zones.local(opens_at, zone)
    sentence = f"{team.name} is closed. It opens on {opens:%A}, {opens:%B} {opens.day}, at {opens:%H:%M} ({zone})."
    return Refused("team_closed", sentence, opens_at=rfc3339(opens_at))


def removed_teams(tx: Tx, desk: HoursOfDesk, found: bytes, path: Path) -> tuple[str, ...]:
    """The faults of an hours file, otherwise good, that lacks teams which something in the store names."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for (one, many), team, those in (
        (("ticket", "tickets"), col(TicketRow.team), true()),
        (("person", "people"), col(MembershipRow.team), true()),
        (("chat", "chats"), col(ChatRow.team), IS_OPEN),
    ):
        counted = select(team, func.count()).where(team.not_in(list(desk.teams)), those).group_by(team)
        for key, count in tx.session.exec(counted):
            named[key].append(f"{count} {one if count == 1 else many}")
    return tuple(hours_file.missing_teams(found, path, {key: _listed(parts) for key, parts in named.items()}))


def faults_of(path: Path, tx: Tx | None = None) -> tuple[str, ...]:
    """Everything that is wrong with an hours file, nothing where it is good; with `tx`, the teams that it lacks too."""
    try:
        found = hours_file.contents(path)
        desk = hours_file.desk_of(found, path)
    except DeskFaults as bad:
        return bad.faults
    return () if tx is None else removed_teams(tx, desk, found, path)


def without_calendar(desk: HoursOfDesk) -> list[str]:
    """The schedules in use that know of no public holidays, by key."""
    used = {team.schedule for team in desk.teams.values() if not team.retired}
    return [key for key, schedule in desk.schedules.items() if key in used and schedule.holidays is None]


def _told(moment: int | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _look(path: Path) -> _Look:
    try:
        return hours_file.contents(path)
    except DeskFaults as bad:
        return bad.faults


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
