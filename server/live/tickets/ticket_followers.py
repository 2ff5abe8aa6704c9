"""Connections that follow tickets. Each gets a ticket's own events once and in order, and its changed properties.

When a ticket changes, each connection that follows it is marked as behind. One task per connection then reads the
events that the connection does not have yet, and sends them as fast as its socket accepts them. Because only this task
sends events, no event is sent twice or out of order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import structlog

from chat import wire
from chat.adapters.peer import Peer
from chat.frames.ticket_events import StaffOnTicket, TicketChanged, TicketGone, TicketPresence
from clock import Clock
from identity.actor import Actor
from server.live.ports import Reader
from storage.ports import Tx
from ticketing.errors import NotFound
from ticketing.events import StoredEvent, live, place
from ticketing.following import Following, Properties, Since, changed

PAGE = 50
"""Maximum number of events per read."""
FOLLOWED_MAX = 50
"""Maximum number of tickets that one connection can follow."""

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Follow:
    """A connection that follows a ticket. Has the `seq` of the last event that was sent, and the properties that were
    sent."""

    sent: int
    properties: Properties | None = None
    read: int = 0
    writing: bool = False
    rewritten: dict[int, bytes] = field(default_factory=dict)
    """The new bodies, by `seq`, of events that were changed after the latest read began."""


class TicketFollowers:
    """The connections that follow tickets. Call the methods on the event loop."""

    def __init__(self, storage: Reader, clock: Clock, following: Following) -> None:
        self._storage = storage
        self._clock = clock
        self._following = following
        self._follows: dict[Peer, dict[int, Follow]] = {}
        self._followers: dict[int, set[Peer]] = {}
        self._behind: dict[Peer, set[int]] = {}
        self._tasks: dict[Peer, asyncio.Task[None]] = {}

    @property
    def idle(self) -> bool:
        return not self._tasks

    def has_room(self, peer: Peer, number: int) -> bool:
        followed = self._follows.get(peer, {})
        return number in followed or len(followed) < FOLLOWED_MAX

    def follow(self, peer: Peer, number: int, after: int) -> None:
        """Send the ticket's events after the `seq` `after`, and later each new event.

        The caller must have checked that the person of `peer` may see the ticket.
        """
        self._follows.setdefault(peer, {})[number] = Follow(after)
        self._followers.setdefault(number, set()).add(peer)
        self._catch_up(peer, number)
        if peer.staff:
            self._tell_presence(number)

    def unfollow(self, peer: Peer, number: int) -> bool:
        """Stop following a ticket. Returns False if the connection did not follow it."""
        followed = self._follows.get(peer, {})
        if followed.pop(number, None) is None:
            return False
        if not followed:
            del self._follows[peer]
        followers = self._followers[number]
        followers.discard(peer)
        if not followers:
            del self._followers[number]
        elif peer.staff:
            self._tell_presence(number)
        return True

    def leave(self, peer: Peer) -> None:
        """Stop following all tickets for a connection that is gone, or that now belongs to another person."""
        for number in list(self._follows.get(peer, ())):
            self.unfollow(peer, number)
        self._behind.pop(peer, None)
        task = self._tasks.pop(peer, None)
        if task is not None:
            task.cancel()

    def read(self, peer: Peer, number: int, upto: int) -> bool:
        """Note that the person of the connection has read up to `upto`.

        False if this is known already, if the event was not sent yet, or if the ticket is not followed.
        """
        follow = self._follows.get(peer, {}).get(number)
        if follow is None or not follow.read < upto <= follow.sent:
            return False
        follow.read = upto
        return True

    def writing(self, peer: Peer, number: int, *, on: bool) -> None:
        """Note that a staff member started or stopped writing on a ticket that they follow."""
        follow = self._follows.get(peer, {}).get(number)
        if follow is not None and peer.staff and follow.writing is not on:
            follow.writing = on
            self._tell_presence(number)

    # -- what was committed ---------------------------------------------------------------

    def changed(self, number: int) -> None:
        """Note that a ticket, or the log of its own events, has changed."""
        for peer in self._followers.get(number, ()):
            self._catch_up(peer, number)

    def all_changed(self) -> None:
        """Note that any ticket may have changed."""
        for number in list(self._followers):
            self.changed(number)

    def rewritten(self, number: int, event: StoredEvent) -> None:
        """Replace the body of an event wherever it still waits to be sent."""
        start = place(number, event.seq)
        for peer in self._followers.get(number, ()):
            payload = bytes(live(number, event, for_staff=peer.staff))
            self._follows[peer][number].rewritten[event.seq] = payload
            peer.replace(start, partial(bytes, payload))

    def _catch_up(self, peer: Peer, number: int) -> None:
        self._behind.setdefault(peer, set()).add(number)
        if peer not in self._tasks:
            task = self._tasks[peer] = asyncio.create_task(self._run(peer))
            task.add_done_callback(partial(_give_up_if_failed, peer))

    async def _run(self, peer: Peer) -> None:
        try:
            while (behind := self._behind.get(peer)) and not peer.closed:
                await self._advance(peer, behind.pop())
        finally:
            if self._tasks.get(peer) is asyncio.current_task():
                del self._tasks[peer]
                self._behind.pop(peer, None)

    async def _advance(self, peer: Peer, number: int) -> None:
        """Send the events and changes that the connection does not have yet."""
        while (follow := self._follows.get(peer, {}).get(number)) is not None and await peer.drained():
            follow.rewritten.clear()
            found = await self._read(peer.actor, number, follow.sent)
            if self._follows.get(peer, {}).get(number) is not follow:
                continue
            if found is None:
                self.unfollow(peer, number)
                peer.send(wire.ephemeral(TicketGone(ticket=number)))
                return
            for seq, event in found.events:
                if not peer.has_room and not await peer.drained():
                    return
                if self._follows.get(peer, {}).get(number) is not follow:
                    break
                peer.send(follow.rewritten.get(seq) or bytes(event))
                follow.sent = seq
            else:
                follow.sent = max(follow.sent, found.upto)
                if not found.more:
                    _tell_properties(peer, number, follow, found)
                    return

    async def _read(self, actor: Actor | None, number: int, sent: int) -> Since | None:
        """The ticket's events after `sent`, and its properties. None if the actor may no longer see the ticket."""
        if actor is None:
            return None
        now, who = self._clock(), actor

        def since(tx: Tx) -> Since:
            return self._following.since(tx, who, number, sent, PAGE, now)

        try:
            return await self._storage.read(since)
        except NotFound:
            return None

    # -- who else is here -------------------------------------------------------------------

    def _tell_presence(self, number: int) -> None:
        here = TicketPresence(ticket=number, staff=_staff(self._staff_on(number)))
        for peer in self._followers.get(number, ()):
            if peer.staff:
                peer.tell(here, (TicketPresence.__name__, str(number)))

    def _staff_on(self, number: int) -> Iterable[tuple[Actor, bool]]:
        for peer in self._followers.get(number, ()):
            if peer.staff and peer.actor is not None:
                yield peer.actor, self._follows[peer][number].writing


def _give_up_if_failed(peer: Peer, task: asyncio.Task[None]) -> None:
    """If the task has failed, close the connection. The browser or other program then reconnects, and follows the
    ticket again from the last event that it got."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.warning("ticket_events_failed", error=type(error).__name__)
        peer.give_up()


def _staff(followers: Iterable[tuple[Actor, bool]]) -> list[StaffOnTicket]:
    """Each staff member once. A person is shown as writing if the person writes on any connection."""
    found: dict[str, StaffOnTicket] = {}
    for actor, writing in followers:
        known = found.get(actor.id)
        found[actor.id] = StaffOnTicket(actor.id, actor.name or "", writing or (known is not None and known.writing))
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _tell_properties(peer: Peer, number: int, follow: Follow, found: Since) -> None:
    known, follow.properties = follow.properties, found.properties
    others = changed(known, found.properties) if known is not None else {}
    if others:
        peer.send(wire.ephemeral(TicketChanged(ticket=number, version=found.version, changed=others)))
