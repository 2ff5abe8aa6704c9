"""What happens by the clock: chats that end because nobody is there, marks that are saved.

Due times are columns; a sweep every second finds them. What it does is idempotent: a chat that was
answered meanwhile is left alone by the transaction itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from chat.adapters import archive, clocks
from chat.conversation import WAITING, Chat
from identity.actor import Actor
from identity.permissions import may
from server.edge.peers import ServedPeer
from storage.ports import StorageUnavailable, Tx

if TYPE_CHECKING:
    from server.live.desk import Desk

SWEEP_S = 1.0
SAVE_MARKS_S = 3.0
RECONCILE_S = 10.0
EXPIRE_FILES_S = 600.0
SWEEP_FILES_S = 3600.0
SESSIONS_S = 120.0
"""How often the use of sessions is written down, and unused ones end: so fine is it known."""
REVOKED_S = 1.0
"""Signing out, disabling and revoking close sockets within two seconds."""

LOOKED_AT_ONCE = 250
"""Whose rights are looked at in one go: for longer than that takes, nobody's message is to wait."""
SAVED_AT_ONCE = 200
"""Chats whose reading marks are one unit: messages are stored between two of them, not after all."""

log = structlog.get_logger(__name__)


class Jobs:
    """The sweeps of this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: list[asyncio.Task[None]] = []
        self._odd: set[str] = set()
        self._stored: dict[str, int] = {}
        """How far the log of each open chat went, as of the last look."""
        self._able: frozenset[str] = frozenset()
        """Who of those inside may handle chats, as of the last look at them all."""
        self._evening = asyncio.Lock()
        self._uneven = False
        self._back = 0
        """By how much the clock on the wall has jumped back (less than 0) since all was last put right."""

    def start(self) -> None:
        jobs = (
            (SWEEP_S, self.end_what_is_due),
            (SWEEP_S, self._desk.attendance.keep),
            (SWEEP_S, self._desk.offers.keep),
            (SWEEP_S, self._desk.answered.keep),
            (SWEEP_S, self._desk.queues.keep),
            (SWEEP_S, self._desk.wrap_up.keep),
            (SWEEP_S, self._desk.storage.check),
            (SWEEP_S, self._desk.hours.keep_time),
            (SWEEP_S, self._desk.hours.keep_to_file),
            (SAVE_MARKS_S, self.save_marks),
            (RECONCILE_S, self.reconcile),
            (REVOKED_S, self.close_revoked),
            (SESSIONS_S, self.keep_sessions),
            (REVOKED_S, self.release_from_the_disabled),
            (SAVE_MARKS_S, self._desk.people.watch.save),
            (SAVE_MARKS_S, self._desk.keep_refusals),
            (REVOKED_S, self._desk.bans.follow),
            (SWEEP_FILES_S, self._desk.bans.forget),
            (EXPIRE_FILES_S, self._desk.files.expire),
            (SWEEP_FILES_S, self._desk.files.sweep),
        )
        for place, (every_s, job) in enumerate(jobs):
            # Spread over the second: all at once they are a pause for whoever writes just then.
            later_s = SWEEP_S * place / len(jobs)
            self._tasks.append(asyncio.create_task(self._repeat(every_s, job, later_s)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(StorageUnavailable):
            await self.save_marks()
            await self._desk.people.use.save()
            await self._desk.people.watch.save()

    async def keep_even(self) -> None:
        """Where the clock on the wall has jumped, what waits by it begins anew before anything is done by it."""
        clock = self._desk.clock
        async with self._evening:
            jumped = clock.jumped()
            if jumped < 0:
                # Back: what is due then is not due before it is put right, either.
                clock.follow()
                self._back += jumped
            if jumped:
                log.warning("clock_jumped", seconds=jumped / 1000)
                self._uneven = True
            if self._uneven:
                ahead = max(0, jumped)
                await self._desk.begin_anew(clock() + ahead, self._back + ahead)
                clock.follow()
                self._uneven, self._back = False, 0

    async def end_what_is_due(self) -> None:
        """Customers gone from the queue for too long, customers silent for good: each chat becomes its ticket."""
        desk = self._desk
        due = await desk.storage.read(lambda tx: clocks.due(tx, desk.clock()))
        for chat in due.left:
            customer = desk.presence.customer_here(chat)
            if customer is None:
                await self._end(chat, desk.conversations.abandon)
            else:
                # They are back; only the clock does not know, since the store was away.
                await desk.presence.stop_left_clock(customer)
        for chat in due.silent:
            await self._end(chat, desk.conversations.fall_silent)

    async def _end(self, chat: str, end: Callable[[Tx, str, int], bool]) -> None:
        def unit(tx: Tx) -> None:
            now = self._desk.clock()
            if clocks.is_due(tx, chat, now):
                end(tx, chat, now)

        try:
            await self._desk.storage.write(unit)
        except StorageUnavailable:
            raise
        except Exception as error:
            # One chat that cannot be ended must not keep the others from it.
            log.error("chat_not_ended", chat=chat, error=type(error).__name__, exc_info=True)

    async def save_marks(self) -> None:
        """How far people have read goes to the store."""
        taken = self._desk.reading.take()
        try:
            for some in _batches(sorted(taken), SAVED_AT_ONCE):
                marks = {chat: (taken[chat].customer, taken[chat].staff) for chat in some}
                await self._desk.storage.write(partial(clocks.save_reading_marks, marks=marks))
                for chat in some:
                    del taken[chat]
        except BaseException:
            self._desk.reading.give_back(taken)
            raise

    async def close_revoked(self) -> None:
        """Who was let in by a session or token that holds no more is shown out; who has other rights by now comes back
        in with them."""
        inside: dict[str, list[ServedPeer]] = {}
        for peer in self._desk.hub.staff_here():
            if isinstance(peer, ServedPeer) and peer.fingerprint is not None:
                inside.setdefault(peer.fingerprint, []).append(peer)
        able, self._able = set[str](), frozenset[str]()
        for some in _batches(list(inside), LOOKED_AT_ONCE):
            known = [(one, peer.actor) for one in some for peer in inside[one] if peer.actor is not None]
            changed = await self._desk.people.changed(known)
            able |= {actor.id for one, actor in known if one not in changed and may(actor, "handle", "chats")}
            for one, present in changed.items():
                _show_out(inside[one], present)
        self._able = frozenset(able)

    async def keep_sessions(self) -> None:
        """Sessions in which nothing was done for too long end, sockets and all. Who has no other connection loses their
        chats to the queue."""
        desk = self._desk
        ended = {session.id: session.user for session in await desk.people.use.end_idle()}
        for peer in desk.hub.staff_here():
            if isinstance(peer, ServedPeer) and peer.fingerprint in ended:
                peer.close(4010, "signed out: nothing was done here for 12 hours")
        for person in set(ended.values()):
            here = [peer for peer in desk.hub.peers_of(person) if isinstance(peer, ServedPeer) and not peer.closed]
            if not here:
                await desk.attendance.leave(person)

    async def release_from_the_disabled(self) -> None:
        """Who chats with somebody who was disabled, or is an agent no more, goes back to the queue."""
        desk = self._desk
        held = {chat.id: chat.agent for chat in desk.picture.open_chats() if chat.agent is not None}
        doubtful = set(held.values()) - self._able
        if not doubtful:
            return
        able = await desk.storage.read(lambda tx: desk.people.able(tx, doubtful))
        for chat, agent in held.items():
            if agent in doubtful and agent not in able:
                await desk.storage.write(partial(desk.attendance.release, chat=chat, agent=agent, why="gone"))
                desk.routing.agent_gone(agent)

    async def reconcile(self) -> None:
        """What the store knows and we do not, or the other way round: a reaction failed, or never came."""
        desk = self._desk
        on_the_floor = {agent.staff for agent in desk.routing.agents()}
        for staff in on_the_floor - await desk.storage.read(lambda tx: desk.people.able(tx, on_the_floor)):
            desk.routing.agent_gone(staff)
        stored = {standing.chat.id: standing for standing in await desk.storage.read(archive.standing)}
        known = {chat.id: chat for chat in desk.picture.open_chats()}
        odd = {
            id_ for id_ in stored.keys() | known.keys() if id_ not in stored or stored[id_].chat != known.get(id_)
        }  # fmt: skip
        # What was there, or odd, at the last look too is no commit that is just being told of.
        for id_, seq in self._stored.items():
            desk.hub.heard_of(id_, seq)
        adopted = odd & self._odd
        self._adopt(stored[id_] for id_ in adopted & stored.keys())
        over = [known[id_] for id_ in adopted - stored.keys()]
        if over:
            self._adopt(await self._ends_of(over))
        self._stored = {id_: standing.seq for id_, standing in stored.items()}
        self._odd = odd
        waiting = [chat for chat in desk.picture.open_chats() if chat.state in WAITING]
        here = [chat for chat in waiting if desk.hub.is_here(chat.customer)]
        gone = [chat for chat in waiting if not desk.hub.is_here(chat.customer)]
        if waiting:
            await desk.storage.write(lambda tx: clocks.reconcile(tx, desk.clock(), here, gone, desk.left_ms))

    def _adopt(self, stored: Iterable[archive.Standing]) -> None:
        for standing in stored:
            log.warning("chat_adopted", chat=standing.chat.id, state=standing.chat.state)
            self._desk.reactions.make_up_for(standing)

    async def _ends_of(self, over: Iterable[Chat]) -> Iterable[archive.Standing]:
        """How chats ended that are not open any more. One that the store does not know at all is over, too."""
        known = {chat.id: archive.Standing(replace(chat, state="closed"), 0, 0) for chat in over}
        stored = await self._desk.storage.read(lambda tx: archive.standing_of(tx, known.keys()))
        return {**known, **{standing.chat.id: standing for standing in stored}}.values()

    async def _repeat(self, every_s: float, job: Callable[[], Awaitable[None]], later_s: float) -> None:
        await asyncio.sleep(later_s)
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.keep_even()
                await job()
            except StorageUnavailable:
                log.warning("job_postponed", job=job.__name__)
            except Exception:
                log.exception("job_failed", job=job.__name__)


def _show_out(peers: Iterable[ServedPeer], present: Actor | None) -> None:
    """Those of one session or token, who are `present` by now, where they may not go on as they came in."""
    for peer in peers:
        if present is None:
            peer.close(4010, "signed out")
        elif not may(present, "handle", "chats"):
            peer.close(4003, "for agents and supervisors")
        elif peer.actor != present:
            peer.close(4204, "your role, name or teams are others now")


def _batches(those: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (those[at : at + size] for at in range(0, len(those), size))
