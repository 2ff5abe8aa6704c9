"""Catching up: reads a chat's log from a follower's place to the end. Then the follower gets new events live."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from chat.adapters.follows import Follow, Follows
from chat.adapters.peer import Peer, shown
from chat.errors import NotFound, unavailable
from chat.events import Logged
from refusals import Refused

PAGE = 200
"""Maximum number of events in one read of the log."""

log = structlog.get_logger(__name__)

Read = Callable[[str, int, int], Awaitable[tuple[Sequence[Logged], bool]]]
"""Reads at most a given number of a chat's events after a `seq`. Also returns whether there may be more.

May raise StorageUnavailable.
"""
AboutOf = Callable[[str], Awaitable[bytes | None]]
Arrived = Callable[[int], Awaitable[bool]]
"""Reports that a follower has reached a `seq`, and sends the state of the chat. Reports at most once. Reports nothing
and returns False if the log has grown meanwhile, or if the follower missed news."""
Failed = Callable[[Refused], None]
"""Reports why the follower will not reach the end of the log. Called at most once."""


class Followers(Protocol):
    """The part of the hub that a replay needs."""

    def unfollow(self, peer: Peer, chat: str) -> None: ...
    def answer(self, event: Logged, peer: Peer, about: bytes | None = None) -> None: ...
    def missed_news(self, chat: str) -> None: ...


class Replay:
    """Catches one follower up to the end of a log, and reports when the end is reached."""

    __slots__ = ("about", "arrived", "chat", "failed", "rewritten")

    def __init__(
        self,
        chat: str,
        arrived: Arrived | None = None,
        failed: Failed | None = None,
        about: bytes | None = None,
    ) -> None:
        """`about` has the details of the chat, if they are known already."""
        self.chat = chat
        self.about = about
        self.arrived = arrived
        self.failed = failed
        self.rewritten: dict[int, Logged] = {}
        """Events whose body changed after the replay may have read them, by `seq`."""

    async def arrive(self, seq: int) -> bool:
        """Report that the follower has reached the end of the log, which is `seq`. Only one call reports this. Returns
        True if the report was made, now or by an earlier call, and False if it could not be made yet.
        """
        if self.arrived is not None:
            if not await self.arrived(seq):
                return False
            self.arrived = self.failed = None
        return True

    def fail(self, why: Refused) -> bool:
        """Report that the end of the log cannot be reached. False if nobody waits for the report."""
        failed, self.arrived, self.failed = self.failed, None, None
        if failed is None:
            return False
        failed(why)
        return True


class Replays:
    """The current replays. A connection runs one replay at a time. Its other replays wait in order."""

    def __init__(self, read: Read, about: AboutOf, follows: Follows, followers: Followers) -> None:
        self._read = read
        self._about = about
        self._follows = follows
        self._followers = followers
        self._waiting: dict[Peer, deque[Replay]] = {}
        self._tasks: dict[Peer, asyncio.Task[None]] = {}

    @property
    def idle(self) -> bool:
        return not self._tasks

    def is_under_way(self, peer: Peer) -> bool:
        return peer in self._tasks

    def start(self, peer: Peer, replay: Replay) -> None:
        self._waiting.setdefault(peer, deque()).append(replay)
        if peer not in self._tasks:
            self._tasks[peer] = asyncio.create_task(self._run(peer))

    def stop(self, peer: Peer) -> None:
        """Stop the replays of a connection that is gone."""
        task = self._tasks.pop(peer, None)
        if task is not None:
            task.cancel()
        for replay in self._waiting.pop(peer, ()):
            replay.fail(NotFound())

    def rewrite(self, event: Logged) -> None:
        """Replace the body of an event in all current replays. A replay may have read the event already, with the old
        body."""
        for replays in self._waiting.values():
            for replay in replays:
                if replay.chat == event.chat:
                    replay.rewritten[event.seq] = event

    async def _run(self, peer: Peer) -> None:
        replays = self._waiting[peer]
        try:
            while replays:
                replay = replays[0]
                try:
                    await self._replay(peer, replay)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # noqa: BLE001  whatever it was, the client comes back and resumes
                    log.warning("replay_failed", chat=replay.chat, error=type(error).__name__)
                    self._followers.unfollow(peer, replay.chat)
                    if peer.pending or not replay.fail(unavailable()):
                        peer.give_up()
                if self._waiting.get(peer) is not replays:
                    return  # The connection is gone.
                replays.popleft()
        finally:
            if self._waiting.get(peer) is replays:
                del self._tasks[peer], self._waiting[peer]

    async def _replay(self, peer: Peer, replay: Replay) -> None:
        chat = replay.chat
        about = (replay.about or await self._about(chat)) if peer.staff else None
        missed, reports = False, replay.arrived is not None
        while (follow := self._follows.of(peer, chat)) is not None:
            follow.live = False
            if not await peer.drained():
                return
            events, more = await self._read(chat, follow.sent, PAGE)
            if not await self._send(events, peer, replay, follow, about):
                return
            if follow.until is not None and follow.sent >= follow.until and self._follows.of(peer, chat) is follow:
                self._followers.unfollow(peer, chat)
            channel = self._follows.channels.get(chat)
            if channel is None or self._follows.of(peer, chat) is not follow or more or follow.sent < channel.newest:
                continue
            missed, follow.missed = missed or follow.missed, False
            if not await replay.arrive(follow.sent):
                continue
            # There is no await between this check and `live`, so later events arrive live.
            if follow.sent >= channel.newest and self._follows.of(peer, chat) is follow:
                follow.live = True
                if missed and not reports:
                    self._followers.missed_news(chat)
                return
        # The chat is no longer followed: the client left it, or lost the right to see it.
        replay.fail(NotFound())

    async def _send(
        self, events: Sequence[Logged], peer: Peer, replay: Replay, follow: Follow, about: bytes | None
    ) -> bool:
        """Send one page of the log, as fast as the socket takes it. False if the connection is gone."""
        for event in events:
            if follow.until is not None and event.seq > follow.until:
                break
            if not await peer.drained():
                return False
            own = await _is_own(event, peer)
            if self._follows.of(peer, replay.chat) is not follow:
                break
            follow.sent = event.seq
            if own:
                follow.due.pop(event.seq, None)
                self._followers.answer(event, peer, about)
            else:
                _show(replay.rewritten.get(event.seq, event), peer, about)
        return True


async def _is_own(event: Logged, peer: Peer) -> bool:
    """True if a pending command of this connection wrote the event.

    False if the command only repeats a stored command. Then the connection gets the event, and also an `ok` with `dup`.
    """
    if event.command is None or event.person != peer.person or event.command not in peer.pending:
        return False
    return await peer.stored_now(event.command)


def _show(event: Logged, peer: Peer, about: bytes | None) -> None:
    if peer.staff or not event.staff_only:
        peer.send(shown(event, peer, about if peer.staff and event.gives_a_chat else None))
