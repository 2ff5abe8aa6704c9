"""Whole use cases, in memory or over real sockets; once on SQLite and, marked `scaled`, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from storage.ports import Dialect
from tests.identity.provider import provider
from tests.posting import Posted, posted_desk
from tests.running import RunningDesk, SettableClock, enrol, running
from tests.servers import database
from tests.signing import HostSettings
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open
from tests.stories.staff_with_provider import CALLBACK, PEOPLE, STAFF_CALLBACK

Opening = Callable[..., AbstractAsyncContextManager[DeskInMemory]]
"""Opens a desk in memory for one story. Takes the keys of Media and of Prod in the hours file, and settings."""

DIALECTS = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.scaled)]


@pytest.fixture(scope="session")
def everybodys_provider() -> Iterator[str]:
    """The issuer of a provider for customers and staff."""
    with provider(PEOPLE, CALLBACK) as url:
        yield url


@pytest.fixture(scope="session")
def teams_provider() -> Iterator[str]:
    """The issuer of a provider for staff alone."""
    with provider(PEOPLE, STAFF_CALLBACK) as url:
        yield url


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """None for SQLite in the data folder, or the address of a new PostgreSQL database."""
    with _address(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=DIALECTS)
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str | None]:
    """The same, for the one desk of a file."""
    with _address(request.param, tmp_path_factory.mktemp("store")) as url:
        yield url


@contextmanager
def _address(dialect: Dialect, folder: Path) -> Iterator[str | None]:
    if dialect == "sqlite":
        yield None
        return
    with database(dialect, folder) as url:
        yield url


@pytest.fixture
def opened(database_url: str | None) -> Opening:
    """See `Opening`."""

    def opening(media: str = "", prod: str = "", **given: Any) -> AbstractAsyncContextManager[DeskInMemory]:
        return desk_in_memory(always_open(media, prod), None, database_url, **given)

    return opening


@pytest_asyncio.fixture
async def admin(desk: RunningDesk) -> AsyncIterator[httpx2.AsyncClient]:
    """The admin Ada at the test's own desk. She makes changes from the desk's pages."""
    _, token = await enrol(desk.desk.storage, "ada@desk.example", "Ada", "admin", ())
    async with desk.http(token, Origin=desk.origin) as it:
        yield it


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still until it is moved."""
    return SettableClock()


@pytest.fixture
async def posted(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Posted]:
    """A running desk that takes mail, and the sink of its letters."""
    async with posted_desk(tmp_path / "data", clock) as it:
        yield it


@pytest.fixture
async def agent(posted: Posted) -> httpx2.AsyncClient:
    """An agent of the desk that takes mail."""
    desk, _ = posted
    _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya Lind")
    return desk.http(token)


@pytest.fixture
def settings() -> HostSettings:
    """Settings of `desk`, where a file has others."""
    return {}


@pytest.fixture
async def desk(
    tmp_path: Path, clock: SettableClock, database_url: str | None, settings: HostSettings
) -> AsyncIterator[RunningDesk]:
    """A running desk."""
    async with running(tmp_path / "data", clock, database_url, **settings) as it:
        yield it
