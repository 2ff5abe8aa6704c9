"""Redraws pictures in separate processes. Waiting pictures take turns."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from attachments.adapters.pictures.process import PictureProcess
from attachments.file_types import Format
from fairness import Turns

T = TypeVar("T")

SHARE_MAX = 16
"""Maximum number of waiting pictures of one verified person, or from one network."""
ALL_MAX = 100
WAIT_S = 60.0
"""Maximum wait in seconds. Proxies often time out after the same time."""
IDLE_S = 60.0
"""Seconds without a picture after which the processes end."""


def processes() -> list[PictureProcess]:
    """The processes for pictures: two if a core then remains for the server, otherwise one."""
    return [PictureProcess() for _ in range(max(1, min(2, len(os.sched_getaffinity(0)) - 1)))]


class Gone(Exception):
    """The uploader disconnected."""


class Pictures:
    """Redraws pictures in separate processes, and waits for these on threads of its own. Create it on the event
    loop."""

    def __init__(self, processes: Sequence[PictureProcess]) -> None:
        self._all = tuple(processes)
        self._free: asyncio.Queue[PictureProcess] = asyncio.Queue()
        for process in processes:
            self._free.put_nowait(process)
        self.turns = Turns(len(processes), all_max=ALL_MAX)
        self._pool = ThreadPoolExecutor(len(processes), thread_name_prefix="pictures")
        self._idle: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        """The number of pictures that can be redrawn at the same time."""
        return len(self._all)

    @property
    def pids(self) -> list[int]:
        """The ids of the running processes."""
        return [process.pid for process in self._all if process.pid is not None]

    async def redrawn(
        self,
        read: Callable[[], bytes],
        format: Format,
        *,
        share: str,
        person: str,
        gone: Callable[[], Awaitable[bool]],
    ) -> bytes:
        """Redraws a picture when its turn comes, and returns the new content. `share` and `person` decide when its turn
        comes (see the package `fairness`).

        `read` returns the picture. It is called on a thread when the turn comes, so that waiting pictures need no
        memory. Raises Refused(invalid) if the picture is at fault, Refused(unavailable) if no process can be started,
        NoTurn if too many pictures wait or the wait is too long, and Gone if the uploader has disconnected.
        """
        async with self.turns.turn(share, person, share_max=SHARE_MAX, wait_s=WAIT_S):
            if await gone():
                raise Gone
            return await self._redraw(read, format)

    async def _redraw(self, read: Callable[[], bytes], format: Format) -> bytes:
        process = await self._free.get()
        work = self._on_a_thread(process, lambda: process.redraw(read(), format))
        try:
            # Even if the caller is cancelled, the turn lasts as long as the process is busy.
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
        """End the idle processes. A process starts again with its next picture."""
        for _ in range(self._free.qsize()):
            process = self._free.get_nowait()
            self._on_a_thread(process, process.end)

    def close(self) -> None:
        """End the processes. Pictures in progress are refused as `unavailable`."""
        if self._idle is not None:
            self._idle.cancel()
        for process in self._all:
            process.kill()
        # The processes are dead, so the threads return immediately.
        self._pool.shutdown(wait=True)
        for process in self._all:
            process.end()
