"""`switchboard serve --workers 2` on PostgreSQL: real processes on one port, and what happens when one is killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path

import httpx2
import pytest

from storage.ports import Storage
from tests.faults.load import at_work
from tests.faults.server import free_port
from tests.faults.survivor import Survivor
from tests.faults.workers import STARTED_S, Workers, links_of
from tests.running import DEADLINE_S, eventually

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

KILLS = 2


@pytest.fixture
async def server(tmp_path: Path, database_url: str) -> AsyncIterator[Workers]:
    server = Workers(tmp_path / "data", free_port(), database_url)
    await server.start()
    try:
        yield server
    finally:
        server.close()


async def test_killed_worker_is_replaced_and_loses_nothing(server: Workers, storage: Storage) -> None:
    """Customers and agents are spread over both workers. Half of them use HTTP requests, which land on either worker.
    Nothing acknowledged is lost, duplicated or reordered."""
    async with at_work(storage, server.port, repeats=0.3, way="mixed") as load:
        await load.written(60)
        for _ in range(KILLS):
            victim = server.pids()[0]
            os.kill(victim, signal.SIGKILL)
            await load.written(60)
            await eventually(partial(server.has_replaced, victim), "another worker runs", STARTED_S)
        assert await load.end(storage) == []


async def test_leading_worker_that_was_stopped_does_not_act_when_it_wakes(
    server: Workers, storage: Storage, said: Callable[[object], None]
) -> None:
    """Its lease ends while it sleeps, and the other worker leads. Its customers and agents connect to that one."""
    async with at_work(storage, server.port, repeats=0.3, way="mixed", patience_s=2.0) as load:
        await load.written(60)
        sleeper = await _leader(server)
        os.kill(sleeper, signal.SIGSTOP)
        began = asyncio.get_running_loop().time()
        try:
            while await _leader(server) == sleeper:
                await asyncio.sleep(0.5)
            said(f"another worker leads {asyncio.get_running_loop().time() - began:.1f} s after SIGSTOP")
            await load.written(60)
        finally:
            os.kill(sleeper, signal.SIGCONT)
        await load.written(60)
        assert await _leader(server) != sleeper
        assert await load.end(storage) == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("sockets", [50, pytest.param(500, marks=pytest.mark.soak)], ids=["short", "long"])
async def test_restart_of_one_worker_after_another_gives_all_sockets_back(
    server: Workers, said: Callable[[object], None], sockets: int
) -> None:
    """Each worker gets SIGTERM, and the next one in its place answers before the other is restarted."""
    people = [Survivor(server.port) for _ in range(sockets)]
    for one in people:
        one.start()
    try:
        await eventually(lambda: all(one.live for one in people), "everybody is connected", STARTED_S)
        for pid in server.pids():
            before, began = _greetings(people), asyncio.get_running_loop().time()
            os.kill(pid, signal.SIGTERM)
            await eventually(partial(_are_back, server, pid, people, before), "all are back", STARTED_S)
            took = asyncio.get_running_loop().time() - began
            said(f"{_greetings(people) - before} of {sockets} sockets back {took:.1f} s after SIGTERM")
            await eventually(partial(server.has_replaced, pid), "another worker runs", STARTED_S)
            async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http, asyncio.timeout(STARTED_S):
                while await named(http) != ["0", "1"]:
                    await asyncio.sleep(0.2)
        await eventually(
            lambda: all(one.live and one.connected > 1 for one in people), "each was disconnected, and is back"
        )
        assert not [one.errors for one in people if one.errors]
    finally:
        for one in people:
            await one.stop()


def _greetings(people: Sequence[Survivor]) -> int:
    """The number of connections that they have had."""
    return sum(one.connected for one in people)


def _are_back(server: Workers, ended: int, people: Sequence[Survivor], before: int) -> bool:
    """A worker may have had no sockets: the one that accepts first can take a whole burst of connections."""
    return (_greetings(people) > before or server.has_replaced(ended)) and all(one.live for one in people)


async def _leader(server: Workers) -> int:
    """The worker that leads, once one does."""
    async with asyncio.timeout(DEADLINE_S):
        while (leader := await server.leader()) is None:
            await asyncio.sleep(0.5)
    return leader


async def named(http: httpx2.AsyncClient) -> list[str]:
    """The workers whose metrics are in an answer."""
    return sorted(re.findall(r'^switchboard_leads{worker="(.)"}', (await http.get("/metrics")).text, re.MULTILINE))


async def test_signal_ends_all_workers(server: Workers) -> None:
    """Until then, each says how it is doing."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        process = (await http.get("/readyz")).json()["process"]
        assert process["bus"] in ("live", "polling") and process["processes"] in (1, 2)
        # A worker that does not answer in time is left out.
        async with asyncio.timeout(STARTED_S):
            while await named(http) != ["0", "1"]:
                await asyncio.sleep(0.1)
    workers = server.pids()
    assert await server.end(signal.SIGTERM) == 0
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


async def test_workers_end_with_the_process_that_started_them(server: Workers, tmp_path: Path) -> None:
    """They do not hold its lock on the data folder: another server can start at once."""
    workers = server.pids()
    lock = str(tmp_path / "data" / "server.lock")
    assert [pid for pid in (server.pid, *workers) if lock in links_of(pid)] == [server.pid]
    await server.end(signal.SIGKILL)
    await eventually(lambda: not [pid for pid in workers if Path(f"/proc/{pid}").exists()], "the workers end")
