from __future__ import annotations

from pathlib import Path

import pytest

from bench import disk
from storage.writer_sqlite import APART_S


def test_flush_interval_equals_the_servers_commit_interval() -> None:
    """The server does not begin its group commits more often."""
    assert disk.GAP_S == APART_S


def test_message_during_a_flush_waits_for_the_next_one() -> None:
    """Three flushes of 0.2 ms, 1.5 ms apart: waits of 0.2 to 1.7 ms, median about 1 ms. A 20 ms flush delays all
    messages that arrive before it begins. Messages that arrive during it wait for the next one."""
    quick = [(0.0015 * number, 0.0015 * number + 0.0002) for number in range(100)]
    found = disk.waits(quick)
    assert found.p50_ms == pytest.approx(0.95, abs=0.06)
    assert found.p99_ms == pytest.approx(1.65, abs=0.06)
    last = quick[-1][0]
    stalled = [*quick, (last + 0.0015, last + 0.0215), (last + 0.0215, last + 0.0217)]
    assert disk.waits(stalled).p99_ms == pytest.approx(20.0, abs=1.0)


def test_measured_flushes_leave_the_folder_empty(tmp_path: Path) -> None:
    """The p99 wait is no shorter than the median."""
    found = disk.flushes(tmp_path, 0.05)
    assert 0 < found.p50_ms <= found.p99_ms
    assert list(tmp_path.iterdir()) == []


def test_at_least_one_flush_is_measured(tmp_path: Path) -> None:
    assert disk.flushes(tmp_path, 0.0).p50_ms > 0
