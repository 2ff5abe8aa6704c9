"""Rebuilds the memory of this process from the database: agents, waiting chats, chats with an agent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chat.adapters import archive, clocks, networks
from chat.conversation import WAITING
from chat.handover import Handovers
from clock import Clock
from routing.adapters import store
from routing.agents import AgentChoice
from routing.service import Dispatcher
from server.live.alarms.alarm_log import AlarmLog
from server.live.alarms.alarms import Alarms
from server.live.chats.bans import Bans
from server.live.chats.unverified_chats import UnverifiedChats
from server.live.clocks.closing_time import ClosingTime
from server.live.queues.roster import Roster
from server.live.reactions import Reactions
from server.live.teams import Teams
from storage.ports import Storage, Tx


def alone(tx: Tx) -> bool:
    """The `join` of the only process of a desk."""
    return True


class Startup:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        teams: Teams,
        roster: Roster,
        routing: Dispatcher,
        reactions: Reactions,
        handovers: Handovers,
        closing_time: ClosingTime,
        alarms: Alarms,
        alarm_log: AlarmLog,
        bans: Bans,
        unverified_chats: UnverifiedChats,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._roster = roster
        self._routing = routing
        self._reactions = reactions
        self._handovers = handovers
        self._closing_time = closing_time
        self._alarms = alarms
        self._alarm_log = alarm_log
        self._bans = bans
        self._unverified_chats = unverified_chats

    async def rebuild(self, join: Callable[[Tx], bool]) -> None:
        """Rebuild the memory of this process. Called before anybody connects.

        `join` returns True if no other process of the desk runs. Then every chat clock is restarted, so that none
        expires because the server was stopped.
        """
        await self._alarm_log.restore()
        agents, available, chats, wrap_ups = await self._storage.write(partial(self._prepare, join=join))
        await self._bans.follow()
        self._unverified_chats.adopt(await self._storage.read(networks.of_open_chats))
        for agent in agents:
            self._routing.agent_changed(agent)
            if agent.staff in available:
                self._routing.was_available(agent, available[agent.staff])
        for chat, since, _ in chats:
            self._reactions.adopt(chat, since)
        for one in wrap_ups:
            self._routing.chat_wraps_up(one.chat, one.team, one.agent, one.closed_at)

    def _prepare(
        self, tx: Tx, join: Callable[[Tx], bool]
    ) -> tuple[list[AgentChoice], dict[str, int], list[archive.Snapshot], list[clocks.WrapUp]]:
        if join(tx):
            self._begin_anew(tx, self._clock())
        snapshots = archive.open_snapshots(tx)
        for chat, *_ in snapshots:
            if chat.state in WAITING:
                self._alarms.left(tx, chat.id)
        return self._roster.agents(tx), store.last_available(tx), snapshots, clocks.wrap_ups(tx)

    def _begin_anew(self, tx: Tx, now: int) -> None:
        """Correct what the previous run has stored about connections, offers and clocks."""
        for chat, *_ in archive.open_snapshots(tx):
            if chat.offered_to is not None:
                # Nobody can accept it after a restart. The events of a handed-over chat record that.
                self._handovers.withdraw(tx, chat.id, chat.offered_to, now, passed=False)
        # After a crash, people were connected at least until the last write.
        store.nobody_is_here(tx, archive.last_written_at(tx))
        clocks.server_ready(tx, now, self._teams.spans)
        self._closing_time.begin_anew(tx, now)
        tx.session.flush()
