"""`server.live.runner`: work runs whenever it is woken, and is ended by `stop`, which can be given up."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from structlog.testing import capture_logs

from server.live.runner import Runner, whenever_woken
from storage.ports import StorageUnavailable


async def test_stop_cancels_all_and_waits_for_their_end() -> None:
    begun, ended = list[str](), list[str]()

    async def endless(name: str) -> None:
        begun.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    runner = Runner()
    await runner.stop()
    runner.start(endless("one"), endless("two"))
    await asyncio.sleep(0)
    await runner.stop()
    assert begun == ended == ["one", "two"]


async def test_stop_that_takes_too_long_is_given_up() -> None:
    """The time limit of closing the desk counts for each of its steps."""
    release = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

    runner = Runner()
    runner.start(stubborn())
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await runner.stop()
    release.set()
    await runner.stop()


async def test_work_that_fails_is_logged_and_runs_again_once_it_is_woken() -> None:
    woken, failures, done = asyncio.Event(), iter((StorageUnavailable("away"), ValueError("a defect"))), asyncio.Event()

    async def work() -> float | None:
        woken.set()
        if failure := next(failures, None):
            raise failure
        done.set()
        return 0

    runner, log = Runner(), structlog.get_logger("tests")
    with capture_logs() as logged:
        runner.start(whenever_woken(woken, work, 3_600, log=log, postponed="postponed", failed="failed"))
        await done.wait()
        await runner.stop()
    assert [entry["event"] for entry in logged] == ["postponed", "failed"]


async def test_work_that_is_woken_while_it_is_stopped_ends() -> None:
    woken, runs = asyncio.Event(), asyncio.Semaphore(0)

    async def work() -> None:
        runs.release()

    runner, log = Runner(), structlog.get_logger("tests")
    runner.start(whenever_woken(woken, work, 3_600, log=log, postponed="postponed", failed="failed"))
    await runs.acquire()
    await asyncio.sleep(0)
    woken.set()
    await asyncio.sleep(0)
    await runner.stop()
