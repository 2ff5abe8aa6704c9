from __future__ import annotations

from identity.log_sampling import KEYS_MAX, MINUTE_MS, NETWORKS_A_MINUTE, Sampling

NOW = 1_764_000_000_000 // MINUTE_MS * MINUTE_MS
HERE = "203.0.113.0/24"


def test_first_event_of_a_minute_is_logged_and_the_rest_counted() -> None:
    sampling = Sampling()
    assert [sampling.is_first("password", HERE, NOW + n) for n in range(5)] == [True] + [False] * 4
    assert sampling.is_first("unknown", HERE, NOW) and sampling.is_first("password", None, NOW)
    assert sampling.left_out(NOW + MINUTE_MS - 1) == []
    assert sampling.left_out(NOW + MINUTE_MS) == [("password", HERE, 4)]
    assert sampling.left_out(NOW + MINUTE_MS) == []
    assert sampling.is_first("password", HERE, NOW + MINUTE_MS)


def test_unreported_count_grows_until_it_is_reported() -> None:
    sampling = Sampling()
    for _ in range(3):
        sampling.is_first("password", HERE, NOW)
    assert not sampling.is_first("password", HERE, NOW + MINUTE_MS)
    assert sampling.left_out(NOW + MINUTE_MS + 1) == [("password", HERE, 3)]


def test_many_networks_share_one_count() -> None:
    sampling = Sampling()
    told = [sampling.is_first("password", f"10.0.{n}.0/24", NOW) for n in range(2 * NETWORKS_A_MINUTE)]
    assert sum(told) == NETWORKS_A_MINUTE
    assert sampling.is_first("unknown", HERE, NOW)
    assert sampling.left_out(NOW + MINUTE_MS) == [("password", None, NETWORKS_A_MINUTE)]
    assert sampling.size == 0


def test_memory_is_bounded_without_reports() -> None:
    sampling = Sampling()
    for n in range(2 * KEYS_MAX):
        sampling.is_first("password", f"network {n}", NOW + n * MINUTE_MS)
    assert sampling.size == KEYS_MAX + 1


def test_clock_set_back_ends_the_minute() -> None:
    sampling = Sampling()
    for _ in range(2):
        sampling.is_first("password", HERE, NOW)
    assert sampling.left_out(NOW - 3_600_000) == [("password", HERE, 1)]
