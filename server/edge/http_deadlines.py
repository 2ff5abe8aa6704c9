"""Ends HTTP connections whose peer sends or reads too slowly, or sends an invalid request.

Without this module, uvicorn would wait forever for the rest of half-sent headers, and would keep a connection whose
peer reads nothing. This module closes the connection of a request that is too slow, too large or invalid. The peer gets
problem details if it can still read an answer. A request that arrives in one piece needs no timer.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from typing import Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from refusals import Code
from server.edge.connections import Connections
from server.edge.deadlines import Deadlines
from server.edge.problems import problem

LINGER_BYTES = 64 * 1024 * 1024
TAKEN_MIN = 16 * 1024
"""A slow peer must read at least this many bytes of an answer between two checks."""
UNSENT_MAX = 64 * 1024
"""Maximum bytes that the system buffers for a peer, beyond the bytes in transit.

With a larger buffer we could not tell whether the peer reads.
"""

Phase = Literal["head", "body", "rest", "none"]
"""The next thing that the peer must send."""


class _TooLarge(Exception):
    """Raised in a callback of the parser, to stop it. `send_400_response` then refuses the request."""


class TimedProtocol(HttpToolsProtocol):
    _connections: Connections
    _deadlines: Deadlines
    _address = ""
    _queued = False
    """True while this connection waits for its turn."""
    _in_head = False
    _in_message = False
    body_bytes = 0
    _phase: Phase = "none"
    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _untaken = 0
    _refusal: tuple[int, Code, str] | None = None

    # -- time -----------------------------------------------------------------------------

    def _watch(self) -> None:
        """Set the current phase of the connection and its deadline. Called after each piece of data."""
        if self._in_head:
            self._wait_on("head", self._deadlines.head_s)
        elif self._in_message and self.cycle.response_complete:
            self._wait_on("rest", self._deadlines.linger_s)
            if self.body_bytes > LINGER_BYTES:
                self._leave()
        elif self._in_message:
            self._wait_on("body", self._deadlines.body_s)
        elif self._under_way is None and self.timeout_keep_alive_task is None:
            # Data that begins no request.
            self._wait_on("head", self._deadlines.head_s)
        else:
            self._stop_waiting()

    @property
    def _under_way(self) -> RequestResponseCycle | None:
        """The newest request. None once it is answered."""
        cycle: RequestResponseCycle | None = self.cycle
        return None if cycle is None or cycle.response_complete else cycle

    def _wait_for_head(self) -> None:
        self._wait_for("head", self._deadlines.head_s)

    def _wait_for_rest(self) -> None:
        self._wait_for("rest", self._deadlines.linger_s)

    def _wait_on(self, phase: Phase, seconds: float) -> None:
        if self._phase != phase:
            self._wait_for(phase, seconds)

    def _wait_for(self, phase: Phase, seconds: float) -> None:
        self._stop_waiting()
        self._phase = phase
        self._since = self.loop.time()
        self._timer = self.loop.call_later(seconds, self._too_late)

    def _stop_waiting(self) -> None:
        self._phase = "none"
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused or self._queued:
            # We are not reading, so nothing can arrive.
            self._wait_for(self._phase, self._deadlines.body_s)
        elif self._phase == "head" and not self._in_head:
            self._leave()
        elif self._phase == "head":
            self._refuse(408, "bad_frame", f"The headers didn't arrive within {self._deadlines.head_s:g} s.")
        elif self._phase == "body":
            self._look_at_body()
        else:
            self._leave()

    def _look_at_body(self) -> None:
        until = self._since + self._deadlines.body_s + self.body_bytes / self._deadlines.body_rate
        left = until - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._too_late)
        else:
            self._refuse(408, "bad_frame", "The body took too long to arrive. Send it faster, or send less.")

    def timeout_keep_alive_handler(self) -> None:
        self._leave()

    # -- answers that are not taken ----------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        line: socket.socket | None = self.transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        self._untaken = self.unsent
        self._stop_stall()
        self._stall = self.loop.call_later(self._deadlines.taken_s, self._look_at_unsent)
        self._connections.blocked(self, self._address)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall()
        self._connections.unblocked(self, self._address)

    @property
    def unsent(self) -> int:
        """The number of bytes that the peer has not confirmed, in our buffer and in the system's.

        Our buffer counts a whole write until its last byte is sent, because the loop keeps the write in memory until
        then.
        """
        line: socket.socket | None = self.transport.get_extra_info("socket")
        held = fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, bytes(4)) if line is not None else bytes(4)
        return self.transport.get_write_buffer_size() + int(struct.unpack("i", held)[0])

    def cut(self) -> None:
        self.transport.abort()

    def _look_at_unsent(self) -> None:
        untaken = self.unsent
        if untaken > self._untaken - TAKEN_MIN:
            self.transport.abort()
            return
        self._untaken = untaken
        self._stall = self.loop.call_later(self._deadlines.taken_s, self._look_at_unsent)

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    # -- refusals -----------------------------------------------------------------------------

    def _give_up(self, status: int, detail: str) -> None:
        self._refusal = (status, "too_large", detail)
        raise _TooLarge

    def send_400_response(self, msg: str) -> None:
        """Refuse the request. Called after the parser has stopped, by itself or because of `_give_up`."""
        self._refuse(*(self._refusal or (400, "bad_frame", "This isn't an HTTP request.")))

    def _refuse(self, status: int, code: Code, detail: str) -> None:
        """Refuse a request that the application has not received completely, and close the connection."""
        cycle = self._under_way
        if cycle is not None:
            if cycle.response_started or self.pipeline:
                # Nothing may be written into a response under way.
                self.transport.abort()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        if self.transport.is_closing():
            return
        response = problem(code, detail, status=status, headers={"Connection": "close"})
        fields = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
        self.transport.write(STATUS_LINE[status] + fields + b"\r\n" + bytes(response.body))
        self._leave()

    def _leave(self) -> None:
        """Close the connection. Abort it if the peer does not read the rest of the answer."""
        self._stop_waiting()
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self._deadlines.linger_s, self.transport.abort)
