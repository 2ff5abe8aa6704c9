from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.faults.load import at_work
from tests.running import RunningDesk, running
from tests.servers import Postgres, postgres

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

RESTARTS = 3


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", database_url=database_url) as it:
        yield it


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.crash], ids=["stop", "crash"])
async def test_postgresql_restart_under_load_loses_nothing(desk: RunningDesk, end: Callable[[Postgres], None]) -> None:
    """Stopped or killed: sends are `unavailable`, with connections open, and the server recovers by itself. Nothing
    acknowledged is lost, duplicated or reordered."""
    storage = desk.desk.storage
    async with at_work(storage, desk.port, repeats=0.3) as load:
        for _ in range(RESTARTS):
            await load.written(60)
            end(postgres())
            await load.refused_more(10)
            postgres().start()
        await load.written(60)
        assert load.connected == len(load.everybody)
        assert await load.end(storage) == []
    assert load.refused == set()
