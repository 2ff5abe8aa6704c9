"""Runs endless coroutines until `stop` is called."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine

from structlog.typing import FilteringBoundLogger

from storage.ports import StorageUnavailable


class Runner:
    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *endless: Coroutine[object, None, None]) -> None:
        """Run each coroutine in its own task."""
        self._tasks += [asyncio.create_task(one) for one in endless]

    async def stop(self) -> None:
        """Cancel the tasks and wait for their end. Does nothing if none was started."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # Unlike `gather`, `wait` ends at once when its caller has no more time.
            await asyncio.wait(self._tasks)


async def whenever_woken(
    woken: asyncio.Event,
    work: Callable[[], Awaitable[float | None]],
    check_s: float,
    *,
    log: FilteringBoundLogger,
    postponed: str,
    failed: str,
) -> None:
    """Run `work` now, each time `woken` is set, and `check_s` seconds after each run. Never returns.

    If `work` returns a number of seconds, this number is used in place of `check_s`. A failure of `work` is logged as
    `postponed` if the storage is unavailable, otherwise as `failed`.
    """
    while True:
        woken.clear()
        wait_s = None
        try:
            wait_s = await work()
        except StorageUnavailable:
            log.warning(postponed)
        except Exception:
            log.exception(failed)
        # Let other tasks run, even if the work was woken meanwhile.
        await asyncio.sleep(0)
        # In Python 3.11, `wait_for` loses a cancellation that comes together with the wake-up.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(check_s if wait_s is None else wait_s):
                await woken.wait()
