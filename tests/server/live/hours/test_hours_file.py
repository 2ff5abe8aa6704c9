"""A changed hours file is taken up. With the whole desk: `tests/stories/test_hours.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from structlog.testing import capture_logs

from refusals import Refused
from routing.adapters.hours_file import desk_of, etag_of
from routing.desk import Desk
from routing.errors import FileChanged
from server.live.clocks.answered_chats import AnsweredChats
from server.live.hours.hours_file import HoursFile
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


async def test_changed_timezone_is_logged_with_what_to_do(stage: Stage) -> None:
    for text, zones in ((OTHER, []), (HOURS.replace(b"UTC", b"Europe/Paris"), ["Europe/Paris"])):
        stage.path.write_bytes(text)
        with capture_logs() as lines:
            for _ in range(2):
                await stage.file.sweep()
        assert [one["zone"] for one in lines if one["event"] == "hours_timezone_changed"] == zones


async def test_failed_change_is_applied_again(stage: Stage) -> None:
    stage.changed.side_effect = [StorageUnavailable("no answer"), None]
    stage.path.write_bytes(OTHER)
    await stage.file.sweep()
    with pytest.raises(StorageUnavailable):
        await stage.file.sweep()
    await stage.file.sweep()
    assert stage.changed.await_count == 2


def renamed(text: str) -> str:
    return text.replace("Media", "Press")


async def test_edit_is_written_recorded_and_in_force_at_once(stage: Stage) -> None:
    recorded: list[tuple[str, str]] = []
    version = etag_of(HOURS)
    fresh = await stage.file.edit(
        version, renamed, lambda tx, old, new: recorded.append((old.teams["media"].name, new.teams["media"].name))
    )
    assert stage.path.read_bytes() == OTHER and stage.name == "Press" and fresh == etag_of(OTHER)
    assert recorded == [("Media", "Press")]
    stage.changed.assert_awaited_once_with()
    await stage.file.sweep()
    await stage.file.sweep()
    assert stage.changed.await_count == 1


async def test_edit_that_is_in_force_is_no_error_and_a_sweep_does_the_rest(stage: Stage) -> None:
    stage.changed.side_effect = [StorageUnavailable("no answer"), None]
    assert await stage.file.edit(etag_of(HOURS), renamed, lambda tx, old, new: None) == etag_of(OTHER)
    assert stage.path.read_bytes() == OTHER and stage.name == "Press"
    await stage.file.sweep()
    await stage.file.sweep()
    assert stage.changed.await_count == 2 and stage.path.read_bytes() == OTHER


async def test_edit_of_another_version_changes_nothing(stage: Stage) -> None:
    stage.path.write_bytes(HOURS + b"# by hand\n")
    with pytest.raises(FileChanged):
        await stage.file.edit(etag_of(HOURS), renamed, no_record)
    assert stage.path.read_bytes() == HOURS + b"# by hand\n" and stage.name == "Media"


@pytest.mark.parametrize(
    ("found", "edit", "sentence"),
    [
        (b"teams: {", renamed, "on disk has a fault"),
        (HOURS, lambda text: text.replace("always", "never", 1), "would have a fault"),
    ],
)
async def test_edit_of_or_to_a_faulty_file_is_refused(
    stage: Stage, found: bytes, edit: Callable[[str], str], sentence: str
) -> None:
    stage.path.write_bytes(found)
    with pytest.raises(Refused, match=sentence):
        await stage.file.edit(None, edit, no_record)
    assert stage.path.read_bytes() == found and stage.name == "Media"


async def test_edit_that_cannot_be_stored_restores_the_file(stage: Stage) -> None:
    def fails(tx: Tx, before: Desk, after: Desk) -> None:
        raise StorageUnavailable("no answer")

    with pytest.raises(StorageUnavailable):
        await stage.file.edit(None, renamed, fails)
    assert stage.path.read_bytes() == HOURS and stage.name == "Media"


async def test_edit_that_cannot_be_written_changes_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.replace", Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(Refused, match="No space left"):
        await stage.file.edit(None, renamed, no_record)
    assert stage.path.read_bytes() == HOURS and stage.name == "Media"
    assert [path.name for path in stage.path.parent.iterdir()] == ["hours.yaml"]


def no_record(tx: Tx, before: Desk, after: Desk) -> None:
    raise AssertionError("nothing is stored")
