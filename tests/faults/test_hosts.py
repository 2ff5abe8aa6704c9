"""Two hosts of one desk: each is `switchboard serve --workers 2` with a data folder of its own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from chat.adapters import connected
from clock import system_clock
from storage.migrate import newest
from storage.ports import Storage
from tests.faults.load import at_work
from tests.faults.server import ServerProcess, free_port
from tests.faults.workers import Workers
from tests.next_version import migrate_to_next
from tests.running import DEADLINE_S
from tests.server.cli.place import Place

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

SECRET = "a secret of the tests, long enough for it"


def host(folder: Path, database_url: str) -> Workers:
    folder.mkdir()
    return Workers(folder / "data", free_port(), database_url)


def share(folder: Path, other: Path) -> None:
    """Let a new host use the files of another one."""
    (folder / "data" / "mail").mkdir(parents=True)
    for name in ("files", "mail/in"):
        (folder / "data" / name).symlink_to(other / "data" / name)


@pytest.mark.timeout(600)
async def test_second_host_joins_the_first_one_and_takes_over_when_it_ends(
    tmp_path: Path, database_url: str, storage: Storage
) -> None:
    """Chats of the first host go on while the tables get those of the next version, and while the second host starts. A
    host with other files or another secret is refused meanwhile."""
    first, second = host(tmp_path / "first", database_url), host(tmp_path / "second", database_url)
    try:
        await first.start()
        leader = await _leader(first)
        async with at_work(storage, first.port, customers=2, agents=1, repeats=0.3) as load:
            await load.written(20)
            before = await storage.read(lambda tx: connected.living(tx, system_clock(), besides=""))
            # In a thread: the clients go on.
            await asyncio.to_thread(_refused, tmp_path / "third", database_url)
            await asyncio.to_thread(migrate_to_next, database_url, newest())
            share(tmp_path / "second", tmp_path / "first")
            await second.start()
            now = await storage.read(lambda tx: connected.living(tx, system_clock(), besides=""))
            assert before < now and len(now) == 4
            assert await _leader(first) == leader
            await load.written(20)
            assert await load.end(storage) == []
        assert await first.end(signal.SIGTERM) == 0
        assert await _leader(second) in second.pids()
    finally:
        first.close()
        second.close()


async def test_single_process_and_another_server_do_not_run_on_one_database(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "first").mkdir()
    first = ServerProcess(tmp_path / "first" / "data", free_port(), database_url)
    place = _place(tmp_path / "second", database_url, SECRET)
    try:
        await first.start()
        for words in ((), ("--workers", "2")):
            (said,) = place.refused("serve", "--port", "0", *words)
            assert "stop it, and start it again with --workers 2" in said
        assert await first.end(signal.SIGTERM) == 0
        with place.serving() as second:
            assert second.status("/readyz") == 200
    finally:
        first.close()


def _place(folder: Path, database_url: str, secret: str) -> Place:
    folder.mkdir()
    place = Place(folder)
    place.env |= {
        "SWITCHBOARD_DATABASE_URL": database_url,
        "SWITCHBOARD_SECRET": secret,
        "SWITCHBOARD_MAIL_LISTEN": "",
    }
    return place


def _refused(folder: Path, database_url: str) -> None:
    place = _place(folder, database_url, "another secret of the tests, long enough")
    said = place.refused("serve", "--port", "0", "--workers", "2")
    assert "SWITCHBOARD_SECRET differs" in said[0]
    assert [line.split()[0] for line in said if "is not the folder" in line] == [
        str(place.data / name) for name in ("files", "mail/in")
    ]
    assert "--workers 2" in place.refused("serve", "--port", "0")[0]


async def _leader(host: Workers) -> int:
    async with asyncio.timeout(DEADLINE_S):
        while (leader := await host.leader()) is None:
            await asyncio.sleep(0.2)
    return leader
