"""The connection of a browser or program. It connects a transport, which carries texts, with the handlers of commands.

The commands of a connection take effect in order. Messages and notes go through the journal's lane, many at a time. Any
other command waits for all earlier commands, and later commands wait for it. Frames that the other end does not read
yet wait in a bounded send queue. In this queue, a newer ephemeral event replaces an older one with the same key.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog

from chat import wire
from chat.adapters.transport import Transport
from chat.errors import unavailable
from chat.frames.commands import Command, Ping
from chat.frames.ephemeral import Ephemeral
from identity.actor import Actor
from refusals import Refused
from storage.ports import StorageUnavailable

SEND_QUEUE_FRAMES = 500
SEND_QUEUE_BYTES = 256 * 1024
IN_FLIGHT_MAX = 500
"""Maximum number of messages and notes that one connection has in the lane at a time."""
BACKLOG_MAX = 200
"""Maximum number of waiting commands. While that many wait, nothing more is read from the connection."""

log = structlog.get_logger(__name__)


Direct = Callable[["SocketPeer", Any], None]
"""Handles a command at once, or through the lane."""
Transacted = Callable[["SocketPeer", Any], Awaitable[bytes | None]]
"""Handles a command in its turn. Returns the answer, or None if the answer was sent already or comes later."""


class Handlers(Protocol):
    """Handlers of commands, by type of frame. `server.edge.commands` implements this interface."""

    @property
    def direct(self) -> Mapping[type[Command], Direct]: ...
    @property
    def transacted(self) -> Mapping[type[Command], Transacted]: ...

    def allows(self, peer: SocketPeer, received: Command | wire.Rejected) -> Refused | None:
        """The refusal if this person has exceeded a rate limit, else None."""
        ...

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        """The answer to a refused command with an id: an error, or the stored `ok` of an earlier try."""
        ...

    def gone(self, peer: SocketPeer) -> None: ...

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        """Count an answer (`ok` or an error code) for the metrics. `command` is None for an unreadable frame."""
        ...


class SocketPeer:
    """The connection of a browser or program. Its methods run on the event loop and never block."""

    __slots__ = (
        "__weakref__", "_backlog", "_busy", "_changed", "_handlers", "_in_flight", "_leaving", "_news", "_paused",
        "_seconds", "_stored", "_task", "actor", "address", "closed", "fingerprint", "hello",
        "pending", "person", "send_queue", "send_queue_bytes", "staff", "transport", "user_agent", "wire",
    )  # fmt: skip

    def __init__(
        self,
        connection: wire.Wire,
        transport: Transport,
        handlers: Handlers,
        *,
        address: str,
        user_agent: str | None = None,
        actor: Actor | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wire = connection
        self.staff = connection.side == "staff"
        self.actor = actor
        self.fingerprint: str | None = None
        """The fingerprint of the session or token of this connection. None for customers who are not signed in."""
        self.person = actor.id if actor else ""
        self.address = address
        self.user_agent = user_agent
        self.hello: Command | None = None
        self.pending: dict[str, int] = {}
        self.closed = False
        self.transport = transport
        self._handlers = handlers
        self._seconds = seconds
        self._in_flight = 0
        self._stored: set[str] = set()
        self._busy = False
        self._paused = False
        self._leaving = False
        self._backlog: deque[Command | wire.Rejected] = deque()
        self.send_queue: deque[bytes] = deque()
        self.send_queue_bytes = 0
        self._news: dict[tuple[str, ...], bytes] = {}
        self._changed: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return self.actor.ids if self.actor else (self.person,)

    # -- what comes in ------------------------------------------------------------------

    def text(self, data: bytes) -> None:
        """Handle one text frame."""
        if self.closed or self._leaving:
            return
        received = self.wire.receive(data)
        rubbish = isinstance(received, wire.Rejected)
        if rubbish:
            # The cost is counted on arrival, even if the answer has to wait for earlier commands.
            self.transport.give_way(self.wire.weigh(len(data), self._seconds()))
        if self._must_wait:
            self._wait_in_turn(received)
        else:
            self._take(received)
        if rubbish and self.wire.intolerable:
            self.close(4101, "too many frames that cannot be understood")

    def take_no_more(self) -> None:
        """Drop waiting and later commands without an answer. Clients keep durable commands until they are answered."""
        self._leaving = True
        self._backlog.clear()

    @property
    def is_busy(self) -> bool:
        """True if a command is being handled or is not yet answered."""
        return self._busy or bool(self._in_flight or self.pending)

    @property
    def _must_wait(self) -> bool:
        return self._busy or bool(self._backlog) or self._in_flight >= IN_FLIGHT_MAX

    def _wait_in_turn(self, received: Command | wire.Rejected) -> None:
        if isinstance(received, Ping) and self.wire.greeted:
            self._take(received)
            return
        self._backlog.append(received)
        if len(self._backlog) >= BACKLOG_MAX and not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def _take(self, received: Command | wire.Rejected) -> None:
        over = self._handlers.allows(self, received)
        if over is not None:
            self._tell_refusal(received, over)
            if not isinstance(received, wire.Rejected):
                self.transport.give_way(wire.REFUSED_UNITS)
            return
        if isinstance(received, wire.Rejected):
            self._refuse(received)
            return
        early = self.wire.out_of_turn(received)
        if early is not None:
            self._tell_refusal(received, early)
            return
        direct = self._handlers.direct.get(type(received))
        if direct is None:
            self.take_turn(received, self._handlers.transacted[type(received)](self, received))
            return
        try:
            direct(self, received)
        except Refused as refused:
            self.refuse(received, refused)
        except Exception as error:
            # An internal error must not end the connection, let alone the process.
            log.error("command_failed", error=type(error).__name__, exc_info=True)
            self.refuse(received, unavailable())

    def refuse(self, command: Command, refused: Refused) -> None:
        """Answer with an error, or with the stored answer if the command was stored before.

        A command without an id gets no answer.
        """
        self._handlers.answered(type(command), refused.code)
        id_ = getattr(command, "id", None)
        if id_ is not None:
            self.take_turn(command, self._handlers.refuse(self, id_, refused), refused=True)

    def _refuse(self, rejected: wire.Rejected) -> None:
        """Answer an unreadable frame, even one without an id, so that its author learns of the error."""
        self._handlers.answered(None, rejected.refused.code)
        if rejected.id is None or not self.wire.greeted:
            self.send(wire.error(rejected.id, rejected.refused))
        else:
            self.take_turn(rejected, self._handlers.refuse(self, rejected.id, rejected.refused), refused=True)

    def _tell_refusal(self, received: Command | wire.Rejected, refused: Refused) -> None:
        self._handlers.answered(type(received) if isinstance(received, Command) else None, refused.code)
        id_ = getattr(received, "id", None)
        if id_ is not None or isinstance(received, wire.Rejected):
            self.send(wire.error(id_, refused))

    def take_turn(
        self, received: Command | wire.Rejected, work: Awaitable[bytes | None], *, refused: bool = False
    ) -> None:
        """Wait for all earlier commands, then run `work` and send the answer that it returns. Later commands wait for
        this one."""
        self._busy = True
        self._task = asyncio.ensure_future(self._work(received, work, refused=refused))

    async def _work(self, received: Command | wire.Rejected, work: Awaitable[bytes | None], *, refused: bool) -> None:
        try:
            while self._in_flight and not self.closed:
                await self._change()
            outcome, answer = await self._outcome_of(getattr(received, "id", None), work)
            if not refused and isinstance(received, Command):
                self._handlers.answered(type(received), outcome)
            if answer is not None:
                self.send(answer)
        finally:
            self._busy = False
            self._task = None
            self._go_on()

    async def _outcome_of(self, id_: str | None, work: Awaitable[bytes | None]) -> tuple[str, bytes | None]:
        """The outcome (`ok` or an error code) and the answer. The answer is None if the caller has nothing to send."""
        try:
            try:
                return "ok", await work
            except Refused as refused:
                if id_ is None or not self.wire.greeted:
                    return refused.code, wire.error(id_, refused)
                return refused.code, await self._handlers.refuse(self, id_, refused)
        except StorageUnavailable:
            pass
        except Exception as error:
            # The client may send the command again: stored commands are recognized by their id.
            log.error("command_failed", error=type(error).__name__, exc_info=True)
        return "unavailable", wire.error(id_, unavailable())

    def _go_on(self) -> None:
        while self._backlog and not self.closed and not (self._busy or self._in_flight >= IN_FLIGHT_MAX):
            self._take(self._backlog.popleft())
        if self._paused and len(self._backlog) < BACKLOG_MAX // 2:
            self._paused = False
            self.transport.resume_reading()

    async def _change(self) -> None:
        """Wait for a change: a command was stored or answered, the send buffer has room, or the connection closed."""
        self._changed = self._changed or asyncio.Event()
        self._changed.clear()
        await self._changed.wait()

    # -- what is under way in the journal's lane ----------------------------------------

    def submitted(self, command_id: str) -> None:
        """Record that a command went into the lane."""
        self._in_flight += 1
        self.begun(command_id)

    def settled(self) -> None:
        """Record that the outcome of a command in the lane was delivered."""
        self._in_flight -= 1
        if self._in_flight == 0 and self._changed is not None:
            self._changed.set()
        if self._backlog and self._in_flight == IN_FLIGHT_MAX // 2:
            self._go_on()

    def begun(self, command_id: str) -> None:
        """Record a durable command that has no answer yet."""
        self.pending[command_id] = self.pending.get(command_id, 0) + 1

    def ended(self, command_id: str) -> None:
        """Record that a frame with this command id was answered. Each frame with this id gets its own answer."""
        count = self.pending.pop(command_id, 0)
        if count > 1:
            self.pending[command_id] = count - 1
        else:
            self._stored.discard(command_id)
        if self._changed is not None:
            self._changed.set()

    def stored(self, command_id: str) -> None:
        """Record that a command was stored. Its `ok` is sent when a replay reaches the command's event."""
        self._stored.add(command_id)
        if self._changed is not None:
            self._changed.set()

    async def stored_now(self, command_id: str) -> bool:
        """Wait until a pending command is stored or answered. True if it is stored but its `ok` was not sent yet."""
        while not self.closed and command_id in self.pending and command_id not in self._stored:
            await self._change()
        return command_id in self._stored

    # -- what goes out ------------------------------------------------------------------

    @property
    def has_room(self) -> bool:
        return len(self.send_queue) < SEND_QUEUE_FRAMES and self.send_queue_bytes < SEND_QUEUE_BYTES and not self.closed

    def send(self, payload: bytes) -> None:
        """Send a frame that must not be dropped: now, or after the queued frames."""
        if self.closed:
            return
        if not self.send_queue and not self.transport.blocked:
            self.transport.send_text(payload)
            return
        self.send_queue.append(payload)
        self.send_queue_bytes += len(payload)

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        """Send or queue an ephemeral event, in place of a queued one with the same key. Drop it if there is no room."""
        if self.closed:
            return
        if not self.send_queue and not self._news and not self.transport.blocked:
            self.transport.send_text(payload)
        elif key in self._news or (self.has_room and len(self._news) < SEND_QUEUE_FRAMES):
            self._news[key] = payload

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Replace frames that begin with `start` by `payload()`, in the send queue and in the transport."""
        self.transport.replace(start, payload)
        for index, waiting in enumerate(self.send_queue):
            if waiting.startswith(start):
                self.send_queue[index] = new = payload()
                self.send_queue_bytes += len(new) - len(waiting)

    def drop_news(self, start: tuple[str, ...]) -> None:
        """Drop queued ephemeral events whose key begins with `start`."""
        for key in [key for key in self._news if key[: len(start)] == start]:
            del self._news[key]

    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        """Send an ephemeral event to this connection only."""
        self.send_news(key, wire.ephemeral(event))

    def writable(self) -> None:
        """Send the queued frames, durable ones first. Called when the other end reads again."""
        transport = self.transport
        while self.send_queue and not transport.blocked:
            payload = self.send_queue.popleft()
            self.send_queue_bytes -= len(payload)
            transport.send_text(payload)
        while self._news and not self.send_queue and not transport.blocked:
            transport.send_text(self._news.pop(next(iter(self._news))))
        if not transport.blocked and self._changed is not None:
            self._changed.set()

    async def drained(self) -> bool:
        """Wait until all queued frames were sent. False if the connection is gone."""
        while not self.closed and (self.send_queue or self.transport.blocked):
            await self._change()
        return not self.closed

    def give_up(self) -> None:
        self.close(4103, "storage away")

    # -- the end ------------------------------------------------------------------------

    def close(self, code: int, reason: str = "") -> None:
        if not self.closed:
            self.transport.close(code, reason)
            self.lost()

    def lost(self) -> None:
        """Call this when the connection is gone. Waiting commands are dropped. Commands in progress finish, but get no
        answer."""
        if self.closed:
            return
        self.closed = True
        self._backlog.clear()
        self.send_queue.clear()
        self._news.clear()
        if self._changed is not None:
            self._changed.set()
        self._handlers.gone(self)
