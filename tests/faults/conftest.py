"""A desk in this loop, which faults happen to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.running import RunningDesk, SettableClock, running


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands until it is moved."""
    return SettableClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    """A running desk on SQLite."""
    async with running(tmp_path / "data", clock) as it:
        yield it
