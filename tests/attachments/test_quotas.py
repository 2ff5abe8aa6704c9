from __future__ import annotations

import pytest

from attachments.errors import UploadRefused
from attachments.quotas import COST_MIN, DAY_MS, MIB, Quotas, Usage

NOW = 100 * DAY_MS
QUOTAS = Quotas(files=10, size=100)
SHARED = Quotas(unverified_size=10_000 * MIB)
HALF = SHARED.unverified_size // 2


def used(count: int = 0, size: int = 0) -> Usage:
    return Usage(count, size, NOW - DAY_MS + 60_000 if count else None)


@pytest.mark.parametrize(
    ("usage", "size", "staff", "allowed"),
    [
        (used(), 100, False, True),
        (used(), 101, False, False),
        (used(9), 1, False, True),
        (used(10), 1, False, False),
        (used(10), 1, True, True),
        (used(49, 400), 100, True, True),
        (used(50), 1, True, False),
    ],
)
def test_a_person_at_the_quota_is_refused(usage: Usage, size: int, staff: bool, allowed: bool) -> None:
    """By files and by bytes. Staff have five times the quota."""
    if allowed:
        QUOTAS.check_person(size, usage, NOW, staff=staff)
        return
    with pytest.raises(UploadRefused, match="a day") as refused:
        QUOTAS.check_person(size, usage, NOW, staff=staff)
    assert refused.value.reason == "quota"
    assert refused.value.retry_after_s == (60 if usage.count else DAY_MS / 1000)


def test_a_network_has_five_times_the_quota_of_a_person() -> None:
    QUOTAS.check_network(1, used(49, 499), NOW)
    with pytest.raises(UploadRefused):
        QUOTAS.check_network(1, used(50, 0), NOW)


@pytest.mark.parametrize(
    ("everybody", "size", "files", "theirs", "allowed"),
    [
        (0, 1, 499, 900 * MIB, True),
        (HALF - 20 * MIB, 20 * MIB, 499, 900 * MIB, True),
        (HALF - 20 * MIB, 20 * MIB + 1, 499, 0, False),
        (HALF - COST_MIN + 1, 1, 25, 0, False),
        (HALF, 1, 24, 49 * MIB, True),
        (HALF, MIB + 1, 24, 49 * MIB, False),
        (HALF, 1, 25, 1, False),
        (2 * HALF - COST_MIN, 1, 0, 0, True),
        (2 * HALF - COST_MIN + 1, 1, 0, 0, False),
    ],
)
def test_light_networks_may_upload_past_half_of_the_shared_quota(
    everybody: int, size: int, files: int, theirs: int, allowed: bool
) -> None:
    def check() -> None:
        SHARED.check_shared(size, used(files, theirs), used(1, everybody), NOW)

    if allowed:
        check()
        return
    with pytest.raises(UploadRefused, match="sign in first"):
        check()


def test_networks_with_tiny_files_cannot_use_up_the_shared_quota() -> None:
    """Twenty networks that each upload the maximum number of one-byte files leave enough for the others."""
    everybody = 20 * 500 * COST_MIN
    assert everybody < SHARED.unverified_size // 10
    SHARED.check_shared(20 * MIB, used(400), used(1, everybody), NOW)
