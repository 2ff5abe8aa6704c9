"""Each outage stands in the log, and no outage floods it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from storage.outages import AGAIN_S, Outages
from storage.ports import StorageUnavailable

FULL = StorageUnavailable("disk full")
AWAY = StorageUnavailable("database away")


class Told:
    """Outages whose clock is moved by hand, and what they wrote."""

    def __init__(self, lines: list[MutableMapping[str, Any]]) -> None:
        self.now = 0.0
        self.lines = lines
        self.outages = Outages("write", lambda: self.now, file="x.db")

    def taken(self) -> list[tuple[Any, ...]]:
        """The lines since the last look: event, reason, and how many it stands for."""
        found = [
            (line["event"], line.get("reason"), line.get("times", line.get("refused_besides"))) for line in self.lines
        ]
        self.lines.clear()
        return found


@pytest.fixture
def told() -> Iterator[Told]:
    with capture_logs() as lines:
        yield Told(lines)


def test_each_reason_once_and_the_rest_counted(told: Told) -> None:
    """Of a thousand of one kind there is a line, another kind has its own; the end says how many more there were."""
    for _ in range(1_000):
        told.outages.failed(FULL)
    told.outages.failed(AWAY)
    assert told.taken() == [("storage_unavailable", "disk full", 1), ("storage_unavailable", "database away", 1)]
    told.outages.worked()
    assert told.taken() == [("storage_available_again", None, 999)]
    told.outages.worked()
    assert told.taken() == []


def test_an_outage_that_lasts_is_said_again(told: Told) -> None:
    """Once in a while, with how often it came."""
    told.outages.failed(FULL)
    told.outages.failed(FULL)
    told.now += AGAIN_S
    told.outages.failed(FULL)
    assert told.taken() == [("storage_unavailable", "disk full", 1), ("storage_unavailable", "disk full", 2)]


def test_what_comes_and_goes_does_not_flood(told: Told) -> None:
    """Every other piece of work refused: a few lines, in which each is counted."""
    for _ in range(500):
        told.outages.failed(FULL)
        told.outages.worked()
    told.now += AGAIN_S
    told.outages.worked()
    lines = told.taken()
    assert len(lines) == 3
    assert sum(line[2] for line in lines) == 500


def test_reasons_without_end_do_not_fill_memory(told: Told) -> None:
    """Beyond some they are not kept apart."""
    for n in range(1_000):
        told.outages.failed(StorageUnavailable(f"reason {n}"))
    assert len(told.taken()) < 30


def test_where_and_what(told: Told) -> None:
    """A line says which database, and whether storing or reading failed."""
    told.outages.failed(FULL)
    assert {"what": "write", "file": "x.db", "log_level": "error"}.items() <= dict(told.lines[0]).items()
