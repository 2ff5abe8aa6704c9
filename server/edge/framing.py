"""Frames of RFC 6455 as the transport counts and writes them: a bounded parser, a budget, one text frame."""

from __future__ import annotations

from collections.abc import Generator

from websockets.server import ServerProtocol
from websockets.streams import StreamReader

from server.edge.limits import Bucket

CONTROL_RATE, CONTROL_BURST = 20.0, 40.0
"""Pings and unasked pongs of one connection a second, and at once."""
PARTS_MAX = 1_024
"""Frames of one message in parts."""
PARTS_RATE, PARTS_BURST = 256.0, 2_048.0
"""Frames of such messages a second, and at once: browsers send hardly any."""
AFTER_CLOSE_MAX = 128
"""Frames that are looked at after our close frame, for the peer's. Beyond it nothing is read."""


class FrameReader(StreamReader):
    """What the parser reads from. It stops the parser before a frame once `left` have been read."""

    left = 0
    """Frames that may be read."""
    between_frames = False
    """Does the parser wait before the first byte of a frame?"""

    def at_eof(self) -> Generator[None, None, bool]:
        """Called by the parser before each frame."""
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
        """What came after the frames that were read; the reader forgets it. Only between frames."""
        rest = bytes(self.buffer)
        self.buffer.clear()
        return rest


def bounded(conn: ServerProtocol) -> FrameReader:
    """Have `conn`, which has read nothing yet, read from a FrameReader."""
    conn.reader = reader = FrameReader()
    conn.parser = conn.parse()
    next(conn.parser)
    return reader


class FrameBudget:
    """What one connection may send besides whole texts. Made at the first such frame: most never send any."""

    __slots__ = ("_control", "_parts", "_parts_of_message")

    def __init__(self, now: float) -> None:
        self._control = Bucket(CONTROL_BURST, CONTROL_RATE, CONTROL_BURST, now)
        self._parts = Bucket(PARTS_BURST, PARTS_RATE, PARTS_BURST, now)
        self._parts_of_message = 0

    def control(self, now: float) -> bool:
        """One more ping or pong: does it fit?"""
        return not self._control.take(now)

    def part(self, now: float, *, first: bool) -> bool:
        """One more part of a message, empty or not: does it fit?"""
        self._parts_of_message = 1 if first else self._parts_of_message + 1
        return self._parts_of_message <= PARTS_MAX and not self._parts.take(now)


def text_frame(payload: bytes) -> bytes:
    """One unmasked text frame, as RFC 6455 5.2 draws it."""
    length = len(payload)
    if length < 126:
        return b"\x81" + length.to_bytes(1, "big") + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload
