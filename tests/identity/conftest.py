"""People in a real store; once on SQLite and, marked `scaled`, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.ports import Storage
from tests.stored import stored


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty store."""
    url = None if request.param == "sqlite" else await request.getfixturevalue("new_postgres_database")()
    async with stored(tmp_path, url) as it:
        yield it
