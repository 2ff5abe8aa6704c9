"""Upload limits per 24 hours: for one person, for one network, and for all unverified people together."""

from __future__ import annotations

from dataclasses import dataclass

from attachments.errors import UploadRefused

DAY_MS = 86_400_000
MIB = 2**20
COST_MIN = 64 * 1024
"""Minimum number of bytes for which a file counts in the shared quota. This limits the number of rows that are summed
up for each upload. If files were counted instead, a few networks could use up everybody's quota with hardly any
data."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Uploads within the last 24 hours: how many, and how many bytes. `first_at` is the moment of the first one."""

    count: int
    size: int
    first_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Upload limits per 24 hours."""

    files: int = 100
    size: int = 200 * MIB
    """Bytes. `files` and `size` are the limits of one customer."""
    staff_times: int = 5
    network_times: int = 5
    """Factors on the limits of one customer: `network_times` for one network, `staff_times` for a member of staff."""
    unverified_size: int = 10_000 * MIB
    """Bytes from all unverified people together."""
    scarce_part: int = 2
    """Once more than 1/`scarce_part` of `unverified_size` is used, only networks that uploaded little may continue."""
    little_part: int = 20
    """A network has uploaded little if it has used at most 1/`little_part` of its own quota."""

    def check_person(self, size: int, usage: Usage, now: int, *, staff: bool) -> None:
        """Check the quota of one person. Like the other checks of this class, raises UploadRefused if one more file of
        `size` bytes would exceed the quota."""
        self._check(size, usage, self.staff_times if staff else 1, now)

    def check_network(self, size: int, usage: Usage, now: int) -> None:
        self._check(size, usage, self.network_times, now)

    def check_shared(self, size: int, network: Usage, everybody: Usage, now: int) -> None:
        """Check the quota that all unverified people share. In `everybody`, each file counts as at least COST_MIN
        bytes. Once much of the quota is used (`scarce_part`), only networks that have uploaded little (`little_part`)
        may upload."""
        if not self._leaves_enough(size, network, everybody):
            sentence = "Too many files were uploaded today. Try again later, or sign in first."
            raise UploadRefused("quota", sentence, _wait_s(everybody, now))

    def _check(self, size: int, usage: Usage, times: int, now: int) -> None:
        count, most = times * self.files, times * self.size
        if usage.count >= count or usage.size + size > most:
            sentence = f"You can upload {count} files a day, {most // MIB} MB in total. Try again later."
            raise UploadRefused("quota", sentence, _wait_s(usage, now))

    def _leaves_enough(self, size: int, network: Usage, everybody: Usage) -> bool:
        after = everybody.size + max(size, COST_MIN)
        if after > self.unverified_size:
            return False
        if after <= self.unverified_size // self.scarce_part:
            return True
        times = self.network_times
        return (
            network.count < times * self.files // self.little_part
            and network.size + size <= times * self.size // self.little_part
        )


def _wait_s(usage: Usage, now: int) -> float:
    """Seconds until the first upload in `usage` is a day old and no longer counts."""
    return ((usage.first_at or now) - (now - DAY_MS)) / 1000
