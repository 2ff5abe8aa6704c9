"""Frames from the peer of a WebSocket: whole texts are delivered at once, other frames are parsed in turns of the event
loop.

Three numbers are limited: frames per turn (`server.edge.loop_budget`), control frames and fragments
(`server.edge.framing`), and frames after a close frame.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.protocol import OPEN

from server.edge.framing import AFTER_CLOSE_MAX, FrameBudget, bounded
from server.edge.loop_budget import budget_of
from server.edge.receivers import Receiver
from server.edge.serving_config import serving_config

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

_TEXT, _MASKED, _LENGTH_FOLLOWS, _HEAD_MIN = 0x81, 0x80, 126, 6
"""Numbers in a frame from a browser or another program.

`_TEXT` is the first byte of a whole text, and `_MASKED` the mask bit of the second byte. The length `_LENGTH_FOLLOWS`
means that 16 more bits of length follow. A short frame has a head of `_HEAD_MIN` bytes, with its mask.
"""


_PONG, _PING_SIZE = 0x8A, 4
"""The first byte of a pong, and the size of our pings' payload."""
TURN_FRAMES = 64
"""Maximum number of frames of one read that are delivered before other connections have their turn."""
SLICE_FRAMES = 16
"""Maximum number of frames in one turn of a connection that had to wait."""
BYTES_A_UNIT = 4 * 1024
"""For a connection that had to wait, this many bytes count as one more frame."""


class InboundProtocol(WebSocketsSansIOProtocol):
    """Behaves like uvicorn's own protocol until `receiver` is set. From then on, texts go to the receiver."""

    receiver: Receiver | None = None
    blocked = False
    share = ""
    """The key under which this connection shares the loop: its network address, or its person once the person's
    identity is proven."""
    _between_frames = False
    """True if the parser waits for the first byte of a message."""
    _hearing = False
    """True if the next text may be delivered at once: we have not sent a close frame, and no earlier data waits."""
    _rest = b""
    """Data that was read and is not parsed yet. While there is any, nothing more is read."""
    _waiting = False
    """True while this connection waits for a turn."""
    _left = 0
    """Frames that may still be delivered in this turn."""
    _budget: FrameBudget | None = None
    _after_close = AFTER_CLOSE_MAX
    _cut = False
    """True if the connection will be aborted. Until then, nothing more is read from it."""
    _ping: bytes | None = None
    """The payload of our last ping, until it is answered."""
    _asked_to_pause = False
    _heard = True

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._shared = serving_config(config)
        self._reader = bounded(self.conn)
        self._loop_budget = budget_of(self.loop)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._between_frames and self._loop_budget.left > 0:
            data = self._hear_texts(data, TURN_FRAMES)
            if not data:
                return
        self._take(data)

    def _hear_texts(self, data: bytes, most: int) -> bytes:
        """Deliver at most `most` whole text frames from the beginning of `data`. Returns the rest.

        Nearly all data consists of whole text frames. Everything else goes to the parser, which takes ten times as long
        for a frame.
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
        """Parse the data after the whole text frames.

        If this turn of the loop has no units left, a later turn parses it.
        """
        if self._cut or (self._between_frames and self._answers_our_ping(data)):
            return
        self._rest += data
        has_room = self._loop_budget.left > 0 and not (self._between_frames and not self._left)
        if not self.handshake_initiated or (has_room and not self._waiting and not self._deaf):
            self._loop_budget.spend(self.parse(SLICE_FRAMES))
        self._read_or_not()

    def _go_on(self) -> int:
        """Do a part of the waiting work when it is this connection's turn. Returns the units that the part took."""
        self._waiting = False
        self._left, size = SLICE_FRAMES, len(self._rest)
        if not self._deaf and not self.transport.is_closing():
            self._hearing = self.receiver is not None and not self.close_sent
            if self._between_frames:
                data, self._rest = self._rest, b""
                data = self._hear_texts(data, SLICE_FRAMES)
                self._rest = b"" if self._cut else data
            if self._rest and self._left and not self._waiting:
                self._left -= self.parse(self._left)
        self._read_or_not()
        return 1 + SLICE_FRAMES - self._left + (size - len(self._rest)) // BYTES_A_UNIT

    def now(self) -> float:
        return self.loop.time()

    def parse(self, most: int) -> int:
        """Parse at most `most` frames of the remaining data. Returns the number of parsed frames."""
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
        """True if the parser is between frames, and not inside a fragmented message."""
        return self._reader.between_frames and self.conn.state is OPEN and self.conn.current_size is None

    def give_way(self, units: int) -> None:
        """Let other connections have their turn before more is read from this connection.

        `units` is the cost of the frame that was just received.
        """
        self._hearing = False
        self._loop_budget.spend(units)
        self._read_on_later()

    def _read_on_later(self) -> None:
        if not self._waiting and not self.transport.is_closing():
            self._waiting = True
            self._loop_budget.wait(self.share, self._go_on)
            self.transport.pause_reading()

    # -- other frames ----------------------------------------------------------

    def _answers_our_ping(self, data: bytes) -> bool:
        """True for a pong to our last ping. Apart from texts, browsers send only such pongs."""
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
            # Drop the answer that the parser has prepared.
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
        return not self.close_sent and (self._budgeted.control(self.now()) or self._refuse_flood("control frames"))

    def _fits_part(self, *, first: bool) -> bool:
        return not self.close_sent and (
            self._budgeted.part(self.now(), first=first) or self._refuse_flood("parts of messages")
        )

    @property
    def _budgeted(self) -> FrameBudget:
        if self._budget is None:
            self._budget = FrameBudget(self.now())
        return self._budget

    def _refuse_flood(self, of: str) -> bool:
        """Close the connection, because it sent too many frames of one kind (`of`). Always returns False."""
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

    def close(self, code: int, reason: str = "") -> None:
        raise NotImplementedError

    # -- reading ---------------------------------------------------------------------------

    def pause_reading(self) -> None:
        self._asked_to_pause = True
        self._read_or_not()

    def resume_reading(self) -> None:
        self._asked_to_pause = False
        self._read_or_not()

    @property
    def _deaf(self) -> bool:
        """True while we do not read from this peer."""
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
