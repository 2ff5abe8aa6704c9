"""What the disk does by itself: flushes as many and as large as the desk's at half of its saturation, by a program that
does nothing else. No message that is stored before it is acknowledged can be faster than this."""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import quantiles

from bench.figures import Flushes

GAP_S = 0.0015
"""From the beginning of a flush to that of the next, at least: `storage.writer_sqlite.APART_S`."""
FLUSHED = 9 * 4_096
"""Bytes of the log in each: nine pages."""
LOG = 4 * 1_048_576
"""Bytes that are written over and over again, as the log is."""


def flushes(folder: Path, seconds: float) -> Flushes:
    """Flush for so long, in a file in `folder` that is gone afterwards."""
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
    took_ms: list[float] = []
    began = time.perf_counter()
    # Two at least: of one there is no middle.
    while began < until or len(took_ms) < 2:
        os.pwrite(file, os.urandom(FLUSHED), len(took_ms) * FLUSHED % LOG)
        flushing = time.perf_counter()
        os.fdatasync(file)
        took_ms.append(1_000 * (time.perf_counter() - flushing))
        time.sleep(max(0.0, began + GAP_S - time.perf_counter()))
        began = time.perf_counter()
    hundredths = quantiles(took_ms, n=100, method="inclusive")
    return Flushes(hundredths[49], hundredths[98])
