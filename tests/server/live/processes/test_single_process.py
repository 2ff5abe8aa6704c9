from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from clock import system_clock
from server.live.processes.single_process import LEASE_MS, SINGLE, single_process
from server.settings import Settings, load
from storage.leases import claim, holder_of, release
from storage.ports import Storage, Tx
from tests.running import HOURS, eventually


def host(data: Path, id_: str = "a") -> Settings:
    settings = load(data=data, hours=HOURS)
    settings.host = id_
    return settings


async def holder(storage: Storage, after_ms: int = 0) -> str | None:
    return await storage.read(partial(holder_of, job=SINGLE, now=system_clock() + after_ms))


async def test_lease_is_held_while_the_process_runs(storage: Storage, tmp_path: Path) -> None:
    async with single_process(host(tmp_path), storage, system_clock):
        while await holder(storage) is None:
            await asyncio.sleep(0.01)
        assert await holder(storage, LEASE_MS) is None
    assert await holder(storage) is None


@pytest.mark.parametrize(("id_", "processes"), [("", 1), ("a", 2)])
async def test_no_lease_is_taken_without_a_host_or_by_one_of_several(
    storage: Storage, tmp_path: Path, id_: str, processes: int
) -> None:
    settings = host(tmp_path, id_)
    settings.processes = processes
    async with single_process(settings, storage, system_clock, 0.01):
        await asyncio.sleep(0.05)
        assert await holder(storage) is None


async def test_process_ends_when_another_one_has_got_the_lease(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = list[tuple[int, int]]()
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    with capture_logs() as logs:
        async with single_process(host(tmp_path), storage, system_clock, 0.01):
            while await holder(storage) is None:
                await asyncio.sleep(0.01)

            def steal(tx: Tx) -> None:
                release(tx, SINGLE, "a")
                claim(tx, SINGLE, "b", system_clock(), LEASE_MS)

            await storage.write(steal)
            await eventually(lambda: sent, "the process ends itself")
    assert sent == [(os.getpid(), signal.SIGTERM)]
    assert [line["event"] for line in logs] == ["another_server_runs"]
    assert await holder(storage) == "b"
