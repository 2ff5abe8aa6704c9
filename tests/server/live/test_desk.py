"""Opening and closing all of a desk."""

from __future__ import annotations

import asyncio

import pytest

from server.live.desk import LiveDesk
from storage.ports import StorageUnavailable
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open


async def test_database_is_closed_although_the_time_is_over() -> None:
    """Work that does not end keeps no connection open."""
    async with desk_in_memory(always_open()) as place:
        desk: LiveDesk = place.desk
        ended = asyncio.Event()
        desk.background_tasks.spawn("endless", ended.wait)
        await desk.close(within_s=0.01)
        ended.set()
        with pytest.raises(StorageUnavailable):
            await desk.storage.check()
        assert len(place.faults) == 1
        assert "not_closed_in_time" in place.faults.pop()
