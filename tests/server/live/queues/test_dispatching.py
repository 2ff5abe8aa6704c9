"""The dispatcher runs again after a fault."""

from __future__ import annotations

import asyncio
from unittest.mock import create_autospec

from structlog.testing import capture_logs

from routing.service import Dispatcher
from server.live.queues.dispatching import Dispatching


async def test_dispatcher_that_fails_is_logged_and_started_again() -> None:
    running, stopped = asyncio.Event(), asyncio.Event()
    routing = create_autospec(Dispatcher, instance=True)

    async def run() -> None:
        if routing.run.await_count == 1:
            raise ValueError("a fault")
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    routing.run.side_effect = run
    dispatching = Dispatching(routing, restart_s=0)
    with capture_logs() as logs:
        dispatching.start()
        await running.wait()
        await dispatching.stop()
    assert [one["event"] for one in logs] == ["dispatcher_failed"]
    assert stopped.is_set()
