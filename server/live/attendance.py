"""Who of staff is here: since when they are gone, when they last did something; and what follows from it.

Kept in memory, by the steady clock: after a start nobody is blamed for the time before it, every grace begins anew;
and a clock on the wall that is set makes nobody absent.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from chat.adapters import archive, clocks
from chat.frames import Staff
from chat.handover import Lost
from routing.adapters import store
from routing.agents import Agent
from routing.attendance import Seen, away_because, has_lost
from routing.desk import Team
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk


class Attendance:
    """Told by the sockets who comes, goes and does something; `keep` acts on it, once a second."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._now = desk.clock.steady
        self._ready_at = self._now()
        self._gone_since: dict[str, int] = {}
        self._active_at: dict[str, int] = {}
        self._unwritten: list[tuple[str, int, bool]] = []
        """Who came (true) or went, and when (on the wall), that no timeline has yet."""
        self._writing_down = asyncio.Lock()
        self._unanswered: Counter[str] = Counter()
        self._unanswered_at: dict[str, int] = {}
        """When (on the wall) the last of those offers ran out."""

    # -- what is told -------------------------------------------------------------------------

    def came(self, staff: str) -> None:
        """Their first connection is there."""
        self._gone_since.pop(staff, None)
        self.active(staff)
        self._note(staff, connected=True)

    def went(self, staff: str) -> None:
        """Their last connection is gone."""
        self._gone_since[staff] = self._now()
        self._note(staff, connected=False)

    def active(self, staff: str) -> None:
        """They did something: a command that is no sign of life alone, or a change over HTTP."""
        self._active_at[staff] = self._now()

    def answered(self, staff: str) -> None:
        """They took or declined a chat, or chose a status: they are there."""
        del self._unanswered[staff]
        self._unanswered_at.pop(staff, None)

    async def did_not_answer(self, staff: str) -> None:
        """An offer to them ran out."""
        desk, before = self._desk, self._unanswered_at.get(staff)
        # Asked only here, and not at each message, of which there are very many.
        if before is not None and await desk.storage.read(lambda tx: _worked_since(tx, staff, before)):
            self.answered(staff)
        self._unanswered[staff] += 1
        self._unanswered_at[staff] = desk.clock()

    def seen(self, staff: str) -> Seen:
        """When somebody was last seen."""
        gone_since = None if self._desk.hub.is_here(staff) else self._gone_since.get(staff, self._ready_at)
        active_at = self._active_at.get(staff, self._ready_at)
        return Seen(gone_since=gone_since, active_at=active_at, unanswered=self._unanswered[staff])

    def is_gone(self, staff: str, team: str) -> bool:
        """Have they been without a connection for so long that they have lost the chats of this team?"""
        return has_lost(self.seen(staff), self._grace_ms(team), self._now())

    # -- what follows -------------------------------------------------------------------------

    async def keep(self) -> None:
        """Put the chats of who is gone back in line; make away who is available and not there; write down what could
        not be written as it happened."""
        await self._write_down()
        for chat in self._desk.picture.open_chats():
            if chat.agent is not None and self.is_gone(chat.agent, chat.team):
                await self._release(chat.id, chat.agent)
        for agent in self._desk.routing.agents():
            if agent.status == "available":
                reason = away_because(self.seen(agent.staff), self._idle_ms(agent), self._now())
                if reason is not None:
                    await self._set_away(agent, reason)

    async def leave(self, staff: str) -> None:
        """Their last session ended: all their chats go back in line at once."""
        for chat in sorted(self._desk.routing.held_by(staff)):
            await self._desk.storage.write(partial(self.release, chat=chat, agent=staff, why="gone"))

    async def _release(self, chat: str, agent: str) -> None:
        desk = self._desk

        await desk.storage.write(lambda tx: not desk.hub.is_here(agent) and self.release(tx, chat, agent, "gone"))

    def release(self, tx: Tx, chat: str, agent: str, why: Lost) -> bool:
        """Inside a unit: this agent can keep this chat no more. False where it is not theirs any more."""
        desk = self._desk
        name = desk.people.names(tx, [agent]).get(agent, "")
        released = desk.handovers.release(tx, chat, Staff(agent, name), why, desk.clock())
        if released:
            desk.alarms.left(tx, chat)
        return released

    async def _set_away(self, agent: Agent, reason: str) -> None:
        desk = self._desk

        def unit(tx: Tx) -> None:
            away = store.set_away(tx, agent.staff, reason, desk.clock(), connected=agent.connected)
            # Where the store knows of it already, its answer was lost the last time.
            choice = away or store.choice_of(tx, agent.staff)
            if choice is not None:
                named = choice.named(agent.name, agent.teams)
                tx.after_commit(lambda: desk.routing.agent_changed(named))

        await desk.storage.write(unit)
        self.answered(agent.staff)

    def _grace_ms(self, team: str) -> int:
        known = self._desk.teams.get(team)
        return 1000 * (known.agent_grace_s if known else Team.agent_grace_s)

    def _idle_ms(self, agent: Agent) -> int:
        """The most patient of their teams counts."""
        teams = [self._desk.teams[team].agent_idle_s for team in agent.teams if team in self._desk.teams]
        return 1000 * max(teams, default=Team.agent_idle_s)

    def _note(self, staff: str, *, connected: bool) -> None:
        self._unwritten.append((staff, self._desk.clock(), connected))
        self._desk.background.spawn("came_or_went", self._write_down)

    async def _write_down(self) -> None:
        """Put into the timelines whatever is not there yet, in the order in which it happened."""
        async with self._writing_down:
            notes = tuple(self._unwritten)
            if notes:
                await self._desk.storage.write(partial(_write, notes=notes))
                del self._unwritten[: len(notes)]


def _write(tx: Tx, *, notes: Iterable[tuple[str, int, bool]]) -> None:
    for staff, at, connected in notes:
        store.came_or_went(tx, staff, at, connected=connected)


def _worked_since(tx: Tx, staff: str, since: int) -> bool:
    """Have they written to a customer whom they have still, or got chats and owe nobody a first reply?"""
    choice, held = store.choice_of(tx, staff), clocks.answered(tx, staff)
    if any(archive.wrote_since(tx, chat.id, staff, since) for chat in held):
        return True
    got_one = choice is not None and choice.last_chat_at >= since
    return got_one and all(chat.first_reply_owed_since is None for chat in held)
