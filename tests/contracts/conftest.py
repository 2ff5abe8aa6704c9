from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import Dialect, Storage
from tests.servers import database

BOTH_DATABASES = (pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.scaled))


@pytest.fixture(params=BOTH_DATABASES)
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


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Storage]:
    """Another program on the same database."""
    storage = await open_storage(database_url)
    yield storage
    await storage.close()
