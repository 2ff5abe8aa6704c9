"""Buckets of durations, from which medians and other quantiles are estimated. Pure.

Below 32 s, each second has a bucket. From there to 36 hours, each doubling of the duration is divided into 16 buckets
of equal width. So each of these wider buckets is at most 1/16 as wide as the durations in it are long, and an estimate
is at most 6.25 % off.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

EXACT_S = 32
"""Durations below this have a bucket for each second."""
PARTS = 16
"""Buckets in each doubling of the duration."""
DOUBLINGS = 12
"""Durations above 32 s * 2**12, which is 36 hours, share the last bucket."""
COUNT = EXACT_S + PARTS * DOUBLINGS


def bucket_of(ms: int) -> int:
    """The bucket of a duration in ms. Parts of a second are dropped."""
    seconds = max(0, ms) // 1000
    if seconds < EXACT_S:
        return seconds
    doubling = seconds.bit_length() - EXACT_S.bit_length()
    if doubling >= DOUBLINGS:
        return COUNT - 1
    return EXACT_S + doubling * PARTS + (seconds * PARTS // (EXACT_S << doubling)) - PARTS


def bounds(bucket: int) -> tuple[int, int]:
    """The shortest duration in the bucket, and the shortest one that is too long for it, in seconds."""
    if bucket < EXACT_S:
        return bucket, bucket + 1
    doubling, part = divmod(bucket - EXACT_S, PARTS)
    first, width = EXACT_S << doubling, (EXACT_S << doubling) // PARTS
    return first + part * width, first + (part + 1) * width


def quantile(counts: Sequence[int], share: float) -> int | None:
    """The duration in seconds that this share of the durations does not exceed (nearest rank). None if there are no
    durations.

    `counts` has the number of durations in each bucket. The durations in a bucket are assumed to be evenly spread.
    """
    total = sum(counts)
    if not total:
        return None
    rank = max(1, ceil(share * total))
    for bucket, count in enumerate(counts):
        if rank <= count:
            first, after = bounds(bucket)
            return first + int((after - first) * (rank - 0.5) / count)
        rank -= count
    raise AssertionError("the rank is at most the total")


def grouped(counts: Sequence[int], width_s: int, groups: int) -> list[int]:
    """The number of durations in each of `groups` groups, each `width_s` seconds wide. The last group has all longer
    ones. A bucket counts for the group of its middle."""
    found = [0] * groups
    for bucket, count in enumerate(counts):
        first, after = bounds(bucket)
        found[min(groups - 1, (first + after) // 2 // width_s)] += count
    return found
