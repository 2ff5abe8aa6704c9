"""The disk space that uploads must leave free."""

from __future__ import annotations

import re
from dataclasses import dataclass

GIB = 1024**3
SHARE = 5
"""Percentage of the disk that stays free by default."""
LEAST, MOST = 1 * GIB, 20 * GIB
_UNITS = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": GIB, "TiB": 1024**4}


@dataclass(frozen=True, slots=True)
class ReserveSize:
    """Bytes, or a percentage of the disk. If neither is set, the default applies."""

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
    """Parses `1GiB`, `500MiB`, `5%` or `0`. Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,12}) ?(%|[KMGT]iB|)", text.strip(), re.ASCII)
    if found is None or (found[2] == "%" and int(found[1]) > 99):
        raise ValueError(text)
    number = int(found[1])
    return ReserveSize(percent=number) if found[2] == "%" else ReserveSize(size=number * _UNITS[found[2]])
