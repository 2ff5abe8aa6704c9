"""Chat connections over HTTP requests, for browsers and programs that cannot use a WebSocket.

The frames are those of a WebSocket.

A polled connection is a transport of `chat.adapters.socket`, like a WebSocket. Sent frames are numbered and kept until
the peer acknowledges them, so that a lost response is repeated.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable

from identity import tokens
from refusals import Refused, invalid
from server.edge.deadlines import Deadlines
from server.edge.inbound import BYTES_A_UNIT, SLICE_FRAMES
from server.edge.loop_budget import budget_of
from server.edge.receivers import Receiver, close_once_settled, spread_s
from server.edge.transport import UNSENT_MAX

LINE = "Switchboard-Line"
"""The header with the id of a polled connection. The id is not in the address, because proxies log addresses."""

Question = asyncio.Future[bool]
"""A waiting poll. Its result is True if there are frames."""


class PolledConnection:
    def __init__(self, fingerprint: str | None, deadlines: Deadlines, worker: int | None = None) -> None:
        """`worker` is the number of this process, if several processes listen on the port. The id begins with it."""
        self._deadlines = deadlines
        self.id = secrets.token_urlsafe(32) if worker is None else f"{worker}.{secrets.token_urlsafe(32)}"
        self.fingerprint = fingerprint
        """The fingerprint of the session or token that every request must send. None for customers, whose connection id
        suffices."""
        self.receiver: Receiver | None = None
        self.blocked = False
        self.ended: tuple[int, str] | None = None
        """Close code and reason."""
        self._loop = asyncio.get_running_loop()
        self._loop_budget = budget_of(self._loop)
        self.share = ""
        """The share of the loop that its frames use (`server.edge.loop_budget`)."""
        self._heard_at = self._taken_at = self._loop.time()
        self._given: deque[bytes] = deque()
        self._bytes = 0
        self._acknowledged = 0
        self._question: Question | None = None
        self._told = False
        self._paused = False
        self._posting = False
        self._units = 0
        self._leaving = False
        self._listening = asyncio.Event()
        self._listening.set()

    # -- what comes in ------------------------------------------------------------------

    async def take(self, frames: Iterable[bytes]) -> None:
        """Handle frames from the peer, in order. Waits while reading is paused.

        Raises Refused(conflict) while the frames of an earlier call still wait.
        """
        self._heard_at = self._loop.time()
        if self._posting:
            raise Refused("conflict", "The previous frames haven't been accepted yet. Send them one after the other.")
        self._posting = True
        try:
            await self._listening.wait()
            for frame in frames:
                if self.receiver is None:
                    break
                self.receiver.text(frame)
                self._units += 1 + len(frame) // BYTES_A_UNIT
                if self._units >= SLICE_FRAMES:
                    units, self._units = self._units, 0
                    await self._loop_budget.turn(self.share, units)
        finally:
            self._posting = False

    def pause_reading(self) -> None:
        self._paused = True
        self._listen_or_not()

    def resume_reading(self) -> None:
        self._paused = False
        self._listen_or_not()

    def give_way(self, units: int) -> None:
        """Count `units` of work. After a few units, `take` waits for a turn."""
        self._units += units

    def _listen_or_not(self) -> None:
        # Reading stops while the peer does not read. Otherwise its answers would pile up here.
        if self.ended is None and (self.blocked or self._paused):
            self._listening.clear()
        else:
            self._listening.set()

    # -- what goes out ------------------------------------------------------------------

    def send_text(self, payload: bytes) -> None:
        if self.ended is not None:
            return
        self._given.append(payload)
        self._bytes += len(payload)
        if self._bytes >= UNSENT_MAX and not self.blocked:
            self.blocked = True
            self._taken_at = self._loop.time()
            self._listen_or_not()
        self._tell()

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Replace every unacknowledged frame that begins with `start` by the result of `payload()`.

        A frame that was sent, but not acknowledged, is replaced too.
        """
        for index, given in enumerate(self._given):
            if given.startswith(start):
                self._given[index] = new = payload()
                self._bytes += len(new) - len(given)
        self._open_again()

    async def told(self, after: int, question: Question | None = None) -> tuple[list[bytes], int]:
        """Wait for new frames.

        Returns the frames, and the `after` of the next call, which is the number of all frames so far.

        The first `after` frames are acknowledged and dropped. Raises Refused(invalid) for an impossible `after`. If a
        second poll begins, the first one ends. The wait also ends if the caller sets a result of `question`.
        """
        self._heard_at = self._loop.time()
        if not self._acknowledged <= after <= self._acknowledged + len(self._given):
            raise invalid("after", f"It is the `next` of the last answer: {self._acknowledged} or more here.")
        self._acknowledge(after)
        self._answer(here=False)
        if not self._given and self.ended is None and not await self._wait(question or self._loop.create_future()):
            # A later poll gets the frames.
            return [], after
        return list(self._given), after + len(self._given)

    def _acknowledge(self, after: int) -> None:
        if after > self._acknowledged:
            self._taken_at = self._loop.time()
        while self._acknowledged < after:
            self._bytes -= len(self._given.popleft())
            self._acknowledged += 1
        self._open_again()

    def _open_again(self) -> None:
        if self.blocked and self._bytes < UNSENT_MAX:
            self.blocked = False
            self._listen_or_not()
            if self.receiver is not None:
                self.receiver.writable()

    async def _wait(self, question: Question) -> bool:
        """Wait for frames. Returns False after `hold_s`, if a second poll begins, or if the peer is gone."""
        self._question = question
        timer = self._loop.call_later(self._deadlines.hold_s, unanswered, question)
        try:
            return await question
        finally:
            timer.cancel()
            if self._question is question:
                self._question = None

    def _tell(self) -> None:
        # Deferred, so that frames sent in the same turn of the loop are included.
        if self._question is not None and not self._told and not (self._leaving and self.ended is None):
            self._told = True
            self._loop.call_soon(self._tell_now)

    def _tell_now(self) -> None:
        self._told = False
        if self._given or self.ended is not None:
            self._answer(here=True)

    def _answer(self, *, here: bool) -> None:
        if self._question is not None:
            if not self._question.done():
                self._question.set_result(here)
            self._question = None

    # -- the end ------------------------------------------------------------------------

    def close(self, code: int, reason: str = "") -> None:
        """End the connection. Earlier frames are still delivered, together with the code."""
        if self.ended is None:
            self.ended = (code, reason)
            self._heard_at = self._loop.time()
            self.receiver = None
            self._listen_or_not()
            self._tell()

    def shutdown(self) -> None:
        """Called when the server stops.

        Pending answers, `bye` and the close code go into one response, because it is the last.
        """
        if self.receiver is not None and not self._leaving:
            self._leaving = True
            self.receiver.shutting_down(spread_s())
            close_once_settled(self, self._loop, self._loop.time() + self._deadlines.settle_s)

    @property
    def is_polled(self) -> bool:
        return self._question is not None

    def is_needed(self, now: float) -> bool:
        """Close the connection if its peer no longer polls or acknowledges. Called once a second.

        Returns False if the connection was closed long enough ago to be forgotten.
        """
        silent = now - self._heard_at >= self._deadlines.silence_s
        if self.receiver is not None:
            if self.blocked and now - self._taken_at >= self._deadlines.blocked_s:
                self.receiver.close(4201, "too slow")
            elif silent:
                self.receiver.close(4203, "no question in time")
        elif silent:
            return False
        return True


