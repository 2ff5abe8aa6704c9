"""Composes what a process needs if the desk has several processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bus.ports import Transport
from bus.service import Bus, Health
from chat.adapters.hub import Hub
from clock import EvenClock
from routing.service import Dispatcher
from server.live.chats.open_chats import OpenChats
from server.live.commit_listeners import CommitListeners
from server.live.hours.hours_file import HoursFile
from server.live.presence.attendance import Attendance
from server.live.presence.connected import ConnectedPeople
from server.live.presence.presence import Presence
from server.live.presence.revoked_access import RevokedAccess
from server.live.process_standing import Standing
from server.live.processes.agent_choices import AgentChoices
from server.live.processes.hours_agreement import HoursAgreement
from server.live.processes.leading import Leading
from server.live.processes.other_commits import OtherCommits
from server.live.processes.people_elsewhere import PeopleElsewhere
from server.live.processes.shared_clock import SharedClock
from server.live.queues.dispatching import Dispatching
from server.live.queues.roster import Roster
from server.live.reactions import Reactions
from server.live.runner import Runner
from server.live.shared_telling import SharedTelling
from server.live.supervision.supervision import Supervision
from server.live.tickets.ticket_followers import TicketFollowers
from server.live.tickets.ticket_news import TicketNewsSender
from server.live.wakes import Wakes
from server.settings import Settings
from storage.ports import Storage, StorageUnavailable, Tx

BEAT_S = 3.0
"""Seconds between two renewals of the leases of this process."""
TRIES = 3
"""A process that does not lead tries this often per beat to take the lease of the one that leads."""

log = structlog.get_logger(__name__)


class Processes:
    def __init__(
        self,
        transport: Transport,
        wakes: Wakes,
        others: OtherCommits,
        people: PeopleElsewhere,
        leading: Leading,
        hours: HoursAgreement,
        clock: SharedClock,
        beat_s: float = BEAT_S,
    ) -> None:
        self._bus = Bus(transport, others.receive, others.read_again)
        self._others = others
        self._people = people
        self._leading = leading
        self._hours = hours
        self._clock = clock
        self._beat_s = beat_s
        self._runner = Runner()
        wakes.connect(self._bus.publish)

    def join(self, tx: Tx) -> bool:
        """Inside a transaction: join the other processes. Returns True if there are none."""
        self._clock.set_by(tx)
        return self._people.join(tx)

    @property
    def health(self) -> Health:
        return self._bus.health

    def idle(self, routing: Dispatcher) -> bool:
        """True if nothing is on the way to the other processes, and everything of theirs is read. In the process that
        leads, no chat is being assigned either."""
        return self._bus.idle and self._others.idle and self._people.idle and (routing.idle or not self.leads())

    @property
    def standing(self) -> Standing:
        state, since = self._bus.health
        return Standing(
            bus=state,
            bus_since_s=asyncio.get_running_loop().time() - since,
            ping_age_s=self._bus.ping_age_s,
            ping_s=self._bus.lag_s,
            leads=self._leading.leads,
            lease_s=self._leading.left_s,
            processes=1 + self._people.others,
            hours_differ=self._hours.differ,
        )

    def leads(self) -> bool:
        """True while this process runs the dispatcher and the jobs of one process."""
        return self._leading.leads

    def start(self) -> None:
        self._bus.start()
        self._runner.start(self._others.run(), self._people.run(), self._beat())

    async def stop(self) -> None:
        """Stop leading, and leave the other processes."""
        await self._runner.stop()
        with suppress(StorageUnavailable):
            await self._leading.release()
            await self._people.leave()
        await self._bus.stop()

    async def _beat(self) -> None:
        while True:
            for renew in (self._clock.read, self._leading.beat, self._people.beat, self._hours.beat):
                await _attempt(renew)
            await self._pause()

    async def _pause(self) -> None:
        for left in reversed(range(TRIES)):
            await asyncio.sleep(self._beat_s / TRIES)
            if left and not self._leading.leads:
                await _attempt(self._leading.beat)


async def _attempt(renew: Callable[[], Awaitable[None]]) -> None:
    try:
        await renew()
    except StorageUnavailable:
        log.warning("lease_postponed")
    except Exception:
        log.exception("lease_failed")


def open_processes(
    settings: Settings,
    storage: Storage,
    clock: EvenClock,
    wakes: Wakes,
    hub: Hub,
    connected: ConnectedPeople,
    presence: Presence,
    attendance: Attendance,
    open_chats: OpenChats,
    reactions: Reactions,
    commits: CommitListeners,
    roster: Roster,
    routing: Dispatcher,
    dispatching: Dispatching,
    tickets: TicketNewsSender,
    ticket_followers: TicketFollowers,
    telling: SharedTelling,
    supervision: Supervision,
    revoked: RevokedAccess,
    hours_file: HoursFile,
) -> Processes:
    """This process as one of several, on PostgreSQL. Its bus is connected to `wakes`."""
    agents = AgentChoices(storage, roster, routing, wakes)
    leading: Leading
    watchers, alarms = supervision.watchers, supervision.alarms
    shared = SharedClock(storage, clock)
    moves = (presence, attendance, lambda: leading.leads, watchers.processes_changed)
    people = PeopleElsewhere(storage, clock, shared, wakes, connected, *moves)

    def alarms_asked(staff: str) -> None:
        # The other processes know no alarms.
        if leading.leads:
            alarms.answer(staff)

    answered = attendance.answered_elsewhere
    given = (hub, open_chats, reactions, agents, people, tickets, ticket_followers, answered, telling.pass_on)
    others = OtherCommits(storage, *given, alarms_asked, watchers.receive, revoked.changed_elsewhere)
    starts = (others.read_again, dispatching.start, dispatching.stop)
    leading = Leading(storage, shared, clock.steady, *starts, wakes.process)
    hours = HoursAgreement(storage, lambda: leading.leads, lambda: hours_file.version)
    attendance.watch_answers(wakes.answered)
    commits.subscribe(others.committed)
    # Only desks with several processes load the library of Redis.
    from server.live.processes.redis_of_desk import transport_of

    return Processes(transport_of(settings, storage), wakes, others, people, leading, hours, shared)
