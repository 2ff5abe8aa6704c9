"""`attachments.quotas`: whom all the unproven leave something of a day."""

from __future__ import annotations

import pytest

from attachments.adapters.rows import Usage
from attachments.quotas import COST_MIN, MIB, UNPROVEN_BYTES_A_DAY, unproven_may

HALF = UNPROVEN_BYTES_A_DAY // 2


def may(everybody: int, size: int, *, files: int = 0, used: int = 0) -> bool:
    """Of a network with 500 files and 1,000 MB a day."""
    return unproven_may(everybody, Usage(files, used, None), size, files_a_day=500, bytes_a_day=1_000 * MIB)


@pytest.mark.parametrize(
    ("everybody", "size", "files", "used", "allowed"),
    [
        (0, 1, 499, 900 * MIB, True),
        (HALF - 20 * MIB, 20 * MIB, 499, 900 * MIB, True),
        (HALF - 20 * MIB, 20 * MIB + 1, 499, 0, False),
        (HALF - COST_MIN + 1, 1, 25, 0, False),
        (HALF, 1, 24, 49 * MIB, True),
        (HALF, MIB + 1, 24, 49 * MIB, False),
        (HALF, 1, 25, 1, False),
        (UNPROVEN_BYTES_A_DAY - COST_MIN, 1, 0, 0, True),
        (UNPROVEN_BYTES_A_DAY - COST_MIN + 1, 1, 0, 0, False),
    ],
)
def test_above_half_of_a_day_only_networks_that_used_little_may_upload(
    everybody: int, size: int, files: int, used: int, allowed: bool
) -> None:
    """A file counts as 64 KiB at least; above all of it nobody may."""
    assert may(everybody, size, files=files, used=used) is allowed


def test_twenty_addresses_with_empty_files_use_up_hardly_anything() -> None:
    """Each with as many files of 1 byte as it may: another network uploads as before."""
    everybody = 20 * 500 * COST_MIN
    assert everybody < UNPROVEN_BYTES_A_DAY // 10
    assert may(everybody, 20 * MIB, files=400)
