from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from chat.adapters import connected
from clock import system_clock
from server.live.processes import hosts
from server.operations.doctor_hosts import examine_hosts
from server.settings import Settings, load
from storage.leases import claim
from storage.opening import open_storage
from storage.ports import Tx
from tests.running import HOURS
from tests.servers import database

SECRET = "a secret of the tests, long enough for it"
LEASE_MS = 600_000


def test_hosts_are_not_examined_on_sqlite_or_if_postgresql_is_away(tmp_path: Path) -> None:
    assert list(examine_hosts(load(data=tmp_path, hours=HOURS))) == []
    away = load(data=tmp_path, hours=HOURS, database_url="postgresql://desk@127.0.0.1:1/desk", secret=SECRET)
    assert list(examine_hosts(away)) == []


async def _run(settings: Settings) -> None:
    """As if a host ran."""
    found, now = hosts.found(settings), system_clock()

    def unit(tx: Tx) -> hosts.Compared:
        compared = hosts.start(tx, "a", found, now)
        claim(tx, f"{connected.LEASE}a.1", "a.1", now, LEASE_MS)
        return compared

    storage = await open_storage(settings.storage_url)
    try:
        hosts.mark(found, (await storage.write(unit)).marker)
    finally:
        await storage.close()


async def _run_single(settings: Settings) -> None:
    """As if that host had ended, and a single process ran instead."""
    now = system_clock()

    def unit(tx: Tx) -> str | None:
        connected.forget(tx, "a")
        return hosts.start_single(tx, hosts.id_of(settings.data), now + hosts.STARTING_MS)

    storage = await open_storage(settings.storage_url)
    try:
        settings.data.mkdir(exist_ok=True)
        assert await storage.write(unit) is None
    finally:
        await storage.close()


@pytest.mark.scaled
def test_host_that_differs_from_the_running_one_is_reported(tmp_path: Path) -> None:
    with database("postgresql", tmp_path) as url:
        settings = partial(load, hours=HOURS, database_url=url)
        first = settings(data=tmp_path / "first", secret=SECRET)
        assert list(examine_hosts(first)) == []
        asyncio.run(_run(first))
        assert [finding.level for finding in examine_hosts(first)] == ["ok"]
        second = settings(data=tmp_path / "second", secret=f"another {SECRET}")
        found = [(finding.level, finding.mend) for finding in examine_hosts(second)]
        assert [level for level, _ in found] == ["bad"] * 4 and all(mend for _, mend in found)
        asyncio.run(_run_single(first))
        assert [finding.found for finding in examine_hosts(second)] == [
            "A single process serves this desk from another data folder"
        ]
        assert list(examine_hosts(first)) == []
