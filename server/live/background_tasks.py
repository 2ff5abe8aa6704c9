"""Background tasks: the code that starts a task does not wait for the task's end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from storage.ports import StorageUnavailable

log = structlog.get_logger(__name__)


class BackgroundTasks:
    """Runs work in background tasks. If such work fails, a sweep does it later."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        return not self._tasks

    def spawn(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Start `work` as a task. Its exceptions are logged under `name`."""
        task = asyncio.ensure_future(_run(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Return once no task is left."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


async def _run(name: str, work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except StorageUnavailable:
        log.warning("reaction_postponed", reaction=name)
    except Exception:
        log.exception("reaction_failed", reaction=name)
