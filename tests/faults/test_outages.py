from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from server.settings import Settings
from storage.connection_sqlite import BUSY_S
from storage.ports import Storage, StorageUnavailable, Tx
from tests.faults.load import at_work
from tests.faults.server import ServerProcess, free_port
from tests.running import DEADLINE_S, RunningDesk, SettableClock, ended, enrol, eventually, store_of

pytestmark = [pytest.mark.faults]

HOUR_S = 3_600
REFUSALS = 20
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


async def pragma(storage: Storage, setting: str) -> int:
    def unit(tx: Tx) -> int:
        answer: int = tx.session.connection().exec_driver_sql(f"PRAGMA {setting}").scalar_one()
        return answer

    return await storage.write(unit)


async def server_time(server: ServerProcess) -> datetime:
    """The current time by the server's clock."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=DEADLINE_S, verify=False) as http:
        return datetime.fromisoformat((await http.get("/api/hours")).json()["now"])


async def make_room(storage: Storage) -> None:
    """Retries, because a change that shares a transaction with a failing write is lost."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            with suppress(StorageUnavailable):
                await pragma(storage, "max_page_count = 1000000")
                return


@asynccontextmanager
async def held(file: Path) -> AsyncIterator[None]:
    other = await create_subprocess_exec(sys.executable, "-I", "-S", "-c", HOLDER, str(file), stdin=PIPE, stdout=PIPE)
    assert other.stdout is not None
    try:
        assert await other.stdout.readline() == b"held\n"
        yield
    finally:
        await ended(other)


async def test_full_database_refuses_sends_and_recovers(desk: RunningDesk) -> None:
    """At the page limit each send is `unavailable`, connections stay open, and reads still work. With space again,
    everything kept is stored once, in order."""
    storage = desk.desk.storage
    async with at_work(storage, desk.port, repeats=0.3) as load:
        await load.written(100)
        with capture_logs() as lines:
            pages = await pragma(storage, "page_count")
            with suppress(StorageUnavailable):  # Said of what shares its transaction, and does not fit any more.
                await pragma(storage, f"max_page_count = {pages}")
            await load.refused_more(REFUSALS)
            assert (await desk.http().get("/api/hours")).status_code == 200
            await make_room(storage)
            await load.written(100)
        assert load.connected == len(load.everybody)
        assert await load.end(storage) == []
    assert load.refused == set()
    reason = next(line["reason"] for line in lines if line["event"] == "storage_unavailable")
    assert reason.endswith("free space on its disk")
    assert not [line for line in lines if "exc_info" in line]


@pytest.mark.parametrize(
    ("busy_ms", "held_s"),
    [pytest.param(100, 0, id="short"), pytest.param(int(BUSY_S * 1000), 10, id="long", marks=pytest.mark.soak)],
)
async def test_locked_database_refuses_sends_and_recovers(desk: RunningDesk, busy_ms: int, held_s: float) -> None:
    """Another process holds the lock for longer than the timeout: `unavailable`, with connections open. Afterwards
    everything kept is stored."""
    storage = desk.desk.storage
    async with at_work(storage, desk.port, repeats=0.3) as load:
        await load.written(100)
        await pragma(storage, f"busy_timeout = {busy_ms}")
        async with held(desk.settings.data / "switchboard.db"), asyncio.TaskGroup() as both:
            both.create_task(asyncio.sleep(held_s))
            both.create_task(load.refused_more(REFUSALS))
        await load.written(100)
        assert load.connected == len(load.everybody)
        assert await load.end(storage) == []
    assert load.refused == set()


def deleted(file: Path) -> None:
    file.unlink()


def replaced(file: Path) -> None:
    copy = file.with_suffix(".copy")
    shutil.copyfile(file, copy)
    copy.replace(file)


TAKEN_AWAY = "was deleted or replaced while the server was running"


