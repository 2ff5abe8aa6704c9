from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.buckets import COUNT, bounds, bucket_of, quantile


@given(st.integers(0, (32 << 12) - 1))
def test_bucket_of_a_duration_contains_it_and_is_narrow(seconds: int) -> None:
    first, after = bounds(bucket_of(seconds * 1000))
    assert first <= seconds < after
    assert after - first == 1 or (after - first) / first <= 1 / 16


def test_durations_beyond_the_last_bucket_share_it() -> None:
    assert bucket_of(10**12) == COUNT - 1


@given(st.lists(st.integers(0, 100_000), min_size=1), st.sampled_from((0.5, 0.9)))
def test_quantile_is_within_a_sixteenth_of_the_exact_one(durations: list[int], share: float) -> None:
    counts = [0] * COUNT
    for seconds in durations:
        counts[bucket_of(seconds * 1000)] += 1
    exact = sorted(durations)[max(1, -(-int(share * 10) * len(durations) // 10)) - 1]
    assert quantile(counts, share) == pytest.approx(exact, rel=1 / 16, abs=1)


def test_quantile_of_nothing_is_none() -> None:
    assert quantile([0] * COUNT, 0.5) is None
