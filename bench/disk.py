"""Measures the speed of the disk alone. Flushes as often as the desk at half of its saturation rate, with as many bytes
per flush.

The desk stores a message before it acknowledges it. So no message can be faster than the waits that are measured here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from bench.figures import Flushes

GAP_S = 0.0015
"""Minimum seconds from the beginning of one flush to the beginning of the next: `storage.writer_sqlite.APART_S`."""
FLUSHED = 9 * 4_096
"""Bytes of the log per flush: nine pages."""
MESSAGE_S = 0.0001
"""Seconds between two messages."""
LOG = 4 * 1_048_576
"""Number of bytes that are overwritten in place again and again, like the database's log. The database's log is
longer."""


def flushes(folder: Path, seconds: float) -> Flushes:
    """Flush a temporary file in `folder` for this many seconds. Returns how long messages would wait for these
    flushes."""
    path = folder / "flushed"
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        os.pwrite(file, bytes(LOG), 0)
        os.fsync(file)
        return _flushed(file, time.perf_counter() + seconds)
    finally:
        os.close(file)
        path.unlink()


def _flushed(file: int, until: float) -> Flushes:
    flushed: list[tuple[float, float]] = []
    began = time.perf_counter()
    while began < until or not flushed:
        os.pwrite(file, os.urandom(FLUSHED), len(flushed) * FLUSHED % LOG)
        os.fdatasync(file)
        flushed.append((began, time.perf_counter()))
        time.sleep(max(0.0, began + GAP_S - time.perf_counter()))
        began = time.perf_counter()
    return waits(flushed)


def waits(flushed: Sequence[tuple[float, float]]) -> Flushes:
    """The waits of evenly spaced messages. Each message waits until the end of the first flush that begins after it.
    `flushed` has the beginning and end of each flush, in seconds."""
    waited_ms = sorted(
        1_000 * (ended - came)
        for (before, _), (began, ended) in pairwise([(flushed[0][0] - GAP_S, 0.0), *flushed])
        for came in _evenly(before, began)
    )
    return Flushes(waited_ms[len(waited_ms) // 2], waited_ms[len(waited_ms) * 99 // 100])


def _evenly(since: float, until: float) -> Iterator[float]:
    count = max(1, round((until - since) / MESSAGE_S))
    return (since + (until - since) * (place + 0.5) / count for place in range(count))
