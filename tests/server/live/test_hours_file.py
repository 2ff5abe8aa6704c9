"""A changed hours file is taken up. With the whole desk: `tests/stories/test_hours.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest

from routing.adapters.hours_file import desk_of
from server.live.answered_chats import AnsweredChats
from server.live.hours_file import HoursFile
from server.live.teams import Teams
from storage.ports import Storage, StorageUnavailable, Tx

HOURS = b"""\
timezone: UTC
schedules:
  always: {mon: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: always}
"""
OTHER = HOURS.replace(b"Media", b"Press")


class Stage:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(HOURS)
        self.teams = Teams(desk_of(HOURS, path))
        self.changed = AsyncMock()
        self.storage = Mock(spec=Storage)
        self.storage.read.return_value = ()
        self.storage.write = self._write
        answered_chats = Mock(spec=AnsweredChats)
        answered_chats.paused = self._paused
        self.file = HoursFile(path, HOURS, self.storage, self.teams, answered_chats, self.changed)

    @asynccontextmanager
    async def _paused(self) -> AsyncIterator[None]:
        yield

    async def _write(self, unit: Mock) -> None:
        """Commits at once."""
        tx = Mock(spec=Tx)
        unit(tx)
        tx.after_commit.call_args.args[0]()

    @property
    def name(self) -> str:
        return self.teams.of("media").name


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "hours.yaml")


async def test_change_takes_effect_after_two_sweeps(stage: Stage) -> None:
    stage.path.write_bytes(OTHER)
    await stage.file.sweep()
    assert stage.name == "Media"
    await stage.file.sweep()
    assert stage.name == "Press"
    stage.changed.assert_awaited_once_with()


async def test_failed_change_is_applied_again(stage: Stage) -> None:
    stage.changed.side_effect = [StorageUnavailable("no answer"), None]
    stage.path.write_bytes(OTHER)
    await stage.file.sweep()
    with pytest.raises(StorageUnavailable):
        await stage.file.sweep()
    await stage.file.sweep()
    assert stage.changed.await_count == 2