@pytest.mark.parametrize("befall", [deleted, replaced])
async def test_deleted_or_replaced_database_stops_acknowledgements(
    tmp_path: Path, befall: Callable[[Path], None]
) -> None:
    """The server acknowledges nothing more, is not ready, logs why, and stops on request. After a restart it uses the
    file that is there."""
    data = tmp_path / "data"
    server = ServerProcess(data, free_port())
    asked = {"team": "media", "text": "My plan does not save", "requester": {"email": "ana@northlake.example"}}

    async def answers() -> tuple[int, int, int]:
        store = await store_of(Settings(data=data))
        _, token = await enrol(store, f"maya{server.pid}@desk.example", "Maya")
        await store.close()
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=DEADLINE_S, verify=False) as http:
            stored = (await http.post("/api/tickets", json=asked)).status_code
            said = server.log().count(TAKEN_AWAY)
            befall(data / "switchboard.db")
            async with asyncio.timeout(DEADLINE_S):
                # Who commits often looks every 50 ms.
                while (lost := (await http.post("/api/tickets", json=asked)).status_code) == 201:
                    pass
            # A read of what was stored may have failed first.
            await eventually(lambda: server.log().count(TAKEN_AWAY) > said, "it says so")
            again = (await http.post("/api/tickets", json=asked)).status_code
            assert (await http.get("/readyz")).status_code == 503
            return stored, lost, again

    try:
        for _ in range(2):
            await server.start()
            assert await answers() == (201, 503, 503)
            assert await server.end(signal.SIGTERM) == 0
        assert "Traceback" not in server.log()
    finally:
        server.close()


@pytest.mark.soak
async def test_full_file_system_refuses_sends_and_recovers(tmp_path: Path) -> None:
    """A file system of 8 MB, which only root can mount: `unavailable` until it is enlarged, with connections open. The
    server recovers by itself."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = partial(subprocess.run, check=True)
    mount(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)])
    try:
        (disk / "data").mkdir()
        server = ServerProcess(disk / "data", free_port())
        store = await store_of(Settings(data=disk / "data"))
        try:
            await server.start()
            async with at_work(store, server.port, repeats=0.3) as load:
                await eventually(lambda: load.unavailable, "the disk is full", 120)
                await load.refused_more(REFUSALS)
                mount(["mount", "-o", "remount,size=200m", str(disk)])
                await load.written(500)
                assert load.connected == len(load.everybody)
                assert await load.end(store) == []
            assert load.refused == set()
            assert "free space on its disk" in server.log() and "Traceback" not in server.log()
        finally:
            server.close()
            await store.close()
    finally:
        mount(["umount", str(disk)])


async def test_clock_jumps_of_hours_lose_nothing(desk: RunningDesk, clock: SettableClock) -> None:
    """Everybody writes, and reconnects with tokens that are then from the future. The log keeps its order, ids are
    remembered, and a chat taken for silent has its ticket."""
    async with at_work(desk.desk.storage, desk.port, repeats=0.3) as load:
        for hours in (0, -1, 2, -1):
            clock.jump(hours * HOUR_S)
            await load.written(60)
            for one in load.everybody:
                await one.stop()
                one.start()
            await load.written(60)
        assert await load.end(desk.desk.storage) == []
        assert all(len(one.history.connections) >= 5 for one in load.everybody)
    assert load.refused <= {"chat_closed"}


@pytest.mark.soak
async def test_jumps_of_the_machine_clock_lose_nothing(tmp_path: Path) -> None:
    """The same for a real server process, with `libfaketime`."""
    data, jumped = tmp_path / "data", tmp_path / "jumped"
    data.mkdir()

    def jump(hours: int) -> None:
        # The library ends the program where it finds the file empty.
        jumped.with_suffix(".new").write_text(f"{hours * HOUR_S:+}")
        jumped.with_suffix(".new").rename(jumped)

    jump(0)
    faked = {
        "LD_PRELOAD": str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
        "FAKETIME_TIMESTAMP_FILE": str(jumped),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    server = ServerProcess(data, free_port(), settings=faked, forked=False)
    store = await store_of(Settings(data=data))
    try:
        await server.start()
        began = await server_time(server)
        async with at_work(store, server.port, repeats=0.3) as load:
            for hours in (0, -1, 1, 0):
                jump(hours)
                await load.written(60)
                for one in load.everybody:
                    await one.stop()
                    one.start()
                await load.written(60)
                # The desk follows once what waits by the clock has begun anew.
                async with asyncio.timeout(DEADLINE_S):
                    while round((await server_time(server) - began).total_seconds() / HOUR_S) != hours:
                        await asyncio.sleep(0.1)
            assert await load.end(store) == []
        assert load.refused <= {"chat_closed"}
        assert "Traceback" not in server.log()
    finally:
        server.close()
        await store.close()