class PolledConnections:
    """All polled connections of this process, by the fingerprints of their ids.

    An id is secret. Because look-ups use fingerprints, their duration does not reveal an id.
    """

    def __init__(self, deadlines: Deadlines, worker: int | None = None) -> None:
        """`worker` is that of `PolledConnection`."""
        self._deadlines = deadlines
        self._worker = worker
        self._connections: dict[str, PolledConnection] = {}
        self._timer: asyncio.TimerHandle | None = None

    def open(self, fingerprint: str | None) -> PolledConnection:
        """Open a connection. If the peer does not poll it, the connection is dropped later. `fingerprint` is that of
        the session or token of a staff member; None for customers."""
        connection = PolledConnection(fingerprint, self._deadlines, self._worker)
        self._connections[tokens.fingerprint(connection.id)] = connection
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1.0, self._sweep)
        return connection

    def find(self, id_: str, shown: str | None) -> PolledConnection | None:
        """The connection with this id.

        None if there is no such connection, or if it was opened with a session or token other than `shown`.

        Does not check whether the session or token is still valid. `server.live.presence.revoked_access` closes the
        connections of a session or token that was revoked.
        """
        connection = self._connections.get(tokens.fingerprint(id_))
        if connection is None or connection.fingerprint is None:
            return connection
        proven = shown is not None and secrets.compare_digest(connection.fingerprint, tokens.fingerprint(shown))
        return connection if proven else None

    @property
    def count(self) -> int:
        return len(self._connections)

    @property
    def waiting(self) -> int:
        """The number of polls that wait for frames."""
        return sum(connection.is_polled for connection in self._connections.values())

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for key, connection in list(self._connections.items()):
            if not connection.is_needed(now):
                del self._connections[key]
        self._timer = loop.call_later(1.0, self._sweep) if self._connections else None


def unanswered(question: Question) -> None:
    if not question.done():
        question.set_result(False)
