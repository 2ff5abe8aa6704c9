"""Kills, pauses, cuts and delays what a desk of several processes runs on, and sets its clocks.

It signals only processes that it knows by id.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from storage.ports import Storage
from tests.faults.load import Load
from tests.faults.proxy import Proxy, Weather
from tests.faults.workers import STARTED_S, Workers
from tests.redis_server import RedisServer
from tests.running import eventually
from tests.servers import Postgres

PAUSE_S = (0.2, 4.0)
LONG_PAUSE_S = 20.0
"""Longer than any lease."""
BETWEEN_S = (0.1, 2.0)
SLOW_PEOPLE_S, SLOW_DATABASE_S = 0.5, 0.2
"""The longest delay of what people and the desk send each other, and of what workers and the database do."""
CUTS = 0.05
CAUGHT_UP_S = 5.0
"""Maximum time after the end of a fault until everybody has seen everything, if the machine does not lag."""
NOTICED_S = 20.0
"""People notice silence by then: those with HTTP requests wait for 4 × 2 s and a poll."""
MEASURED = 0.5
"""The share of faults after which everybody may catch up. The others may follow each other closely."""
STEPS_S = (-3600, -30, 0, 30, 3600)
"""Offsets of the clocks of all workers."""


def faked(clock: Path) -> dict[str, str]:
    """The settings with which a program takes the offset of its wall clock from this file. Its monotonic clock goes
    on."""
    step(clock, 0)
    return {
        "LD_PRELOAD": str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def step(clock: Path, seconds: int) -> None:
    # The library ends a program that finds the file empty.
    new = clock.with_suffix(".new")
    new.write_text(f"{seconds:+}", "ascii")
    new.rename(clock)


@dataclass(frozen=True)
class Ground:
    """What the desk runs on."""

    workers: Workers
    postgres: Postgres
    database: str
    redis: RedisServer | None
    lines: Proxy
    """Between people and the workers."""
    database_lines: Proxy
    """Between the workers and PostgreSQL."""
    clock: Path
    """The file with the offset of the workers' clocks."""


