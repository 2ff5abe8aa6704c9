"""uvicorn's sans-I/O WebSocket protocol with additions for chat.

ASGI cannot ping, see the write buffer, receive a text without a waiting task, or choose the close code at shutdown. So
the handshake goes through the ASGI application. Then a handler in the scope's extensions (`switchboard.transport`)
takes over the connection: it receives texts and writes directly.

The subclass depends on the minor version of uvicorn, which pyproject.toml pins.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from typing import Any

import structlog
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.utils import ClientDisconnected
from websockets.frames import Frame
from websockets.protocol import OPEN

from identity.networks import network_of
from server.edge.client_address import unmapped
from server.edge.connections import Standing
from server.edge.framing import text_frame
from server.edge.inbound import InboundProtocol
from server.edge.receivers import BYE_S, Receiver, close_once_settled, spread_s

UNSENT_MAX = 64 * 1024
"""Maximum bytes that the system buffers for a peer, beyond the bytes in transit."""

log = structlog.get_logger(__name__)


class SwitchboardProtocol(InboundProtocol):
    _pinged = False
    _blocked_ticks = 0
    _unsent = 0

    # -- the handshake ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.close_timeout = self._shared.deadlines.close_grace_s
        self.client = unmapped(self.client)
        self.share = network_of(self.client[0]) if self.client else ""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            # The task that runs the application starts later in the loop and finds this.
            scope["extensions"]["switchboard.transport"] = self

    def take_over(self, receiver: Receiver) -> None:
        """Deliver texts to `receiver` from now on. The connection stays open even if the ASGI call ends."""
        self.receiver = receiver
        connected = self.transport.get_extra_info("socket")
        if connected is not None:
            # Otherwise the system buffers megabytes for a slow peer, and we cannot tell whether it reads at all.
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        self._shared.heartbeat.add(self)
        # Texts that came since the handshake wait in uvicorn's queue.
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
        """Run the application. Afterwards uvicorn closes the connection, unless it was taken over."""
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

    # -- the end ---------------------------------------------------------------------------

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame, and abort if the peer does not answer."""
        if self.close_sent or self.disconnected or self.transport.is_closing() or self.conn.state is not OPEN:
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._hearing = self._between_frames = False
        self._read_or_not()
        self.close_timer = self.loop.call_later(self._shared.deadlines.close_grace_s, self.transport.abort)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._end()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._shared.held.went(self)
        self._end()
        # The parser and its connection refer to each other. Thousands of such cycles would cost the garbage collector
        # tens of milliseconds.
        self.conn.parser.close()

    @property
    def standing(self) -> Standing:
        """The state of the receiver, while there is one. Before and after that: `asking` until the handshake is
        complete, then `idle`."""
        if self.receiver is not None:
            return self.receiver.standing
        return "idle" if self.handshake_complete else "asking"

    def drop(self) -> None:
        """Abort the connection, to make room for another one."""
        self.transport.abort()

    def _end(self) -> None:
        receiver, self.receiver = self.receiver, None
        self._hearing = self._between_frames = False
        if receiver is not None:
            self._shared.heartbeat.discard(self)
            receiver.lost()

    # -- what goes out ------------------------------------------------------------------

    def send_text(self, payload: bytes) -> None:
        if not self.close_sent and not self.disconnected:
            self.transport.write(text_frame(payload))

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Does nothing: sent frames cannot be replaced."""

    def pause_writing(self) -> None:
        super().pause_writing()
        self.blocked = True
        # The next check may come in less than a second, and must not count.
        self._blocked_ticks = -1
        self._unsent = self.transport.get_write_buffer_size()
        if self.receiver is not None:
            # Reading stops while the peer does not read. Otherwise its answers would pile up here.
            self._read_or_not()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.blocked = False
        if self.receiver is not None:
            self.receiver.writable()
            self._read_or_not()

    # -- dead connections, slow readers ----------------------------------------------------

    def beat(self) -> None:
        """Ping the peer. If nothing came from the peer since the last ping, disconnect it instead. Called once per
        heartbeat."""
        if self.receiver is None or self.close_sent or self._deaf or self._waiting:
            # While reading is paused, silence proves nothing. A peer that does not read is checked every second.
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
        """Disconnect a peer that reads nothing. Called once per second while the peer reads too slowly."""
        unsent = self.transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._blocked_ticks = 0
        else:
            self._blocked_ticks += 1
        self._unsent = unsent
        if self._blocked_ticks >= self._shared.deadlines.blocked_s:
            self._drop(4201, "too slow")

    def _drop(self, code: int, reason: str) -> None:
        receiver = self.receiver
        if receiver is not None:
            receiver.close(code, reason)
        self._end()

    # -- shutting down ------------------------------------------------------------------

    def shutdown(self) -> None:
        """Send `bye`, because uvicorn is stopping. Close with 4202 once pending commands are answered."""
        receiver = self.receiver
        if receiver is None:
            super().shutdown()
            return
        receiver.shutting_down(spread_s())
        until = self.loop.time() + self._shared.deadlines.settle_s
        self.loop.call_later(BYE_S, close_once_settled, self, self.loop, until)
