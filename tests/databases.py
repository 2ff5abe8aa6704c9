"""Fixtures of a new database: tests that use them run on SQLite and, if asked for, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import Dialect, Storage
from tests.servers import database, flush_nothing


def pytest_configure() -> None:
    flush_nothing()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    dialect: Dialect = request.param
    return dialect


@pytest.fixture
def database_url(dialect: Dialect, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with all tables."""
    with database(dialect, tmp_path) as url:
        yield url


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """The storage on a new database with all tables."""
    storage = await open_storage(database_url)
    yield storage
    await storage.close()
