"""The bus of one process: sends wake-ups to the other processes, gets theirs, and keeps the link alive.

The process sends itself a ping through the transport. If none comes back in time, the link counts as lost, even if it
looks healthy. While there is no link, the process reads again and again what may have changed.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

import structlog

from bus.pacing import Pacing
from bus.ports import Link, Transport, Unreachable
from bus.wakes import Changed, Key, Wake, payloads, read

PENDING_MAX = 10_000
"""Maximum number of changes that wait for a link. With more, the others are told to read everything."""
STOP_S = 1.0
PING, EVERYTHING = "ping", "everything"
"""Kinds of wake-ups that the bus itself uses: of a ping, and of so many changes that everything must be read again."""

PACING = Pacing()

log = structlog.get_logger(__name__)

Receive = Callable[[Sequence[Wake], bool], None]
"""Called on the event loop with wake-ups, and with True if this process sent them itself."""
ReadAgain = Callable[[], Awaitable[bool]]
"""Reads everything that may have changed without a wake-up. Returns False if it cannot be read now."""


class Health(NamedTuple):
    """`live`: wake-ups arrive. `polling`: there is no link, and the process reads again and again. `down`: that fails
    too. `since` is by the clock of the event loop."""

    state: Literal["live", "polling", "down"]
    since: float


class Bus:
    def __init__(self, transport: Transport, receive: Receive, read_again: ReadAgain, pacing: Pacing = PACING) -> None:
        self._transport = transport
        self._receive = receive
        self._read_again = read_again
        self._pacing = pacing
        self._process = secrets.token_hex(8)
        self._loop = asyncio.get_running_loop()
        self._pending: dict[Key, Changed] = {}
        self._too_many = False
        self._woken = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self._heard_at = self._loop.time()
        self._pinged_at: float | None = None
        self.lag_s = 0.0
        """The time that the last ping took."""
        self.health = Health("polling", self._loop.time())
        self._not_live = asyncio.Event()
        self._not_live.set()
        self._tasks: list[asyncio.Task[None]] = []
        self._reading: set[asyncio.Task[None]] = set()

    def publish(self, kind: str, id_: str, seq: int = 0, news: str = "") -> None:
        """Tell the other processes of a change, soon. Several changes of one thing are sent as one: with the highest
        `seq`, and the last news."""
        if len(self._pending) >= PENDING_MAX and (kind, id_) not in self._pending:
            self._too_many = True
            return
        before, _ = self._pending.get((kind, id_), (0, ""))
        self._pending[kind, id_] = max(seq, before), news
        self._sent.clear()
        self._woken.set()

    @property
    def idle(self) -> bool:
        """True if no wake-up waits, and nothing is read again."""
        return self._sent.is_set() and not self._reading

    @property
    def ping_age_s(self) -> float:
        """The time since the last ping came back, or since the connection was made if none has come back on it."""
        return self._loop.time() - self._heard_at

    def start(self) -> None:
        self._tasks = [asyncio.create_task(part) for part in (self._run(), self._poll())]

    async def stop(self, within_s: float = STOP_S) -> None:
        """Send what waits, for at most `within_s` seconds if there is a link. Then end."""
        if self.health.state == "live":
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._sent.wait()
        tasks = self._reading | set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self) -> None:
        failed = 0
        while True:
            heard, link = False, await self._connected(tell=failed == 0)
            if link is not None:
                try:
                    heard = await self._serve(link)
                finally:
                    await link.close()
                log.warning("bus_lost")
            # A link on which no ping ever arrived is not better than none.
            failed = 1 if heard else failed + 1
            await asyncio.sleep(self._pacing.pause(failed, random.random()))

    async def _connected(self, *, tell: bool) -> Link | None:
        """None if there is no link. With `tell`, this is logged."""
        try:
            return await self._transport.connect(self._arrived)
        except Unreachable as error:
            if tell:
                log.warning("bus_unreachable", reason=str(error))
        except Exception:
            log.exception("bus_failed")
        return None

    # -- while there is a link ----------------------------------------------------------

    async def _serve(self, link: Link) -> bool:
        """Send and receive until the link is lost. Returns False if no ping has arrived at all."""
        connected_at = self._heard_at = self._loop.time()
        self._pinged_at = None
        parts = self._send(link), self._ping(link), self._watch(link)
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception) and not isinstance(error, Unreachable):
                log.error("bus_failed", exc_info=error)
        heard = self._heard_at > connected_at
        self._changed_to("polling")
        return heard

    async def _send(self, link: Link) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            changed, self._pending = self._pending, {}
            if self._too_many:
                changed, self._too_many = {(EVERYTHING, ""): (0, "")}, False
            try:
                for payload in payloads(self._process, changed, self._transport.payload_max):
                    await link.send(payload)
            except BaseException:
                # Sent again with the next link: a repeated wake-up does no harm.
                for key, (seq, news) in self._pending.items():
                    changed[key] = max(seq, changed.get(key, (0, ""))[0]), news
                self._pending = changed
                self._woken.set()
                raise
            if not self._pending:
                self._sent.set()

    async def _ping(self, link: Link) -> None:
        while True:
            self._pinged_at = self._loop.time()
            for payload in payloads(self._process, {(PING, ""): (0, "")}, self._transport.payload_max):
                await link.send(payload)
            await asyncio.sleep(self._pacing.ping)

    async def _watch(self, link: Link) -> None:
        while not link.lost.is_set():
            left = self._heard_at + self._pacing.lost - self._loop.time()
            if left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await link.lost.wait()

    def _arrived(self, payload: str) -> None:
        batch = read(payload)
        if batch is None:
            log.warning("bus_payload_refused", bytes=len(payload))
            return
        own = batch.process == self._process
        if own and any(wake.kind == PING for wake in batch.wakes):
            self._ponged()
        wakes = [wake for wake in batch.wakes if wake.kind != PING]
        if any(wake.kind == EVERYTHING for wake in wakes):
            if not own:
                self._read_soon()
            return
        if wakes:
            self._receive(wakes, own)

    def _ponged(self) -> None:
        self._heard_at = self._loop.time()
        if self._pinged_at is not None:
            self.lag_s = self._heard_at - self._pinged_at
        if self.health.state != "live":
            self._changed_to("live")
            # What changed while there was no link.
            self._read_soon()

    # -- while there is none ------------------------------------------------------------

    async def _poll(self) -> None:
        """Read again and again while wake-ups do not arrive, also while a connection is being made."""
        while True:
            await self._not_live.wait()
            await self._read_now()
            await asyncio.sleep(self._pacing.poll)

    def _read_soon(self) -> None:
        reading = asyncio.create_task(self._read_now())
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)

    async def _read_now(self) -> None:
        try:
            succeeded = await self._read_again()
        except Exception:
            log.exception("bus_poll_failed")
            succeeded = False
        if self.health.state != "live":
            self._changed_to("polling" if succeeded else "down")

    def _changed_to(self, state: Literal["live", "polling", "down"]) -> None:
        if self.health.state != state:
            self.health = Health(state, self._loop.time())
            if state == "live":
                self._not_live.clear()
            else:
                self._not_live.set()
            log.info("bus_changed", state=state)
