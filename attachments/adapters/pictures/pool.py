"""Pictures redrawn one after the other, in processes of their own, in turns."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from attachments.adapters.pictures.process import PictureProcess
from attachments.adapters.pictures.protocol import Format
from attachments.adapters.pictures.turns import PictureTurns

T = TypeVar("T")

LANE_MAX = 16
"""Pictures of one person, or of one unproven address, that wait."""
ALL_MAX = 100
WAIT_S = 60.0
"""Seconds for which one waits at most; proxies give up after as many."""
IDLE_S = 60.0
"""Seconds without a picture after which the processes are ended."""


def processes() -> list[PictureProcess]:
    """As many as this machine bears: one, or two where the server keeps a core besides."""
    return [PictureProcess() for _ in range(max(1, min(2, len(os.sched_getaffinity(0)) - 1)))]


class Gone(Exception):
    """Who sent it has hung up."""


class Pictures:
    """Made on the event loop. Threads of its own wait for the processes."""

    def __init__(self, processes: Sequence[PictureProcess], turns: PictureTurns | None = None) -> None:
        self._all = tuple(processes)
        self._free: asyncio.Queue[PictureProcess] = asyncio.Queue()
        for process in processes:
            self._free.put_nowait(process)
        self.turns = turns or PictureTurns(len(processes), lane_max=LANE_MAX, all_max=ALL_MAX, wait_s=WAIT_S)
        self._pool = ThreadPoolExecutor(len(processes), thread_name_prefix="pictures")
        self._idle: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        """How many pictures are redrawn at once."""
        return len(self._all)

    @property
    def pids(self) -> list[int]:
        """Of the processes that there are just now."""
        return [process.pid for process in self._all if process.pid is not None]

    async def redrawn(
        self,
        read: Callable[[], bytes],
        format: Format,
        *,
        lane: str,
        person: str,
        gone: Callable[[], Awaitable[bool]],
    ) -> bytes:
        """A picture redrawn, when it is its turn in `lane`. `read` gives it, on a thread; until then it need not be in
        memory. Raises Refused: `invalid`, or `unavailable` without a process; TooMany where too many wait; Gone
        where nobody waits for it by then."""
        async with self.turns.turn(lane, person):
            if await gone():
                raise Gone
            return await self._redraw(read, format)

    async def _redraw(self, read: Callable[[], bytes], format: Format) -> bytes:
        process = await self._free.get()
        work = self._on_a_thread(process, lambda: process.redraw(read(), format))
        try:
            # Whatever becomes of who waits: the turn lasts as long as the process is busy.
            return await asyncio.shield(work)
        finally:
            await asyncio.wait([work])
            self._end_when_idle()

    def _on_a_thread(self, process: PictureProcess, work: Callable[[], T]) -> asyncio.Future[T]:
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        future.add_done_callback(lambda _: self._free.put_nowait(process))
        return future

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self.end_idle)

    def end_idle(self) -> None:
        """End the processes that have nothing to do. The next picture starts one again."""
        for _ in range(self._free.qsize()):
            process = self._free.get_nowait()
            self._on_a_thread(process, process.end)

    def close(self) -> None:
        """End the processes. Pictures under way are refused as `unavailable`."""
        if self._idle is not None:
            self._idle.cancel()
        for process in self._all:
            process.kill()
        # They are dead: what waits for them on the threads returns at once.
        self._pool.shutdown(wait=True)
        for process in self._all:
            process.end()
