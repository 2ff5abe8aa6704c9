"""The pump: one connection between a transport that carries texts and the handlers of commands.

Commands of a connection take effect in the order in which they came. Messages and notes go by
the journal's lane, many in flight; any other command waits for those, and those behind it wait for it.
What the peer does not take waits in a bounded outbox, where news are replaced by newer ones.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog

from chat import wire
from chat.errors import Refused, unavailable
from chat.frames import Command, Ephemeral, Ping
from identity.actor import Actor
from storage.ports import StorageUnavailable

OUTBOX_FRAMES = 500
OUTBOX_BYTES = 256 * 1024
BACKLOG_MAX = 200
"""Commands of one connection waiting for their turn, after which it is not read for a while."""

log = structlog.get_logger(__name__)


class Transport(Protocol):
    """What carries the texts of one connection."""

    @property
    def blocked(self) -> bool:
        """Does the peer take nothing just now?"""
        ...

    def send_text(self, payload: bytes) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...


Direct = Callable[["SocketPeer", Any], None]
"""Handles a command at once, or by the journal's lane."""
Transacted = Callable[["SocketPeer", Any], Awaitable[bytes | None]]
"""Handles a command in its turn; gives the answer, or None where it was given or is to come."""


class Handlers(Protocol):
    """Frame type → what is done with it. `server.commands` is the one there is."""

    @property
    def direct(self) -> Mapping[type[Command], Direct]: ...
    @property
    def transacted(self) -> Mapping[type[Command], Transacted]: ...

    def allows(self, peer: SocketPeer, command: Command) -> Refused | None:
        """The limits of this person: a refusal where they are used up."""
        ...

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        """The answer to a command with an id that is to be refused: the stored `ok`, if it was stored once."""
        ...

    def gone(self, peer: SocketPeer) -> None: ...

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        """For the figures: a command (None: what was none) was answered with `ok`, or an error's code."""
        ...


