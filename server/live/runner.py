"""Runs endless coroutines until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


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