class Nemesis:
    def __init__(self, ground: Ground, load: Load, storage: Storage, seed: int) -> None:
        self._workers = ground.workers
        self._postgres = ground.postgres
        self._redis = ground.redis
        self._database = ground.database
        self._lines = ground.lines
        self._database_lines = ground.database_lines
        self._clock = ground.clock
        self._load = load
        self._storage = storage
        self._luck = random.Random(seed)
        self._seed = seed
        self.done: Counter[str] = Counter()
        self.caught_up: list[tuple[str, float]] = []
        """Faults, and the seconds from their end until everybody had seen everything."""

    async def once(self, acknowledged: int) -> None:
        """Do one thing, and wait for this many more acknowledged sends."""
        act = await self._act()
        if self._luck.random() < MEASURED:
            await self._measure(act)
        await asyncio.sleep(self._luck.uniform(*BETWEEN_S))
        try:
            await self._load.written(acknowledged, STARTED_S)
        except AssertionError as error:
            raise AssertionError(f"after {act}: {error}. {self}. Waiting: {self._load.waiting}") from None

    async def last(self) -> None:
        """Do one thing, and wait until everybody has seen everything."""
        await self._measure(await self._act())

    async def _measure(self, act: str) -> None:
        try:
            seconds = await self._load.catch_up(self._storage, lambda: (os.getpid(), *self._workers.pids()))
        except TimeoutError:
            raise AssertionError(f"after {act}: not caught up. {self}. Waiting: {self._load.waiting}") from None
        self.caught_up.append((act, seconds))

    async def _act(self) -> str:
        acts: list[Callable[[], Awaitable[None]]] = [
            self.kill, self.kill, self.kill_leader, self.pause, self.pause_leader, self.cut, self.cut, self.restart,
            self.crash, self.pause_database, self.step_clock, self.step_clock, self.slow_people, self.slow_database,
            self.cut_people, self.silence_people,
            *((self.empty_redis, self.restart_redis, self.pause_redis) if self._redis else ()),
        ]  # fmt: skip
        act = self._luck.choice(acts)
        self.done[act.__name__] += 1
        await act()
        return act.__name__

    async def kill(self) -> None:
        await self._killed(self._luck.choice(self._workers.pids()))

    async def kill_leader(self) -> None:
        if (leader := await self._workers.leader()) is not None:
            await self._killed(leader)

    async def pause(self) -> None:
        await self._paused(self._luck.choice(self._workers.pids()), self._luck.uniform(*PAUSE_S))

    async def pause_leader(self) -> None:
        """For so long that another worker leads when it wakes."""
        if (leader := await self._workers.leader()) is not None:
            await self._paused(leader, LONG_PAUSE_S)

    async def cut(self) -> None:
        """End some connections to the database, in the middle of whatever they do."""
        await asyncio.to_thread(
            self._postgres.execute,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{self._database}' AND pid <> pg_backend_pid() AND random() < 0.5",
        )

    async def restart(self) -> None:
        await asyncio.to_thread(self._postgres.stop)
        await asyncio.to_thread(self._postgres.start)

    async def crash(self) -> None:
        await asyncio.to_thread(self._postgres.crash)
        await asyncio.to_thread(self._postgres.start)

    async def pause_database(self) -> None:
        """All connections stay open, and nothing is answered."""
        with self._postgres.paused():
            await asyncio.sleep(self._luck.uniform(*PAUSE_S))

    async def step_clock(self) -> None:
        step(self._clock, self._luck.choice(STEPS_S))

    async def slow_people(self) -> None:
        await self._weather(self._lines, Weather(delay_s=SLOW_PEOPLE_S, piece=1_000))

    async def slow_database(self) -> None:
        """While it is slow, leases may end."""
        await self._weather(self._database_lines, Weather(delay_s=SLOW_DATABASE_S))

    async def cut_people(self) -> None:
        """In the middle of a frame."""
        await self._weather(self._lines, Weather(cut=CUTS))

    async def silence_people(self) -> None:
        """Nothing passes any more on the lines that there are, and neither side is told. It ends when people have
        noticed it."""
        self._lines.weather.swallow = True
        self._lines.weather = Weather()
        with suppress(AssertionError):
            await eventually(lambda: not self._lines.silent, "people notice the silence", NOTICED_S)

    async def empty_redis(self) -> None:
        assert self._redis is not None
        await asyncio.to_thread(self._redis.execute, "FLUSHALL")

    async def restart_redis(self) -> None:
        """For a while it is away."""
        assert self._redis is not None
        await asyncio.to_thread(self._redis.stop)
        await asyncio.sleep(self._luck.uniform(*PAUSE_S))
        await asyncio.to_thread(self._redis.start)

    async def pause_redis(self) -> None:
        """For so long that processes notice it."""
        assert self._redis is not None
        self._redis.pause()
        try:
            await asyncio.sleep(self._luck.uniform(*PAUSE_S) * 3)
        finally:
            self._redis.go_on()

    async def _weather(self, lines: Proxy, then: Weather) -> None:
        """The weather changes for a while, on all lines."""
        now, fair = lines.weather, replace(lines.weather)
        vars(now).update(vars(then))
        try:
            await asyncio.sleep(self._luck.uniform(*PAUSE_S))
        finally:
            vars(now).update(vars(fair))

    async def _killed(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await eventually(partial(self._workers.has_replaced, pid), "another worker runs", STARTED_S)

    async def _paused(self, pid: int, seconds: float) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(seconds)
            finally:
                os.kill(pid, signal.SIGCONT)

    def late(self) -> list[str]:
        """A sentence for each fault after which somebody saw everything too late."""
        return [*late(self.caught_up)]

    def __str__(self) -> str:
        acts = ", ".join(f"{name} {count}" for name, count in sorted(self.done.items()))
        longest = max((seconds for _, seconds in self.caught_up), default=0.0)
        caught_up = f"everybody had caught up {len(self.caught_up)} times, at most {longest:.1f} s after a fault"
        return f"seed {self._seed}: {acts}; {self._load.acknowledged} acknowledged; {caught_up}"


def late(caught_up: Iterable[tuple[str, float]]) -> Iterator[str]:
    for act, seconds in caught_up:
        if seconds > CAUGHT_UP_S:
            yield f"everybody had caught up only {seconds:.1f} s after {act}"