class SocketPeer:
    """One connection. Its methods run on the loop and never block."""

    __slots__ = (
        "__weakref__", "_backlog", "_busy", "_changed", "_handlers", "_in_flight", "_news", "_outbox", "_outbox_bytes",
        "_paused", "_task", "_transport", "actor", "address", "closed", "hello", "pending",
        "person", "staff", "user_agent", "wire",
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
    ) -> None:
        self.wire = connection
        self.staff = connection.side == "staff"
        self.actor = actor
        self.person = actor.id if actor else ""
        self.address = address
        self.user_agent = user_agent
        self.hello: Command | None = None
        self.pending: set[str] = set()
        self.closed = False
        self._transport = transport
        self._handlers = handlers
        self._in_flight = 0
        self._busy = False
        self._paused = False
        self._backlog: deque[Command | wire.Rejected] = deque()
        self._outbox: deque[bytes] = deque()
        self._outbox_bytes = 0
        self._news: dict[tuple[str, ...], bytes] = {}
        self._changed: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    # -- what comes in ------------------------------------------------------------------

    def text(self, data: bytes) -> None:
        """One text frame from the peer."""
        if self.closed:
            return
        received = self.wire.receive(data)
        if self._busy or self._backlog:
            self._wait_in_turn(received)
        else:
            self._take(received)
        if self.wire.intolerable:
            self.close(4101, "too many frames that cannot be understood")

    def _wait_in_turn(self, received: Command | wire.Rejected) -> None:
        if isinstance(received, Ping) and self.wire.greeted:
            self._take(received)
            return
        self._backlog.append(received)
        if len(self._backlog) >= BACKLOG_MAX and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _take(self, received: Command | wire.Rejected) -> None:
        if isinstance(received, wire.Rejected):
            self._handlers.answered(None, received.refused.code)
            if received.id is None or not self.wire.greeted:
                self.send(wire.error(received.id, received.refused))
            else:
                self._in_turn(received, self._handlers.refuse(self, received.id, received.refused))
            return
        over = self._handlers.allows(self, received)
        if over is not None:
            self._handlers.answered(type(received), over.code)
            self.send(wire.error(getattr(received, "id", None), over))
            return
        direct = self._handlers.direct.get(type(received))
        if direct is None:
            self._in_turn(received, self._handlers.transacted[type(received)](self, received))
            return
        try:
            direct(self, received)
        except Refused as refused:
            self.refuse(received, refused)
        except Exception as error:
            # A fault of ours must not cost the connection, let alone the process.
            log.error("command_failed", error=type(error).__name__, exc_info=True)
            self.refuse(received, unavailable())

    def refuse(self, command: Command, refused: Refused) -> None:
        """Answer with an error, unless the command was stored once: then with what was answered then."""
        self._handlers.answered(type(command), refused.code)
        id_ = getattr(command, "id", None)
        if id_ is None:
            self.send(wire.error(None, refused))
        else:
            self.pending.discard(id_)
            self._in_turn(wire.Rejected(id_, refused), self._handlers.refuse(self, id_, refused))

    def _in_turn(self, received: Command | wire.Rejected, work: Awaitable[bytes | None]) -> None:
        self._busy = True
        self._task = asyncio.ensure_future(self._work(received, work))

    async def _work(self, received: Command | wire.Rejected, work: Awaitable[bytes | None]) -> None:
        id_ = getattr(received, "id", None)
        try:
            while self._in_flight and not self.closed:
                self._changed = self._changed or asyncio.Event()
                self._changed.clear()
                await self._changed.wait()
            answer = await self._answer_of(received, id_, work)
        finally:
            self._busy = False
            self._task = None
        if answer is not None:
            self.send(answer)
        self._go_on()

    async def _answer_of(
        self, received: Command | wire.Rejected, id_: str | None, work: Awaitable[bytes | None]
    ) -> bytes | None:
        command = type(received) if isinstance(received, Command) else None
        try:
            answer = await work
            if command is not None:
                self._handlers.answered(command, "ok")
            return answer
        except Refused as refused:
            self._handlers.answered(command, refused.code)
            return await self._answer_to_refused(id_, refused)
        except StorageUnavailable:
            self._handlers.answered(command, "unavailable")
            return wire.error(id_, unavailable())
        except Exception as error:
            # Whatever went wrong, nothing was committed: the client may send it again.
            log.error("command_failed", error=type(error).__name__, exc_info=True)
            self._handlers.answered(command, "unavailable")
            return wire.error(id_, unavailable())

    async def _answer_to_refused(self, id_: str | None, refused: Refused) -> bytes:
        if id_ is None or not self.wire.greeted:
            return wire.error(id_, refused)
        self.pending.discard(id_)
        return await self._handlers.refuse(self, id_, refused)

    def _go_on(self) -> None:
        while self._backlog and not self._busy and not self.closed:
            self._take(self._backlog.popleft())
        if self._paused and len(self._backlog) < BACKLOG_MAX // 2:
            self._paused = False
            self._transport.resume_reading()

    # -- what is under way in the journal's lane ----------------------------------------

    def submitted(self, command_id: str) -> None:
        self._in_flight += 1
        self.pending.add(command_id)

    def settled(self) -> None:
        self._in_flight -= 1
        if self._in_flight == 0 and self._changed is not None:
            self._changed.set()

    # -- what goes out ------------------------------------------------------------------

    @property
    def has_room(self) -> bool:
        return len(self._outbox) < OUTBOX_FRAMES and self._outbox_bytes < OUTBOX_BYTES and not self.closed

    def send(self, payload: bytes) -> None:
        """Something that must arrive: at once, or after what waits already."""
        if self.closed:
            return
        if not self._outbox and not self._transport.blocked:
            self._transport.send_text(payload)
            return
        self._outbox.append(payload)
        self._outbox_bytes += len(payload)

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        """Something that a newer one of the same key replaces, and that is dropped where there is no room."""
        if self.closed:
            return
        if not self._outbox and not self._news and not self._transport.blocked:
            self._transport.send_text(payload)
        elif key in self._news or (self.has_room and len(self._news) < OUTBOX_FRAMES):
            self._news[key] = payload

    def tell(self, event: Ephemeral, key: tuple[str, ...]) -> None:
        """News for this connection alone."""
        self.send_news(key, wire.ephemeral(event))

    def writable(self) -> None:
        """The peer takes something again: what waits goes out, durable things first."""
        transport = self._transport
        while self._outbox and not transport.blocked:
            payload = self._outbox.popleft()
            self._outbox_bytes -= len(payload)
            transport.send_text(payload)
        while self._news and not self._outbox and not transport.blocked:
            transport.send_text(self._news.pop(next(iter(self._news))))
        if not transport.blocked and self._changed is not None:
            self._changed.set()

    async def drained(self) -> bool:
        """Waits until everything went out; False once the connection is gone."""
        while not self.closed and (self._outbox or self._transport.blocked):
            self._changed = self._changed or asyncio.Event()
            self._changed.clear()
            await self._changed.wait()
        return not self.closed

    def give_up(self) -> None:
        self.close(4103, "storage away")

    # -- the end ------------------------------------------------------------------------

    def close(self, code: int, reason: str = "") -> None:
        if not self.closed:
            self._transport.close(code, reason)
            self.lost()

    def lost(self) -> None:
        """The connection is gone, from whichever side. Commands under way are finished, unanswered."""
        if self.closed:
            return
        self.closed = True
        self._backlog.clear()
        self._outbox.clear()
        self._news.clear()
        if self._changed is not None:
            self._changed.set()
        self._handlers.gone(self)
