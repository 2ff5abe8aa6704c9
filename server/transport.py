"""uvicorn's sans-I/O WebSocket protocol, grown to what a chat needs of a connection.

ASGI cannot ping, see the write buffer, hear a text without a task to wait for it, or choose the
close code at shutdown. So the handshake goes through the ASGI application as ever, and a handler
found in the scope's extensions (`switchboard.transport`) then takes the connection over:
texts are handed to it directly, and it writes directly.

Subclassing ties us to a minor of uvicorn; pyproject.toml pins it.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from types import GeneratorType
from typing import Any, Protocol

import structlog
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from server.http_transport import unmapped

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

HEARTBEAT_S = 10
"""Seconds between pings; who is silent for one more is dropped."""
BLOCKED_MAX_S = 10
"""Seconds for which a peer may take nothing at all."""
UNSENT_MAX = 64 * 1024
"""Bytes that the system holds for a peer beside those that are on their way."""
CLOSE_GRACE_S = 5.0
"""Seconds that a peer has to answer a close frame."""
BYE_S = 0.2
"""Seconds between `bye` and the close frame, and between looks at what is still under way."""
SETTLE_S = 3.0
"""Seconds that a command under way has, once the server stops, for its answer to be sent before the close frame."""

log = structlog.get_logger(__name__)


class Receiver(Protocol):
    """What a connection is handed over to. All calls come on the loop."""

    def text(self, data: bytes) -> None: ...
    def writable(self) -> None: ...
    def lost(self) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def shutting_down(self, retry_after_s: float) -> None: ...
    @property
    def is_busy(self) -> bool: ...


class Received(Protocol):
    """A connection, by who is told of it; None once it has ended."""

    receiver: Receiver | None


def spread_s() -> float:
    """After how many seconds one connection is asked to come back: each has its own, so that not all come at once."""
    return round(random.uniform(0.0, 3.0), 2)


def close_once_settled(line: Received, loop: asyncio.AbstractEventLoop, until: float) -> None:
    """With 4202, once nothing is under way there any more, or at `until` by the loop's clock."""
    receiver = line.receiver
    if receiver is None:
        return
    if receiver.is_busy and loop.time() < until:
        loop.call_later(BYE_S, close_once_settled, line, loop, until)
    else:
        receiver.close(4202, "shutting down")


def text_frame(payload: bytes) -> bytes:
    """One unmasked text frame, as RFC 6455 5.2 draws it."""
    length = len(payload)
    if length < 126:
        return b"\x81" + length.to_bytes(1, "big") + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload


_TEXT, _MASKED, _LENGTH_FOLLOWS, _HEAD_MIN = 0x81, 0x80, 126, 6
"""Of a frame from a client: its first byte if it is a whole text; what its second is, less the length; the length
that says that 16 bits of it follow; the bytes before a short payload, with the mask."""


def _awaits_a_message(conn: ServerProtocol) -> bool:
    """Has the parser of an open connection taken all that came, and does no message go on in a further frame?

    It says so nowhere: it stands in `at_eof` then, waiting for a byte.
    """
    standing: object = conn.parser
    while isinstance(standing, GeneratorType) and standing.gi_yieldfrom is not None:
        standing = standing.gi_yieldfrom
    idle = isinstance(standing, GeneratorType) and standing.gi_code is StreamReader.at_eof.__code__
    return idle and conn.state is OPEN and conn.current_size is None


