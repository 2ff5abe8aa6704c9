"""Frames of RFC 6455: a bounded parser, a budget for control frames and fragments, and a writer of text frames."""

from __future__ import annotations

from collections.abc import Generator
from importlib.metadata import version

from websockets.frames import Frame
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from server.edge.limits import Bucket

CONTROL_RATE, CONTROL_BURST = 20.0, 40.0
"""Limits of a connection's pings and unsolicited pongs: per second, and in a burst."""
PARTS_MAX = 1_024
"""Maximum number of frames of one fragmented message."""
PARTS_RATE, PARTS_BURST = 256.0, 2_048.0
"""Limits of a connection's fragments: per second, and in a burst. Browsers hardly send any."""
AFTER_CLOSE_MAX = 128
"""Maximum number of frames that are read between our close frame and the peer's."""


_FRAME = b"\x81\x81\0\0\0\0x"
"""A masked text of one character."""
_HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class FrameReader(StreamReader):
    """Lets the parser read at most `left` frames. Then it stops the parser before the next frame."""

    left = 0
    between_frames = False
    """True if the parser waits for the first byte of a frame."""

    def at_eof(self) -> Generator[None, None, bool]:
        """Wait until a frame may be parsed. The parser calls this before each frame."""
        while True:
            if self.buffer and self.left > 0:
                self.left -= 1
                self.between_frames = False
                return False
            if self.eof and not self.buffer:
                return True
            self.between_frames = True
            yield

    def unread(self) -> bytes:
        """Remove and return the data after the parsed frames. Call it only between frames."""
        rest = bytes(self.buffer)
        self.buffer.clear()
        return rest


def bounded(conn: ServerProtocol) -> FrameReader:
    """Make `conn` read from a new FrameReader. Returns the FrameReader. `conn` must not have read anything yet."""
    conn.reader = reader = FrameReader()
    conn.parser = conn.parse()
    next(conn.parser)
    return reader


def check_parser(protocol: type[ServerProtocol] = ServerProtocol) -> None:
    """Raises RuntimeError if the installed `websockets` does not parse as FrameReader expects."""
    conn = protocol()
    reader = bounded(conn)
    conn.receive_data(_HANDSHAKE)
    for request in conn.events_received():
        if isinstance(request, Request):
            conn.send_response(conn.accept(request))
    reader.left = 1
    conn.receive_data(2 * _FRAME)
    heard = [event for event in conn.events_received() if isinstance(event, Frame)]
    if len(heard) != 1 or not reader.between_frames or conn.current_size is not None or reader.unread() != _FRAME:
        raise RuntimeError(
            f"websockets {version('websockets')} does not work with server/edge/framing.py. "
            "Install the version that requirements.txt names."
        )


class FrameBudget:
    """Limits control frames and fragments of one connection.

    It is created at the first such frame, because most connections never send any.
    """

    __slots__ = ("_control", "_parts", "_parts_of_message")

    def __init__(self, now: float) -> None:
        self._control = Bucket(CONTROL_BURST, CONTROL_RATE, CONTROL_BURST, now)
        self._parts = Bucket(PARTS_BURST, PARTS_RATE, PARTS_BURST, now)
        self._parts_of_message = 0

    def control(self, now: float) -> bool:
        """Count a ping or pong. Returns False if the limit is exceeded."""
        return not self._control.take(now)

    def part(self, now: float, *, first: bool) -> bool:
        """Count a part of a message, even an empty one. Returns False if the limit is exceeded."""
        self._parts_of_message = 1 if first else self._parts_of_message + 1
        return self._parts_of_message <= PARTS_MAX and not self._parts.take(now)


def text_frame(payload: bytes) -> bytes:
    """An unmasked text frame (RFC 6455, 5.2)."""
    length = len(payload)
    if length < 126:
        return b"\x81" + length.to_bytes(1, "big") + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload
