from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.opening import open_storage
from storage.ports import Storage


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Storage]:
    """Another program on the same database."""
    storage = await open_storage(database_url)
    yield storage
    await storage.close()
