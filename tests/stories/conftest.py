"""Whole use cases through a running desk, over real sockets; once on SQLite and, marked `scaled`, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.running import RunningDesk, SettableClock, running
from tests.servers import database


@pytest.fixture(params=[pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.scaled)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """None for SQLite in the data folder, or the address of a new PostgreSQL database."""
    if request.param == "sqlite":
        yield None
        return
    with database("postgresql", tmp_path) as url:
        yield url


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still until it is moved."""
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock, database_url: str | None) -> AsyncIterator[RunningDesk]:
    """A running desk."""
    async with running(tmp_path / "data", clock, database_url) as it:
        yield it
