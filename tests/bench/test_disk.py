"""`bench.disk`."""

from __future__ import annotations

from pathlib import Path

from bench import disk
from storage.writer_sqlite import APART_S


def test_flushes_are_as_often_as_the_desks() -> None:
    """What they are held against does not begin its groups more often."""
    assert disk.GAP_S == APART_S


def test_what_was_flushed_is_gone(tmp_path: Path) -> None:
    """Each took some time, the slowest of a hundred no less than the middle; the folder is empty again."""
    found = disk.flushes(tmp_path, 0.05)
    assert 0 < found.p50_ms <= found.p99_ms
    assert list(tmp_path.iterdir()) == []


def test_even_no_time_at_all_is_enough_for_two(tmp_path: Path) -> None:
    """A slow disk has a middle, too."""
    assert disk.flushes(tmp_path, 0.0).p50_ms > 0
