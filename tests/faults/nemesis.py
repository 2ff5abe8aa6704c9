"""Kills, pauses and cuts what a desk of several processes runs on. It signals only processes that it knows by id."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from tests.faults.load import Load
from tests.faults.workers import STARTED_S, Workers
from tests.redis_server import RedisServer
from tests.running import eventually
from tests.servers import Postgres

PAUSE_S = (0.2, 4.0)
LONG_PAUSE_S = 20.0
"""Longer than any lease."""
BETWEEN_S = (0.1, 2.0)


class Nemesis:
    def __init__(
        self, workers: Workers, postgres: Postgres, database: str, redis: RedisServer | None, load: Load, seed: int
    ) -> None:
        self._workers = workers
        self._postgres = postgres
        self._redis = redis
        self._database = database
        self._load = load
        self._luck = random.Random(seed)
        self._seed = seed
        self.done: Counter[str] = Counter()

    async def once(self, acknowledged: int) -> None:
        """Do one thing, and wait for this many more acknowledged sends."""
        acts: list[Callable[[], Awaitable[None]]] = [
            self.kill, self.kill, self.kill_leader, self.pause, self.pause_leader, self.cut, self.cut, self.restart,
            self.crash, *((self.empty_redis, self.restart_redis, self.pause_redis) if self._redis else ()),
        ]  # fmt: skip
        act = self._luck.choice(acts)
        self.done[act.__name__] += 1
        await act()
        await asyncio.sleep(self._luck.uniform(*BETWEEN_S))
        try:
            await self._load.written(acknowledged, STARTED_S)
        except AssertionError as error:
            raise AssertionError(f"after {act.__name__}: {error}. {self}. Waiting: {self._load.waiting}") from None

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

    def __str__(self) -> str:
        acts = ", ".join(f"{name} {count}" for name, count in sorted(self.done.items()))
        return f"seed {self._seed}: {acts}; {self._load.acknowledged} acknowledged"
