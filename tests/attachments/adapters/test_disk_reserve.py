from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from attachments.adapters.disk_reserve import DiskReserve
from attachments.disk_space import GIB, ReserveSize, reserve_size


@dataclass
class Disk:
    total: int
    free: int

    def __call__(self, folder: Path) -> Disk:
        assert folder.is_dir()
        return self


@pytest.mark.parametrize(
    ("text", "total", "kept"),
    [
        ("0", 100 * GIB, 0),
        ("1GiB", 100 * GIB, GIB),
        ("500 MiB", 100 * GIB, 500 * 1024**2),
        ("7%", 100 * GIB, 7 * GIB),
        ("12345", 100 * GIB, 12345),
        (None, 100 * GIB, 5 * GIB),
        (None, 10 * GIB, GIB),
        (None, 2000 * GIB, 20 * GIB),
        (None, 2 * GIB, GIB // 2),
    ],
)
def test_reserve_is_an_amount_or_a_percentage(text: str | None, total: int, kept: int) -> None:
    """Default: 5 %, at least 1 GiB, at most 20 GiB, never more than a quarter."""
    assert (ReserveSize() if text is None else reserve_size(text)).of(total) == kept


@pytest.mark.parametrize("text", ["", "a lot", "-1", "5.5%", "100%", "1GB", "1 gib", "١GiB"])
def test_malformed_reserve_size_is_refused(text: str) -> None:
    """The error is the text itself. The setting adds what is allowed."""
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        reserve_size(text)


def test_promised_space_is_not_promised_again(tmp_path: Path) -> None:
    """Uploads in progress count before they reach the disk. A missing folder uses its parent's disk."""
    reserve = DiskReserve(tmp_path / "files", ReserveSize(size=100), Disk(total=1000, free=150))
    assert reserve.free() == 150 and reserve.room() == 50
    with reserve.promised(30):
        assert reserve.fits(20, reserve.room()) and not reserve.fits(21, reserve.room())
        with reserve.promised(0) as promise:
            promise.grow_to(15)
            promise.grow_to(10)
            assert reserve.fits(5, reserve.room()) and not reserve.fits(6, reserve.room())
        assert reserve.fits(20, reserve.room())
    assert reserve.fits(50, reserve.room())
