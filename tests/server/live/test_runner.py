"""`server.live.runner`: what runs is ended by `stop`, and `stop` can be given up."""

from __future__ import annotations

import asyncio

import pytest

from server.live.runner import Runner


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
