"""uvicorn's sans-I/O WebSocket protocol, grown to what a chat needs of a connection.

ASGI cannot ping, see the write buffer, hear a text without a task to wait for it, or choose the
close code at shutdown. So the handshake goes through the ASGI application as ever, and a handler
found in the scope's extensions (`switchboard.transport`) then takes the connection over:
texts are handed to it directly, and it writes directly.

What one connection sends is bounded: so many frames a turn of the loop (`server.edge.turns`), so many control frames
and parts (`server.edge.framing`), and next to nothing once a close frame is sent.

Subclassing ties us to a minor of uvicorn; pyproject.toml pins it.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import OPEN

from identity.networks import network_of
from server.edge.connections import Standing, connections_of
from server.edge.framing import AFTER_CLOSE_MAX, FrameBudget, bounded, text_frame
from server.edge.heartbeat import heartbeat_of
from server.edge.http_transport import unmapped
from server.edge.turns import turns_of

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

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
    @property
    def standing(self) -> Standing: ...


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


_TEXT, _MASKED, _LENGTH_FOLLOWS, _HEAD_MIN = 0x81, 0x80, 126, 6
"""Of a frame from a client: its first byte if it is a whole text; what its second is, less the length; the length
that says that 16 bits of it follow; the bytes before a short payload, with the mask."""


_PONG, _PING_SIZE = 0x8A, 4
"""The first byte of a pong; the bytes in each of our pings."""
TURN_FRAMES = 64
"""Frames of one read that are heard before others have their turn."""
SLICE_FRAMES = 16
"""Frames of one connection at a time, once it had to wait for a turn."""
BYTES_A_UNIT = 4 * 1024
"""Bytes of frames that count as one more, of who had to wait for a turn."""


class SwitchboardProtocol(WebSocketsSansIOProtocol):
    """One connection. As long as nobody takes it over it is uvicorn's own."""

    receiver: Receiver | None = None
    blocked = False
    _between_frames = False
    """Does the parser wait for the first byte of a message?"""
    _hearing = False
    """May the next text be heard at once? Not once we closed, nor where others come first."""
    _rest = b""
    """What was read and not looked at yet. Nothing more is read meanwhile."""
    _waiting = False
    """Does this connection wait for a turn?"""
    _left = 0
    """Frames that may still be heard in this turn."""
    _budget: FrameBudget | None = None
    _after_close = AFTER_CLOSE_MAX
    _cut = False
    """Is nothing read any more, until the line is cut?"""
    _ping: bytes | None = None
    """What our last ping said, until it is answered."""
    _asked_to_pause = False
    _heard = True
    _pinged = False
    _blocked_ticks = 0
    _unsent = 0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.close_timeout = CLOSE_GRACE_S
        self._reader = bounded(self.conn)
        self._turns = turns_of(self.loop)
        self._connections = connections_of(config)
        self.share = ""
        """Whose share of the loop this connection uses: its address, until somebody is proven."""

    # -- the handshake ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self.share = network_of(self.client[0]) if self.client else ""

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
        self._hearing = not self.close_sent
        self._between_frames = self._awaits_a_message
        self._read_or_not()
        if self.disconnected or self.transport.is_closing():
            self._end()

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        if self._rest:
            self._read_or_not()
        return message

    async def run_asgi(self) -> None:
        """uvicorn's own closes the line when the application returns; a connection taken over stays."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("socket_failed")
            self.send_500_response()
        finally:
            self.scope.get("extensions", {}).pop("switchboard.transport", None)
        if self.receiver is None and self.close_timer is None:
            self.transport.close()

    # -- what comes in ------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._between_frames and self._turns.left > 0:
            data = self._hear_texts(data, TURN_FRAMES)
            if not data:
                return
        self._take(data)

    def _hear_texts(self, data: bytes, most: int) -> bytes:
        """Hears the texts at the beginning of `data`, each a frame that is whole, `most` of them; gives what follows.

        That is nearly all that ever comes. The parser, which costs ten times as much, sees what is anything else.
        """
        at, end = 0, len(data)
        while most and end - at >= _HEAD_MIN and data[at] == _TEXT and self._hearing:
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
            most -= 1
            self._hear(apply_mask(data[start:at], data[start - 4 : start]))
        self._left = most
        return data[at:] if at else data

    def _take(self, data: bytes) -> None:
        """What follows the whole texts: parsed at once where there is room in this turn of the loop, else later."""
        if self._cut or (self._between_frames and self._answers_our_ping(data)):
            return
        self._rest += data
        has_room = self._turns.left > 0 and not (self._between_frames and not self._left)
        if not self.handshake_initiated or (has_room and not self._waiting and not self._deaf):
            self._turns.spend(self._parse(SLICE_FRAMES))
        self._read_or_not()

    def _go_on(self) -> int:
        """It is this connection's turn. Returns the units it took."""
        self._waiting = False
        self._left, size = SLICE_FRAMES, len(self._rest)
        if not self._deaf and not self.transport.is_closing():
            self._hearing = self.receiver is not None and not self.close_sent
            if self._between_frames:
                data, self._rest = self._rest, b""
                data = self._hear_texts(data, SLICE_FRAMES)
                self._rest = b"" if self._cut else data
            if self._rest and self._left and not self._waiting:
                self._left -= self._parse(self._left)
        self._read_or_not()
        return 1 + SLICE_FRAMES - self._left + (size - len(self._rest)) // BYTES_A_UNIT

    def _parse(self, most: int) -> int:
        """Parse the rest, at most so many frames of it. Returns how many it was."""
        if self.close_sent:
            most = min(most, self._after_close)
        data, self._rest = self._rest, b""
        reader = self._reader
        reader.left = most
        super().data_received(data)
        parsed = most - reader.left
        if reader.between_frames:
            self._rest = reader.unread()
        if self.close_sent:
            self._after_close -= parsed
            if self._after_close <= 0:
                self._cut, self._rest = True, b""
        elif self.receiver is not None:
            self._between_frames = self._awaits_a_message
        return parsed

    @property
    def _awaits_a_message(self) -> bool:
        """Is the parser of an open connection between frames, and does no message go on in a further one?"""
        return self._reader.between_frames and self.conn.state is OPEN and self.conn.current_size is None

    def give_way(self, units: int) -> None:
        """What this peer sends from now on is heard once others had their turn. `units`: what was refused cost."""
        self._hearing = False
        self._turns.spend(units)
        self._read_on_later()

    def _read_on_later(self) -> None:
        if not self._waiting and not self.transport.is_closing():
            self._waiting = True
            self._turns.wait(self.share, self._go_on)
            self.transport.pause_reading()

    # -- what is no whole text ----------------------------------------------------------

    def _answers_our_ping(self, data: bytes) -> bool:
        """Is it the pong to our last ping, and nothing else? Honest clients send no other frames but texts."""
        if self._ping is None or len(data) != _HEAD_MIN + _PING_SIZE or data[0] != _PONG or self._rest:
            return False
        if data[1] != _MASKED | _PING_SIZE or apply_mask(data[_HEAD_MIN:], data[2:_HEAD_MIN]) != self._ping:
            return False
        self._ping = None
        return True

    def handle_ping(self) -> None:
        if self._fits_control():
            super().handle_ping()
        else:
            # The parser has answered it already: that is not sent.
            self.conn.data_to_send()

    def handle_pong(self, event: Frame) -> None:
        if self._ping is not None and event.data == self._ping:
            self._ping = None
        else:
            self._fits_control()

    def handle_bytes(self, event: Frame) -> None:
        if event.fin or self._fits_part(first=True):
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if self._fits_part(first=False):
            super().handle_cont(event)

    def _fits_control(self) -> bool:
        return not self.close_sent and (
            self._budgeted.control(self.loop.time()) or self._refuse_flood("control frames")
        )

    def _fits_part(self, *, first: bool) -> bool:
        return not self.close_sent and (
            self._budgeted.part(self.loop.time(), first=first) or self._refuse_flood("parts of messages")
        )

    @property
    def _budgeted(self) -> FrameBudget:
        if self._budget is None:
            self._budget = FrameBudget(self.loop.time())
        return self._budget

    def _refuse_flood(self, of: str) -> bool:
        """Close a connection that is over its budget. Always False."""
        if not self.handshake_complete:
            self.transport.abort()
        elif self.receiver is not None:
            self.receiver.close(4101, f"too many {of}")
        else:
            self.close(4101, f"too many {of}")
        return False

    def handle_text(self, event: Frame) -> None:
        if self.receiver is not None and event.fin:
            self._hear(bytes(event.data))
        elif event.fin or self._fits_part(first=True):
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
        self._connections.went(self)
        self._end()
        # The parser holds its connection, which holds it: thousands of those cost the collector tens of milliseconds.
        self.conn.parser.close()

    @property
    def standing(self) -> Standing:
        """Does somebody ask for something on this connection? Not before `hello`, nor after our close frame."""
        if self.receiver is not None:
            return self.receiver.standing
        return "idle" if self.handshake_complete else "asking"

    def drop(self) -> None:
        """Cut the line: another connection needs its place."""
        self.transport.abort()

    def _end(self) -> None:
        receiver, self.receiver = self.receiver, None
        self._hearing = self._between_frames = False
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
        by_asgi = self.receiver is None and self.read_paused
        return self._cut or (not self.close_sent and (self.blocked or self._asked_to_pause or by_asgi))

    def _read_or_not(self) -> None:
        if self.transport.is_closing():
            return
        if self._deaf or self._waiting:
            self.transport.pause_reading()
        elif self._rest:
            self._read_on_later()
        else:
            self.transport.resume_reading()

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye with `code`, and cut the line if the peer does not answer."""
        if self.close_sent or self.disconnected or self.transport.is_closing() or self.conn.state is not OPEN:
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._hearing = self._between_frames = False
        self._read_or_not()
        self.close_timer = self.loop.call_later(CLOSE_GRACE_S, self.transport.abort)

    # -- dead lines and slow readers ----------------------------------------------------

    def beat(self) -> None:
        """Once a heartbeat: ping; who was silent since the last ping is dropped."""
        if self.receiver is None or self.close_sent or self._deaf or self._waiting:
            # Whom we do not read cannot be heard; who takes nothing is looked at every second.
            self._pinged = False
            return
        if self._pinged and not self._heard:
            self._drop(4203, "no heartbeat in time")
            return
        self._heard = False
        self._pinged = True
        self._ping = struct.pack("!I", random.getrandbits(32))
        self.conn.send_ping(self._ping)
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
