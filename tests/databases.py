"""Fixtures of a new database: tests that use them run on SQLite and, if asked for, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import Dialect, Storage
from tests.servers import database, flush_nothing
from tests.two_processes import TwoProcesses

SCALED = pytest.mark.scaled
DIALECTS = ["sqlite", pytest.param("postgresql", marks=SCALED)]
ON_SQLITE = pytest.param("sqlite", 1, id="sqlite")
AS_ONE = pytest.param("postgresql", 1, id="postgresql", marks=SCALED)
ONLY_POSTGRESQL = {"dialect": "postgresql", "process_count": 1}
AS_TWO = pytest.param("postgresql", 2, id="two_processes", marks=SCALED)


def pytest_configure() -> None:
    flush_nothing()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What uses a database runs on both kinds. On PostgreSQL, what uses `storage` runs as two processes, and the
    contracts as one too. What is marked as `scaled` runs on PostgreSQL only, as one."""
    names = [name for name in ("dialect", "process_count") if name in metafunc.fixturenames]
    if names and metafunc.definition.get_closest_marker("scaled"):
        only = pytest.param(*(ONLY_POSTGRESQL[name] for name in names), id=pytest.HIDDEN_PARAM)
        metafunc.parametrize(names, [only], indirect=True)
    elif "process_count" in metafunc.fixturenames:
        runs = [ON_SQLITE, *([AS_ONE] if metafunc.definition.path.parent.name == "contracts" else []), AS_TWO]
        metafunc.parametrize(("dialect", "process_count"), runs, indirect=True)
    elif "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", DIALECTS, indirect=True)


@pytest.fixture
def dialect(request: pytest.FixtureRequest) -> Dialect:
    dialect: Dialect = request.param
    return dialect


@pytest.fixture
def process_count(request: pytest.FixtureRequest) -> int:
    """How many processes use the database."""
    count: int = request.param
    return count


@pytest.fixture
def database_url(dialect: Dialect, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with all tables."""
    with database(dialect, tmp_path) as url:
        yield url


@pytest.fixture
async def storage(database_url: str, process_count: int) -> AsyncIterator[Storage]:
    """The storage on a new database with all tables."""
    opened = [await open_storage(database_url) for _ in range(process_count)]
    yield TwoProcesses(*opened) if process_count == 2 else opened[0]
    for one in opened:
        await one.close()
