from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.opening import open_storage
from storage.ports import Storage
from tests.servers import database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    with database(request.param, tmp_path) as url:
        it = await open_storage(url)
        yield it
        await it.close()
