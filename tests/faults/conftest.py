from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.running import RunningDesk, SettableClock, running


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock) as it:
        yield it
