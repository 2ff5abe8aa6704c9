"""Lines for who cannot use a WebSocket: what carries the same frames over requests that are asked again and again.

A line looks to the pump like a socket's transport. What it sent is kept, numbered, until the peer says that it came,
so that an answer lost on the way is given again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable

from chat.errors import invalid
from identity import tokens
from refusals import Refused
from server.edge.heartbeat import HEARTBEAT_S
from server.edge.inbound import BYTES_A_UNIT, SLICE_FRAMES
from server.edge.receivers import SETTLE_S, Receiver, close_once_settled, spread_s
from server.edge.transport import BLOCKED_MAX_S, UNSENT_MAX
from server.edge.turns import turns_of

LINE = "Switchboard-Line"
"""The header that names a line. It stands in no address, since addresses are written down on the way."""
HOLD_S = 8.0
"""Seconds for which a question is held open while there is nothing to tell: less than a heartbeat, so that whoever
waits for a sign of life that long has one."""
SILENCE_S = 2 * HEARTBEAT_S
"""Seconds without a question, after which a line is dropped; and for which one that has ended is still told of."""

Question = asyncio.Future[bool]
"""Somebody who waits to be told: True where there is something."""


class Line:
    """One connection without a socket. Its methods run on the loop."""

    def __init__(self, fingerprint: str | None) -> None:
        self.id = secrets.token_urlsafe(32)
        self.fingerprint = fingerprint
        """Of the session or token that every request must show; None for customers, whom the id alone lets in."""
        self.receiver: Receiver | None = None
        self.blocked = False
        self.ended: tuple[int, str] | None = None
        """The code and the reason, once it was closed."""
        self._loop = asyncio.get_running_loop()
        self._turns = turns_of(self._loop)
        self.share = ""
        """Whose share of the loop its frames use (`server.edge.turns`): an address."""
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
        """Frames from the peer, in their order; waits while it is not to be read. Raises Refused(conflict) where the
        frames before these wait still."""
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
                    await self._turns.turn(self.share, units)
        finally:
            self._posting = False

    def pause_reading(self) -> None:
        self._paused = True
        self._listen_or_not()

    def resume_reading(self) -> None:
        self._paused = False
        self._listen_or_not()

    def give_way(self, units: int) -> None:
        """Count what was refused: `take` waits for a turn after every few units."""
        self._units += units

    def _listen_or_not(self) -> None:
        # Who does not take what we say is not heard either: else its answers would pile up here.
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
        """What begins like this, and has not come for all we know, becomes `payload()`: in its place, whether it was
        given before or not."""
        for index, given in enumerate(self._given):
            if given.startswith(start):
                self._given[index] = new = payload()
                self._bytes += len(new) - len(given)
        self._open_again()

    async def told(self, after: int, question: Question | None = None) -> tuple[list[bytes], int]:
        """The frames after the `after`th, waited for, and how many there were with them. What is before has come and
        is kept no more. A second question ends the first. Raises Refused(invalid) for an `after` that cannot be.
        `question` is what is waited on, for who wants to end it."""
        self._heard_at = self._loop.time()
        if not self._acknowledged <= after <= self._acknowledged + len(self._given):
            raise invalid("after", f"It is the `next` of the last answer: {self._acknowledged} or more here.")
        self._acknowledge(after)
        self._answer(here=False)
        if not self._given and self.ended is None and not await self._wait(question or self._loop.create_future()):
            # With another question asked meanwhile, what there is is for that one.
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
        """Until there is something to tell; False where another question came first, nothing for HOLD_S, or who asked
        is gone."""
        self._question = question
        timer = self._loop.call_later(HOLD_S, unanswered, question)
        try:
            return await question
        finally:
            timer.cancel()
            if self._question is question:
                self._question = None

    def _tell(self) -> None:
        # Not before what is sent in the same turn of the loop can go along.
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
        """It ends; what was sent before is still told, and the code with it."""
        if self.ended is None:
            self.ended = (code, reason)
            self._heard_at = self._loop.time()
            self.receiver = None
            self._listen_or_not()
            self._tell()

    def shutdown(self) -> None:
        """The server stops: what is under way, `bye` and the end in one answer, since there will be no other."""
        if self.receiver is not None and not self._leaving:
            self._leaving = True
            self.receiver.shutting_down(spread_s())
            close_once_settled(self, self._loop, self._loop.time() + SETTLE_S)

    def look(self, now: float) -> bool:
        """Once a second: drop who asks nothing, or takes nothing. False once nobody needs to be told of it any more."""
        silent = now - self._heard_at >= SILENCE_S
        if self.receiver is not None:
            if self.blocked and now - self._taken_at >= BLOCKED_MAX_S:
                self.receiver.close(4201, "too slow")
            elif silent:
                self.receiver.close(4203, "no question in time")
        elif silent:
            return False
        return True


class Lines:
    """All lines of this process, by the fingerprints of their ids: an id is a secret, and how long a guess is looked
    for must tell nothing of it."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._timer: asyncio.TimerHandle | None = None

    def open(self, fingerprint: str | None) -> Line:
        """A new one, which is dropped when it is not asked."""
        line = Line(fingerprint)
        self._lines[tokens.fingerprint(line.id)] = line
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1.0, self._sweep)
        return line

    def find(self, id_: str, shown: str | None) -> Line | None:
        """The line of that id. None where there is none; or where it was opened by a session or a token, and that is
        not what is `shown`. Whether it holds still is looked after for all connections of staff, which are closed where
        it does not."""
        line = self._lines.get(tokens.fingerprint(id_))
        if line is None or line.fingerprint is None:
            return line
        proven = shown is not None and secrets.compare_digest(line.fingerprint, tokens.fingerprint(shown))
        return line if proven else None

    def stop(self) -> None:
        """Look after none of them any longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for key, line in list(self._lines.items()):
            if not line.look(now):
                del self._lines[key]
        self._timer = loop.call_later(1.0, self._sweep) if self._lines else None


def unanswered(question: Question) -> None:
    """End a question with nothing."""
    if not question.done():
        question.set_result(False)
