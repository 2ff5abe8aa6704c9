"""Runs the dispatcher, and starts it again after a fault."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from routing.service import Dispatcher

RESTART_S = 1.0

log = structlog.get_logger(__name__)


class Dispatching:
    def __init__(self, routing: Dispatcher) -> None:
        self._routing = routing
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._routing.run()
            except Exception:
                log.exception("dispatcher_failed")
            await asyncio.sleep(RESTART_S)
