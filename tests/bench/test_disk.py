"""`bench.disk`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import disk
from storage.writer_sqlite import APART_S


def test_flushes_are_as_often_as_the_desks() -> None:
    """What they are held against does not begin its groups more often."""
    assert disk.GAP_S == APART_S


def test_who_comes_during_a_flush_waits_for_the_next() -> None:
    """Three flushes of 0.2 ms, 1.5 ms apart: 0.2 to 1.7 ms, about 1 in the middle. One that takes 20 ms is met by all
    who come before it begins, and those who come while it lasts wait for the one after it."""
    quick = [(0.0015 * number, 0.0015 * number + 0.0002) for number in range(100)]
    found = disk.waits(quick)
    assert found.p50_ms == pytest.approx(0.95, abs=0.06)
    assert found.p99_ms == pytest.approx(1.65, abs=0.06)
    last = quick[-1][0]
    stalled = [*quick, (last + 0.0015, last + 0.0215), (last + 0.0215, last + 0.0217)]
    assert disk.waits(stalled).p99_ms == pytest.approx(20.0, abs=1.0)


def test_what_was_flushed_is_gone(tmp_path: Path) -> None:
    """Messages waited, the longest of a hundred no less than the middle; the folder is empty again."""
    found = disk.flushes(tmp_path, 0.05)
    assert 0 < found.p50_ms <= found.p99_ms
    assert list(tmp_path.iterdir()) == []


def test_one_flush_is_made_however_little_time_there_is(tmp_path: Path) -> None:
    """A slow disk has figures, too."""
    assert disk.flushes(tmp_path, 0.0).p50_ms > 0
