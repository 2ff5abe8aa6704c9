"""What is written down of many alike."""

from __future__ import annotations

from identity.sampling import KEYS_MAX, MINUTE_MS, NETWORKS_A_MINUTE, Sampling

NOW = 1_764_000_000_000 // MINUTE_MS * MINUTE_MS
HERE = "203.0.113.0/24"


def test_the_first_of_a_minute_is_told_then_how_many_were_left_out() -> None:
    """Of each kind and network for itself; the count comes once, when the minute is over."""
    sampling = Sampling()
    assert [sampling.is_first("password", HERE, NOW + n) for n in range(5)] == [True] + [False] * 4
    assert sampling.is_first("unknown", HERE, NOW) and sampling.is_first("password", None, NOW)
    assert sampling.left_out(NOW + MINUTE_MS - 1) == []
    assert sampling.left_out(NOW + MINUTE_MS) == [("password", HERE, 4)]
    assert sampling.left_out(NOW + MINUTE_MS) == []
    assert sampling.is_first("password", HERE, NOW + MINUTE_MS)


def test_what_nobody_asked_for_in_time_is_not_lost() -> None:
    """Until the count was told, more are added to it."""
    sampling = Sampling()
    for _ in range(3):
        sampling.is_first("password", HERE, NOW)
    assert not sampling.is_first("password", HERE, NOW + MINUTE_MS)
    assert sampling.left_out(NOW + MINUTE_MS + 1) == [("password", HERE, 3)]


def test_very_many_networks_are_told_of_together() -> None:
    """Some of them each minute by name, the rest as a number; and none of them stays in memory."""
    sampling = Sampling()
    told = [sampling.is_first("password", f"10.0.{n}.0/24", NOW) for n in range(2 * NETWORKS_A_MINUTE)]
    assert sum(told) == NETWORKS_A_MINUTE
    assert sampling.is_first("unknown", HERE, NOW)
    assert sampling.left_out(NOW + MINUTE_MS) == [("password", None, NETWORKS_A_MINUTE)]
    assert not sampling._windows and not sampling._others


def test_memory_is_bounded_where_nothing_is_taken_out() -> None:
    """However many kinds, networks and minutes there are."""
    sampling = Sampling()
    for n in range(2 * KEYS_MAX):
        sampling.is_first("password", f"network {n}", NOW + n * MINUTE_MS)
    assert len(sampling._windows) == KEYS_MAX


def test_a_clock_that_jumps_back_ends_the_minute() -> None:
    """What was left out before it is told."""
    sampling = Sampling()
    for _ in range(2):
        sampling.is_first("password", HERE, NOW)
    assert sampling.left_out(NOW - 3_600_000) == [("password", HERE, 1)]
