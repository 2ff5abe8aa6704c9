from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from storage.outages import AGAIN_S, Outages
from storage.ports import StorageUnavailable

FULL = StorageUnavailable("disk full")
AWAY = StorageUnavailable("database away")


class Logged:
    """Outages with a clock that the test moves, and their log lines."""

    def __init__(self, lines: list[MutableMapping[str, Any]]) -> None:
        self.now = 0.0
        self.lines = lines
        self.outages = Outages("write", lambda: self.now, file="x.db")

    def taken(self) -> list[tuple[Any, ...]]:
        found = [
            (line["event"], line.get("reason"), line.get("times", line.get("refused_besides"))) for line in self.lines
        ]
        self.lines.clear()
        return found


@pytest.fixture
def logged() -> Iterator[Logged]:
    with capture_logs() as lines:
        yield Logged(lines)


def test_failures_are_logged_once_per_reason_and_counted(logged: Logged) -> None:
    """The recovery line has the number of the rest."""
    for _ in range(1_000):
        logged.outages.failed(FULL)
    logged.outages.failed(AWAY)
    assert logged.taken() == [("storage_unavailable", "disk full", 1), ("storage_unavailable", "database away", 1)]
    logged.outages.worked()
    assert logged.taken() == [("storage_available_again", None, 999)]
    logged.outages.worked()
    assert logged.taken() == []


def test_lasting_outage_is_logged_again_with_its_count(logged: Logged) -> None:
    logged.outages.failed(FULL)
    logged.outages.failed(FULL)
    logged.now += AGAIN_S
    logged.outages.failed(FULL)
    assert logged.taken() == [("storage_unavailable", "disk full", 1), ("storage_unavailable", "disk full", 2)]


def test_alternating_failures_log_few_lines(logged: Logged) -> None:
    for _ in range(500):
        logged.outages.failed(FULL)
        logged.outages.worked()
    logged.now += AGAIN_S
    logged.outages.worked()
    lines = logged.taken()
    assert len(lines) == 3
    assert sum(line[2] for line in lines) == 500


def test_many_reasons_are_merged(logged: Logged) -> None:
    for n in range(1_000):
        logged.outages.failed(StorageUnavailable(f"reason {n}"))
    assert len(logged.taken()) < 30


def test_line_names_database_and_operation(logged: Logged) -> None:
    logged.outages.failed(FULL)
    assert {"what": "write", "file": "x.db", "log_level": "error"}.items() <= dict(logged.lines[0]).items()
