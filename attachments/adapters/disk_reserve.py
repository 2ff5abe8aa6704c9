"""A part of the disk that uploads never touch: with the last byte gone, nobody could chat."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

GIB = 1024**3
SHARE = 5
"""Percent of the disk that are kept free, unless set."""
LEAST, MOST = 1 * GIB, 20 * GIB
_UNITS = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": GIB, "TiB": 1024**4}


class DiskUsage(Protocol):
    """As `shutil.disk_usage` gives it, in bytes."""

    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ReserveSize:
    """Bytes, or percent of the disk; neither for the default."""

    size: int | None = None
    percent: int | None = None

    def of(self, total: int) -> int:
        """Bytes to keep free on a disk of `total` bytes."""
        if self.size is not None:
            return self.size
        if self.percent is not None:
            return total * self.percent // 100
        # On a small disk 1 GiB would leave no room for any file.
        return min(max(LEAST, min(MOST, total * SHARE // 100)), total // 4)


def reserve_size(text: str) -> ReserveSize:
    """`1GiB`, `500MiB`, `5%`, `0`. Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,12}) ?(%|[KMGT]iB|)", text.strip(), re.ASCII)
    if found is None or (found[2] == "%" and int(found[1]) > 99):
        raise ValueError(text)
    number = int(found[1])
    return ReserveSize(percent=number) if found[2] == "%" else ReserveSize(size=number * _UNITS[found[2]])


class Promise:
    """Bytes that nobody else may count on."""

    def __init__(self, reserve: DiskReserve) -> None:
        self._reserve = reserve
        self.size = 0

    def grow_to(self, size: int) -> None:
        """It is for so many bytes from now on, were it for fewer."""
        more = max(0, size - self.size)
        self.size += more
        self._reserve.promised_bytes += more


class DiskReserve:
    """What is free for uploads in a folder, less what was promised to those under way."""

    def __init__(self, folder: Path, size: ReserveSize, usage: Callable[[Path], DiskUsage] = shutil.disk_usage) -> None:
        self._folder = folder
        self._size = size
        self._usage = usage
        self.promised_bytes = 0
        """For all uploads under way."""

    def free(self) -> int:
        """Bytes free on the disk of the folder. Blocks. Raises OSError."""
        return self._look().free

    def floor(self) -> int:
        """Bytes that uploads leave free. Blocks. Raises OSError."""
        return self._size.of(self._look().total)

    def room(self) -> int:
        """Bytes that uploads may still take, those under way included; below 0 where it is too late. Blocks.
        Raises OSError."""
        usage = self._look()
        return usage.free - self._size.of(usage.total)

    def fits(self, size: int, room: int) -> bool:
        """Do `size` bytes fit into `room`, beside what was promised?"""
        return self.promised_bytes + size <= room

    @contextmanager
    def promised(self, size: int) -> Iterator[Promise]:
        """Nobody else may count on these bytes meanwhile, nor on those that the promise grows by."""
        promise = Promise(self)
        promise.grow_to(size)
        try:
            yield promise
        finally:
            self.promised_bytes -= promise.size

    def _look(self) -> DiskUsage:
        there = next(folder for folder in (self._folder, *self._folder.parents) if folder.is_dir())
        return self._usage(there)
