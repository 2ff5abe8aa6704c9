"""Who is here, who follows what, and who is told: the sockets of this process.

Each follower of a chat has its own place in the log. An event that comes right after that
place is passed on at once. Any other state of affairs (a hole, a resume, a slow reader whose
outbox is full) is one and the same: the follower *catches up*, reading the store from its place
at the pace its socket drains, until it stands where the log stands, and is live again.

A connection's own commands under way are `pending`: where it reaches the event of such a
command, live or catching up, the `ok` is sent in the event's place. So no `ok` comes twice,
and nothing of a chat overtakes it. Where it will not reach the event, since it follows no more
or goes on from behind it, the `ok` is sent right then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

import structlog

from chat import wire
from chat.errors import NotFound, unavailable
from chat.events import Logged
from chat.frames import Ephemeral, TypingEvent
from identity.actor import Actor
from refusals import Refused

PAGE = 200
"""Events read at a time by who catches up."""

log = structlog.get_logger(__name__)

Read = Callable[[str, int, int], Awaitable[tuple[Sequence[Logged], bool]]]
"""The events of a chat after a `seq`, at most so many, and whether there may be more. May raise StorageUnavailable."""
AboutOf = Callable[[str], Awaitable[bytes | None]]


class Peer(Protocol):
    """One connection, as the hub sees it."""

    person: str
    """Whose its command ids are: the visitor, or the user."""
    staff: bool
    actor: Actor | None
    """Who speaks by it; None until that is known."""
    fingerprint: str | None
    """Of the session or token of staff that let it in; None for customers."""
    closed: bool
    pending: dict[str, int]
    """The ids of its durable commands under way, and how many frames of each wait for their answer."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All that its person is known by: `person`, and the account that they have proven."""
        ...

    @property
    def has_room(self) -> bool:
        """May something durable be sent, or is its outbox full?"""
        ...

    def ended(self, command_id: str) -> None:
        """One frame of that id is answered."""
        ...

    def stored(self, command_id: str) -> None:
        """A command of this connection was stored just now, and its `ok` is due where its event is reached."""
        ...

    async def stored_now(self, command_id: str) -> bool:
        """Waits until it is known whether a command under way was stored just now, or was there before."""
        ...

    def send(self, payload: bytes) -> None: ...
    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """What begins like this, and waits to be sent, becomes `payload()`."""
        ...

    def drop_news(self, start: tuple[str, ...]) -> None:
        """News whose key begins like this, and that wait to be sent, are dropped."""
        ...

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None: ...
    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        """News for this connection alone."""
        ...

    async def drained(self) -> bool:
        """Waits until it takes something again; False once it is gone."""
        ...

    def close(self, code: int, reason: str = "") -> None: ...
    def give_up(self) -> None:
        """The store cannot be read: let the client come back and resume."""
        ...


class Follow:
    """One connection's place in one chat's log."""

    __slots__ = ("due", "live", "missed", "sent", "until")

    def __init__(self, sent: int, *, live: bool) -> None:
        self.sent = sent
        self.live = live
        self.due: dict[int, Logged] = {}
        """By `seq`: what the connection's own commands stored ahead of its place. Their `ok`s are due there."""
        self.missed = False
        """News came while it was not live, and since it last began to say that it has arrived."""
        self.until: int | None = None
        """The last `seq` that is told; None while they may know what comes."""


class _Channel:
    """The followers of one chat here, and the newest `seq` that this process has heard of."""

    __slots__ = ("follows", "newest")

    def __init__(self) -> None:
        self.follows: dict[Peer, Follow] = {}
        self.newest = 0


Arrived = Callable[[int], Awaitable[bool]]
"""Says, once, that a follower stands at a `seq`, and how the chat does; False (and nothing said) where the log has
moved on since, or news was missed."""
Failed = Callable[[Refused], None]
"""Says, once, why there is no arriving."""


class _CatchingUp:
    """A follower's way back, and what is said when it has arrived."""

    __slots__ = ("arrived", "chat", "failed", "rewritten")

    def __init__(self, chat: str, arrived: Arrived | None, failed: Failed | None) -> None:
        self.chat = chat
        self.arrived = arrived
        self.failed = failed
        self.rewritten: dict[int, Logged] = {}
        """Events that say something else since they may have been read, by their `seq`."""

    async def arrive(self, seq: int) -> bool:
        """Has it been said, here or before, that the follower stands at this `seq` or an earlier one?"""
        if self.arrived is not None:
            if not await self.arrived(seq):
                return False
            self.arrived = self.failed = None
        return True

    def fail(self, why: Refused) -> bool:
        """Say why there is no arriving; False where nobody waits to hear it."""
        failed, self.arrived, self.failed = self.failed, None, None
        if failed is None:
            return False
        failed(why)
        return True


class Hub:
    """The sockets here. Every method but `catch_up`'s own work is synchronous and runs on the loop."""

    def __init__(self, read: Read, about: AboutOf) -> None:
        self._read = read
        self._about = about
        self._channels: dict[str, _Channel] = {}
        self._known_as: dict[Peer, tuple[str, ...]] = {}
        self._people: dict[str, set[Peer]] = {}
        self._following: dict[Peer, set[str]] = {}
        self._ways_back: dict[Peer, deque[_CatchingUp]] = {}
        self._tasks: dict[Peer, asyncio.Task[None]] = {}

    # -- who is here ------------------------------------------------------------------

    def join(self, peer: Peer) -> tuple[str, ...]:
        """A connection has said who it is, for the first time or again; those of its ids that were not here."""
        for id_ in self._known_as.get(peer, ()):
            if id_ not in peer.ids:
                self._forget(peer, id_)
        self._known_as[peer] = peer.ids
        came = tuple(id_ for id_ in peer.ids if id_ not in self._people)
        for id_ in peer.ids:
            self._people.setdefault(id_, set()).add(peer)
        return came

    def leave(self, peer: Peer) -> tuple[str, ...]:
        """A connection is gone; those of its ids that are not here any more."""
        for chat in self._following.pop(peer, ()):
            self._drop(peer, chat)
        task = self._tasks.pop(peer, None)
        if task is not None:
            task.cancel()
        for way_back in self._ways_back.pop(peer, ()):
            way_back.fail(NotFound())
        ids = self._known_as.pop(peer, ())
        for id_ in ids:
            self._forget(peer, id_)
        return tuple(id_ for id_ in ids if id_ not in self._people)

    def _forget(self, peer: Peer, id_: str) -> None:
        peers = self._people[id_]
        peers.discard(peer)
        if not peers:
            del self._people[id_]

    def is_here(self, id_: str) -> bool:
        """Is anybody connected who is known by this id, of a visitor, an account or a user?"""
        return id_ in self._people

    def peers_of(self, id_: str) -> tuple[Peer, ...]:
        """The connections of who is known by this id."""
        return tuple(self._people.get(id_, ()))

    def staff_here(self) -> Iterable[Peer]:
        """Every connection of staff."""
        return [peer for peer in self._known_as if peer.staff]

    def everybody_here(self) -> Iterable[Peer]:
        """Every connection of those who said hello."""
        return list(self._known_as)

    @property
    def connections(self) -> int:
        return len(self._known_as)

    @property
    def idle(self) -> bool:
        """True if nobody is catching up."""
        return not self._tasks

    # -- who follows what ---------------------------------------------------------------

    def follow(
        self,
        peer: Peer,
        chat: str,
        after: int,
        arrived: Arrived | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Follow from after `after`: the past first, then `arrived(seq)`, then what comes. Not for who is gone."""
        if peer not in self._known_as:
            return
        before = self._follow_of(peer, chat)
        follow = self._place(peer, chat, after, live=False)
        if before is not None:
            self._answer_due(peer, before, upto=after)
            follow.due = before.due
        self._catch_up(peer, _CatchingUp(chat, arrived, failed))

    def unfollow(self, peer: Peer, chat: str) -> None:
        self._following.get(peer, set()).discard(chat)
        self._drop(peer, chat)

    def dismiss(self, chat: str, may: Callable[[Peer], bool]) -> None:
        """Whoever may not know of a chat any more is told what was stored so far, and nothing after that."""
        channel = self._channels.get(chat)
        for peer, follow in list(channel.follows.items()) if channel else ():
            if not may(peer):
                if follow.live:
                    self.unfollow(peer, chat)
                else:
                    follow.until = channel.newest if channel else follow.sent

    def follows(self, peer: Peer, chat: str) -> bool:
        return chat in self._following.get(peer, ())

    def has_missed(self, peer: Peer, chat: str) -> bool:
        """Was there news of this chat that a follower who is just arriving was not told?"""
        follow = self._follow_of(peer, chat)
        return follow is not None and follow.missed

    def followers(self, chat: str) -> tuple[Peer, ...]:
        channel = self._channels.get(chat)
        return tuple(channel.follows) if channel else ()

    def _place(self, peer: Peer, chat: str, sent: int, *, live: bool) -> Follow:
        channel = self._channels.get(chat)
        if channel is None:
            channel = self._channels[chat] = _Channel()
        follow = channel.follows[peer] = Follow(sent, live=live)
        self._following.setdefault(peer, set()).add(chat)
        return follow

    def _drop(self, peer: Peer, chat: str) -> None:
        channel = self._channels.get(chat)
        if channel is not None:
            follow = channel.follows.pop(peer, None)
            if not channel.follows:
                del self._channels[chat]
            if follow is not None:
                self._answer_due(peer, follow)

    # -- what is told -------------------------------------------------------------------

    def deliver(self, event: Logged, origin: Peer | None) -> None:
        """One stored event, to all who follow its chat. `origin` is the connection whose command wrote it."""
        if event.joins is not None:
            self._let_join(event, event.joins)
        channel = self._channels.get(event.chat)
        if channel is None:
            if origin is not None:
                self._answer(event, origin)
            return
        seq = event.seq
        if seq > channel.newest:
            channel.newest = seq
        staff_payload = customer_payload = None
        for peer, follow in channel.follows.items():
            if not follow.live or follow.sent >= seq:
                continue
            if follow.sent + 1 != seq or not peer.has_room:
                self._fall_behind(peer, event.chat, follow)
                continue
            follow.sent = seq
            if peer is origin:
                self._answer(event, peer)
            elif peer.staff:
                if peer.person == event.person:
                    peer.send(wire.durable(event, staff=True, with_id=True, about=event.about))
                    continue
                if staff_payload is None:
                    staff_payload = wire.durable(event, staff=True, about=event.about)
                peer.send(staff_payload)
            elif not event.staff_only:
                if peer.person == event.person:
                    peer.send(wire.durable(event, staff=False, with_id=True))
                    continue
                if customer_payload is None:
                    customer_payload = wire.durable(event, staff=False)
                peer.send(customer_payload)
        if origin is None or event.command is None:
            return
        own = channel.follows.get(origin)
        if own is None:
            self._answer(event, origin)
        elif not own.live and event.command in origin.pending:
            own.due[seq] = event
            origin.stored(event.command)

    def heard_of(self, chat: str, seq: int) -> None:
        """An event was found to be stored that nobody may have been told of: who follows its chat catches up."""
        channel = self._channels.get(chat)
        if channel is None:
            return
        channel.newest = max(channel.newest, seq)
        for peer, follow in channel.follows.items():
            if follow.live and follow.sent < seq:
                self._fall_behind(peer, chat, follow)

    def let_join(self, chat: str, person: str) -> None:
        """The connections of who is known by this id follow the chat from now on, those that do not yet: its past
        first."""
        for peer in self.peers_of(person):
            if not self.follows(peer, chat):
                self.follow(peer, chat, 0)

    def rewrite(self, event: Logged) -> None:
        """A stored event says something else from now on: nobody is told any more what it said, whether that waits
        in an outbox, was read for a replay, or is still to be told of."""
        start = wire.place(event)
        for peer in self._known_as:
            peer.replace(start, partial(_shown, event, peer))
            peer.drop_news((TypingEvent.__name__, event.chat))
        for ways_back in self._ways_back.values():
            for way_back in ways_back:
                if way_back.chat == event.chat:
                    way_back.rewritten[event.seq] = event
        channel = self._channels.get(event.chat)
        for peer, follow in channel.follows.items() if channel else ():
            if follow.live and follow.sent < event.seq:
                self._fall_behind(peer, event.chat, follow)

    def place_of(self, peer: Peer, chat: str) -> int:
        """The last `seq` that a follower was sent; 0 for who does not follow."""
        follow = self._follow_of(peer, chat)
        return follow.sent if follow else 0

    def news(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        """Something that is not stored, to who follows the chat live; not to the person `besides`."""
        channel = self._channels.get(chat)
        if channel is None:
            return
        payload: bytes | None = None
        key = coalescing_key(event)
        for peer, follow in channel.follows.items():
            if peer.person == besides or not (to_staff if peer.staff else to_customer):
                continue
            if follow.live:
                payload = payload or wire.ephemeral(event)
                peer.send_news(key, payload)
            else:
                follow.missed = True

    def _answer(self, event: Logged, peer: Peer, about: bytes | None = None) -> None:
        """The `ok` in the event's place; nothing for the earlier events of the same command."""
        if event.command is not None and event.command in peer.pending:
            peer.ended(event.command)
            shown = (event.about or about) if peer.staff and event.gives_its_writer_a_chat else None
            peer.send(wire.stored_ok(event, staff=peer.staff, about=shown))

    def _answer_due(self, peer: Peer, follow: Follow, upto: int | None = None) -> None:
        """What is stored, and will not be reached from where the follower goes on, is answered now."""
        for seq in sorted(follow.due):
            if upto is None or seq <= upto:
                self._answer(follow.due.pop(seq), peer)

    def _let_join(self, event: Logged, ids: tuple[str, ...]) -> None:
        for peer in self._people.get(ids[0], ()):
            if all(id_ in peer.ids for id_ in ids) and not self.follows(peer, event.chat):
                if event.seq == 1:
                    self._place(peer, event.chat, 0, live=True)
                else:
                    self.follow(peer, event.chat, 0)

    def _fall_behind(self, peer: Peer, chat: str, follow: Follow) -> None:
        follow.live = False
        self._catch_up(peer, _CatchingUp(chat, None, None))

    # -- catching up --------------------------------------------------------------------

    def _catch_up(self, peer: Peer, way_back: _CatchingUp) -> None:
        """One at a time for each connection, in the order in which it was asked for."""
        self._ways_back.setdefault(peer, deque()).append(way_back)
        if peer not in self._tasks:
            self._tasks[peer] = asyncio.create_task(self._walk_back(peer))

    async def _walk_back(self, peer: Peer) -> None:
        ways_back = self._ways_back[peer]
        try:
            while ways_back:
                way_back = ways_back[0]
                try:
                    await self._replay(peer, way_back)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # noqa: BLE001  whatever it was, the client comes back and resumes
                    log.warning("replay_failed", chat=way_back.chat, error=type(error).__name__)
                    self.unfollow(peer, way_back.chat)
                    if peer.pending or not way_back.fail(unavailable()):
                        peer.give_up()
                if self._ways_back.get(peer) is not ways_back:
                    return  # It was given up, and is gone.
                ways_back.popleft()
        finally:
            if self._ways_back.get(peer) is ways_back:
                del self._tasks[peer], self._ways_back[peer]

    async def _replay(self, peer: Peer, way_back: _CatchingUp) -> None:
        chat = way_back.chat
        about = await self._about(chat) if peer.staff else None
        while (follow := self._follow_of(peer, chat)) is not None:
            follow.live = False
            if not await peer.drained():
                return
            events, more = await self._read(chat, follow.sent, PAGE)
            for event in events:
                if follow.until is not None and event.seq > follow.until:
                    break
                # As the socket drains: a page may be large.
                if not await peer.drained():
                    return
                own = await self._is_own(event, peer)
                if self._follow_of(peer, chat) is not follow:
                    break
                follow.sent = event.seq
                if own:
                    follow.due.pop(event.seq, None)
                    self._answer(event, peer, about)
                else:
                    self._show(way_back.rewritten.get(event.seq, event), peer, about)
            if follow.until is not None and follow.sent >= follow.until and self._follow_of(peer, chat) is follow:
                self.unfollow(peer, chat)
            channel = self._channels.get(chat)
            if channel is None or self._follow_of(peer, chat) is not follow or more or follow.sent < channel.newest:
                continue
            follow.missed = False
            if not await way_back.arrive(follow.sent):
                continue
            # Nothing was awaited since this look at `newest`: whatever comes after it comes live.
            if follow.sent >= channel.newest and self._follow_of(peer, chat) is follow:
                follow.live = True
                return
        # It is not followed any more: somebody looked away, or may not know of it since.
        way_back.fail(NotFound())

    def _follow_of(self, peer: Peer, chat: str) -> Follow | None:
        channel = self._channels.get(chat)
        return channel.follows.get(peer) if channel else None

    async def _is_own(self, event: Logged, peer: Peer) -> bool:
        """Was it written just now by a command of this connection? Where the command only repeats what was stored
        before, the event is shown, and the `ok` with `dup` comes by itself."""
        if event.command is None or event.person != peer.person or event.command not in peer.pending:
            return False
        return await peer.stored_now(event.command)

    def _show(self, event: Logged, peer: Peer, about: bytes | None) -> None:
        if peer.staff or not event.staff_only:
            peer.send(_shown(event, peer, about if peer.staff and event.gives_a_chat else None))


def _shown(event: Logged, peer: Peer, about: bytes | None = None) -> bytes:
    """An event that was read from the store, as this connection gets it."""
    own = event.command is not None and event.person == peer.person
    return wire.durable(event, staff=peer.staff, with_id=own, about=about)


def coalescing_key(event: Ephemeral) -> tuple[str, ...]:
    """What a newer piece of news has in common with the older one that it replaces."""
    parts = (getattr(event, name) for name in event.coalesce)
    return (type(event).__name__, *(part if isinstance(part, str) else str(part.id) for part in parts))