class SwitchboardProtocol(WebSocketsSansIOProtocol):
    """One connection. As long as nobody takes it over it is uvicorn's own."""

    receiver: Receiver | None = None
    blocked = False
    _between_frames = False
    """Does the parser wait for the first byte of a message?"""
    _asked_to_pause = False
    _heard = True
    _pinged = False
    _blocked_ticks = 0
    _unsent = 0

    # -- the handshake ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.client = unmapped(self.client)

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            # The task that runs the application starts later in the loop: it will find this.
            scope["extensions"]["switchboard.transport"] = self

    def take_over(self, receiver: Receiver) -> None:
        """From now on texts go to `receiver`. The ASGI call may end; the connection goes on."""
        self.receiver = receiver
        line = self.transport.get_extra_info("socket")
        if line is not None:
            # Else the system takes megabytes for a peer that reads slowly, and we cannot tell that it reads at all.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        heartbeat_of(self.loop).add(self)
        # Whatever came between the handshake and now waits in uvicorn's queue.
        while not self.queue.empty():
            message = self.queue.get_nowait()
            text = message.get("text") if message["type"] == "websocket.receive" else None
            if text is not None:
                receiver.text(text.encode())
        self.read_paused = False
        self._read_or_not()
        if self.disconnected or self.transport.is_closing():
            self._end()

    async def run_asgi(self) -> None:
        """uvicorn's own closes the line when the application returns; a connection taken over stays."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("socket_failed")
            self.send_500_response()
        if self.receiver is None and self.close_timer is None:
            self.transport.close()

    # -- what comes in ------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._between_frames:
            data = self._hear_texts(data)
            if not data:
                return
        super().data_received(data)
        self._between_frames = self.receiver is not None and _awaits_a_message(self.conn)

    def _hear_texts(self, data: bytes) -> bytes:
        """Hears the texts at the beginning of `data`, each a frame that is whole; gives what follows.

        That is nearly all that ever comes. The parser, which costs ten times as much, sees what is anything else.
        """
        at, end = 0, len(data)
        while end - at >= _HEAD_MIN and data[at] == _TEXT and self.receiver is not None:
            length = data[at + 1] - _MASKED
            start = at + _HEAD_MIN
            if length == _LENGTH_FOLLOWS:
                length = int.from_bytes(data[at + 2 : at + 4], "big")
                start += 2
            elif not 0 <= length < _LENGTH_FOLLOWS:
                break
            if start + length > end:
                break
            at = start + length
            self._hear(apply_mask(data[start:at], data[start - 4 : start]))
        return data[at:] if at else data

    def handle_text(self, event: Frame) -> None:
        if self.receiver is not None and event.fin:
            self._hear(bytes(event.data))
        else:
            super().handle_text(event)

    def send_receive_event_to_app(self) -> None:
        if self.receiver is None:
            super().send_receive_event_to_app()
            return
        data, self.frames = b"".join(self.frames), []
        if self.curr_msg_data_type == "text":
            self._hear(data)
        else:
            self.close(1003, "text frames only")

    def _hear(self, data: bytes) -> None:
        if self.close_sent or self.receiver is None:
            return
        if not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError:
                self.close(1007, "not UTF-8")
                return
        self.receiver.text(data)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._end()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end()

    def _end(self) -> None:
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            heartbeat_of(self.loop).discard(self)
            receiver.lost()

    # -- what goes out ------------------------------------------------------------------

    def send_text(self, payload: bytes) -> None:
        if not self.close_sent and not self.disconnected:
            self.transport.write(text_frame(payload))

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Nothing: what was sent is on its way, and goes once."""

    def pause_writing(self) -> None:
        super().pause_writing()
        self.blocked = True
        # The next look comes in less than a second: not one of those for which it took nothing.
        self._blocked_ticks = -1
        self._unsent = self.transport.get_write_buffer_size()
        if self.receiver is not None:
            # Who does not read what we say is not heard either: else its answers would pile up here.
            self._read_or_not()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.blocked = False
        if self.receiver is not None:
            self.receiver.writable()
            self._read_or_not()

    def pause_reading(self) -> None:
        self._asked_to_pause = True
        self._read_or_not()

    def resume_reading(self) -> None:
        self._asked_to_pause = False
        self._read_or_not()

    @property
    def _deaf(self) -> bool:
        """Do we not read from this peer just now?"""
        return not self.close_sent and (self.blocked or self._asked_to_pause)

    def _read_or_not(self) -> None:
        if self.transport.is_closing():
            return
        if self._deaf:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye with `code`, and cut the line if the peer does not answer."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._read_or_not()
        self.close_timer = self.loop.call_later(CLOSE_GRACE_S, self.transport.abort)

    # -- dead lines and slow readers ----------------------------------------------------

    def beat(self) -> None:
        """Once a heartbeat: ping; who was silent since the last ping is dropped."""
        if self.receiver is None or self.close_sent or self._deaf:
            # Whom we do not read cannot be heard; who takes nothing is looked at every second.
            self._pinged = False
            return
        if self._pinged and not self._heard:
            self._drop(4203, "no heartbeat in time")
            return
        self._heard = False
        self._pinged = True
        self.conn.send_ping(struct.pack("!I", random.getrandbits(32)))
        self.transport.write(b"".join(self.conn.data_to_send()))

    def look_at_blocked(self) -> None:
        """Once a second while blocked: who takes nothing at all is dropped."""
        unsent = self.transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._blocked_ticks = 0
        else:
            self._blocked_ticks += 1
        self._unsent = unsent
        if self._blocked_ticks >= BLOCKED_MAX_S:
            self._drop(4201, "too slow")

    def _drop(self, code: int, reason: str) -> None:
        receiver = self.receiver
        if receiver is not None:
            receiver.close(code, reason)
        self._end()

    # -- shutting down ------------------------------------------------------------------

    def shutdown(self) -> None:
        """uvicorn is stopping: `bye`, with each one's own spread of a few seconds. Once what is under way is answered:
        4202."""
        receiver = self.receiver
        if receiver is None:
            super().shutdown()
            return
        receiver.shutting_down(spread_s())
        self.loop.call_later(BYE_S, close_once_settled, self, self.loop, self.loop.time() + SETTLE_S)


class Heartbeat:
    """One sweep timer for all connections of a loop: a tenth of them a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: list[set[SwitchboardProtocol]] = [set() for _ in range(HEARTBEAT_S)]
        self._slot_of: dict[SwitchboardProtocol, int] = {}
        self._tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, protocol: SwitchboardProtocol) -> None:
        # The slot that was just served: the first ping comes a whole heartbeat from now.
        slot = self._tick % HEARTBEAT_S
        self._slots[slot].add(protocol)
        self._slot_of[protocol] = slot
        if self._timer is None:
            self._timer = self._loop.call_later(1.0, self._sweep)

    def discard(self, protocol: SwitchboardProtocol) -> None:
        slot = self._slot_of.pop(protocol, None)
        if slot is not None:
            self._slots[slot].discard(protocol)

    def _sweep(self) -> None:
        self._tick += 1
        for protocol in [p for p in self._slot_of if p.blocked]:
            protocol.look_at_blocked()
        for protocol in list(self._slots[self._tick % HEARTBEAT_S]):
            protocol.beat()
        self._timer = self._loop.call_later(1.0, self._sweep) if self._slot_of else None


_heartbeats: dict[asyncio.AbstractEventLoop, Heartbeat] = {}


def heartbeat_of(loop: asyncio.AbstractEventLoop) -> Heartbeat:
    """The one sweep of this loop."""
    heartbeat = _heartbeats.get(loop)
    if heartbeat is None:
        heartbeat = _heartbeats[loop] = Heartbeat(loop)
    return heartbeat
