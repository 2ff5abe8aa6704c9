"""Removes what imports have left in the data folder: archives that nobody imported, and the working files of imports
that were killed. Both have data of people."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ARCHIVES = "files/imports"
ARCHIVE_S = 3_600
STAGING_PREFIX = ".switchboard-import-"
"""Begins a name that nobody gives to a folder of their own: such folders are removed with what is in them."""
STAGING_S = 86_400
"""Working files older than this are removed. If their import still runs, it keeps the open file."""


class Leftovers:
    """`now` is the time of the file system, in seconds."""

    def __init__(self, data: Path, now: Callable[[], float] = time.time) -> None:
        self._data = data
        self._now = now

    async def remove(self) -> None:
        await asyncio.to_thread(self._remove)

    def _remove(self) -> None:
        for archive in (self._data / ARCHIVES).glob("*.zip"):
            if self._is_older(archive, ARCHIVE_S):
                archive.unlink(missing_ok=True)
        for staging in self._data.glob(f"{STAGING_PREFIX}*"):
            newest = max(staging.iterdir(), key=_changed_at, default=staging) if staging.is_dir() else None
            if newest is not None and self._is_older(newest, STAGING_S):
                shutil.rmtree(staging, ignore_errors=True)

    def _is_older(self, path: Path, seconds: float) -> bool:
        with suppress(OSError):
            return _changed_at(path) < self._now() - seconds
        return False


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime
