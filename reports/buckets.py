"""Buckets of durations, from which medians and other quantiles are estimated. Pure.

Below 32 s, each second has a bucket. From there to 36 hours, each doubling of the duration is divided into 16 buckets
of equal width. So each of these wider buckets is at most 1/16 as wide as the durations in it are long, and an estimate
is at most 6.25 % off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import ceil

EXACT_S = 32
"""Durations below this have a bucket for each second."""
PARTS = 16
"""Buckets in each doubling of the duration."""
DOUBLINGS = 12
"""Durations above 32 s * 2**12, which is 36 hours, share the last bucket."""
COUNT = EXACT_S + PARTS * DOUBLINGS


def bounds(bucket: int) -> tuple[int, int]:
    """The shortest duration in the bucket, and the shortest one that is too long for it, in seconds."""
    if bucket < EXACT_S:
        return bucket, bucket + 1
    doubling, part = divmod(bucket - EXACT_S, PARTS)
    first, width = EXACT_S << doubling, (EXACT_S << doubling) // PARTS
    return first + part * width, first + (part + 1) * width


_FIRSTS = [bounds(bucket)[0] for bucket in range(COUNT)]


def bucket_of(ms: int) -> int:
    """The bucket of a duration in ms. Parts of a second are dropped."""
    return bisect_right(_FIRSTS, ms // 1000) - 1 if ms > 0 else 0


def quantile(counts: Sequence[int], share: float) -> int | None:
    """The duration in seconds that this share of the durations does not exceed (nearest rank). None if there are no
    durations.

    `counts` has the number of durations in each bucket. The durations in a bucket are assumed to be evenly spread.
    """
    upto = list(accumulate(counts))
    if not upto or not upto[-1]:
        return None
    rank = max(1, ceil(share * upto[-1]))
    bucket = bisect_left(upto, rank)
    first, after = bounds(bucket)
    return first + int((after - first) * (rank - upto[bucket] + counts[bucket] - 0.5) / counts[bucket])


def grouped(counts: Sequence[int], width_s: int, groups: int) -> list[int]:
    """The number of durations in each of `groups` groups, each `width_s` seconds wide. The last group has all longer
    ones. A bucket counts for the group of its middle."""
    found = [0] * groups
    for bucket, count in enumerate(counts):
        first, after = bounds(bucket)
        found[min(groups - 1, (first + after) // 2 // width_s)] += count
    return found
