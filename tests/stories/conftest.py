"""Whole use cases through a running desk, over real sockets; once on SQLite and, marked `scaled`, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.running import RunningDesk, SettableClock, running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
async def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the data folder, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        return None
    url: str = await request.getfixturevalue("new_postgres_database")()
    return url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock, database_url: str | None) -> AsyncIterator[RunningDesk]:
    """A running desk whose clock stands still until it is moved."""
    async with running(tmp_path / "data", clock, database_url) as it:
        yield it
