"""The part of the disk that uploads never use. Without it, uploads could fill the disk, and then no message could be
stored."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attachments.disk_space import ReserveSize


class DiskUsage(Protocol):
    """The result of `shutil.disk_usage`, in bytes."""

    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


class Promise:
    """Bytes set aside for one upload."""

    def __init__(self, reserve: DiskReserve) -> None:
        self._reserve = reserve
        self.size = 0

    def grow_to(self, size: int) -> None:
        more = max(0, size - self.size)
        self.size += more
        self._reserve.promised_bytes += more


class DiskReserve:
    """The reserve on the disk that contains `folder`. `folder` need not exist yet: its nearest existing parent is used
    then. Methods that access the disk are blocking and may raise OSError."""

    def __init__(self, folder: Path, size: ReserveSize, usage: Callable[[Path], DiskUsage] = shutil.disk_usage) -> None:
        self._folder = folder
        self._size = size
        self._usage = usage
        self.promised_bytes = 0
        """Bytes set aside for all uploads in progress."""

    def free(self) -> int:
        """Free bytes on the disk."""
        return self._measure().free

    def free_or_nan(self) -> float:
        """Free bytes on the disk, for a metric; NaN if the disk cannot be read."""
        try:
            return self.free()
        except OSError:
            return math.nan

    def floor(self) -> int:
        """Bytes that uploads must leave free."""
        return self._size.of(self._measure().total)

    def room(self) -> int:
        """Free bytes minus the reserve. Negative if less than the reserve is free. Bytes that are set aside for uploads
        in progress are not subtracted."""
        usage = self._measure()
        return usage.free - self._size.of(usage.total)

    def fits(self, size: int, room: int) -> bool:
        """True if `room` has space for `size` bytes and for the bytes that are set aside already. Does not block."""
        return self.promised_bytes + size <= room

    @contextmanager
    def promised(self, size: int) -> Iterator[Promise]:
        """Sets `size` bytes aside until the `with` block ends."""
        promise = Promise(self)
        promise.grow_to(size)
        try:
            yield promise
        finally:
            self.promised_bytes -= promise.size

    def _measure(self) -> DiskUsage:
        there = next(folder for folder in (self._folder, *self._folder.parents) if folder.is_dir())
        return self._usage(there)
