"""Runs the dispatcher, and restarts it after a fault."""

from __future__ import annotations

import asyncio

import structlog

from routing.service import Dispatcher
from server.live.runner import Runner

RESTART_S = 1.0
"""Seconds between a fault and the restart."""

log = structlog.get_logger(__name__)


class Dispatching:
    def __init__(self, routing: Dispatcher, restart_s: float = RESTART_S) -> None:
        self._routing = routing
        self._restart_s = restart_s
        self._runner = Runner()

    def start(self) -> None:
        self._runner.start(self._run())

    async def stop(self) -> None:
        await self._runner.stop()

    async def _run(self) -> None:
        while True:
            try:
                await self._routing.run()
            except Exception:
                log.exception("dispatcher_failed")
            await asyncio.sleep(self._restart_s)
