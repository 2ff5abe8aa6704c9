from __future__ import annotations

from identity.attempts import ACCOUNT_LIMIT, DEVICE_LIMIT, HOUR_MS, PAIR_LIMIT, PLACE_LIMIT, WINDOW_MS, Attempts

NOW = 1_764_000_000_000
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.4"


def waits(attempts: Attempts, email: str, place: str, now: int, device: str | None = None) -> int:
    return attempts.begin(email, place, now, device).wait_ms


def test_failures_from_one_place_block_only_that_place() -> None:
    attempts = Attempts()
    assert [waits(attempts, "ana@x", HERE, NOW + n) for n in range(PAIR_LIMIT)] == [0] * PAIR_LIMIT
    assert waits(attempts, "ana@x", HERE, NOW + 1_000) == WINDOW_MS - 1_000
    assert waits(attempts, "ana@x", ELSEWHERE, NOW + 1_000) == 0
    assert waits(attempts, "ben@x", HERE, NOW + 1_000) == 0
    assert waits(attempts, "ana@x", HERE, NOW + WINDOW_MS) == 0


def test_success_clears_earlier_failures() -> None:
    attempts = Attempts()
    for _ in range(ACCOUNT_LIMIT):
        made = [attempts.begin("ana@x", HERE, NOW) for _ in range(PAIR_LIMIT)]
        assert not any(one.wait_ms for one in made)
        attempts.succeeded(made[-1])


def test_place_is_blocked_after_failures_with_many_addresses() -> None:
    attempts = Attempts()
    for n in range(PLACE_LIMIT):
        assert waits(attempts, f"{n}@x", HERE, NOW) == 0
    assert waits(attempts, "next@x", HERE, NOW) == WINDOW_MS
    assert waits(attempts, "next@x", HERE, NOW + WINDOW_MS) == 0


def test_account_has_an_hourly_limit_over_all_places() -> None:
    attempts = Attempts()
    for n in range(ACCOUNT_LIMIT):
        assert waits(attempts, "ana@x", f"10.0.{n}.1", NOW) == 0
    refused = attempts.begin("ana@x", ELSEWHERE, NOW + 60_000)
    assert (refused.wait_ms, refused.over) == (HOUR_MS - 60_000, "account")
    assert waits(attempts, "ben@x", ELSEWHERE, NOW) == 0
    assert waits(attempts, "ana@x", ELSEWHERE, NOW + HOUR_MS) == 0


def test_known_device_ignores_failures_elsewhere() -> None:
    attempts = Attempts()
    for n in range(PLACE_LIMIT):
        attempts.begin(f"{n}@x", HERE, NOW)
    for n in range(ACCOUNT_LIMIT):
        attempts.begin("ana@x", f"10.0.{n}.1", NOW)
    assert waits(attempts, "ana@x", HERE, NOW) > 0
    assert waits(attempts, "ana@x", HERE, NOW, "her laptop") == 0


def test_known_device_has_its_own_limit() -> None:
    attempts = Attempts()
    for n in range(ACCOUNT_LIMIT):
        attempts.begin("ana@x", f"10.0.{n}.1", NOW)
    tries = [attempts.begin("ana@x", HERE, NOW, "stolen") for _ in range(DEVICE_LIMIT + 1)]
    assert [one.wait_ms > 0 for one in tries] == [False] * DEVICE_LIMIT + [True]
    assert [one.trusted for one in tries] == [True] * DEVICE_LIMIT + [False]
    assert waits(attempts, "ana@x", HERE, NOW, "her laptop") == 0


def test_device_failures_count_for_the_account() -> None:
    attempts = Attempts()
    attempts.begin("ana@x", HERE, NOW)
    attempts.begin("ana@x", HERE, NOW + 5, "her laptop")
    assert attempts.of("ana@x", NOW + 6) == (2, NOW)
    assert attempts.of("ben@x", NOW + 6) == (0, NOW + 6)
    assert attempts.at(HERE, NOW + 6) == 1


def test_unchecked_try_does_not_count() -> None:
    attempts = Attempts()
    for _ in range(3 * PLACE_LIMIT):
        attempts.withdrawn(attempts.begin("ana@x", HERE, NOW))
    assert attempts.at(HERE, NOW) == 0 and attempts.of("ana@x", NOW) == (0, NOW)
    assert attempts.size == 0


def test_requests_of_a_place_are_counted_for_a_minute() -> None:
    attempts = Attempts()
    assert [attempts.asked(HERE, NOW) for _ in range(300)] == list(range(1, 301))
    attempts.begin("ana@x", HERE, NOW)
    assert attempts.asked(HERE, NOW + 1) == 302
    assert attempts.asked(ELSEWHERE, NOW) == 1
    assert attempts.asked(HERE, NOW + 60_000) == 2
    assert waits(attempts, "ana@x", HERE, NOW) == 0


def test_clock_set_back_opens_a_new_window() -> None:
    attempts = Attempts()
    for _ in range(PAIR_LIMIT):
        attempts.begin("ana@x", HERE, NOW)
    assert waits(attempts, "ana@x", HERE, NOW - 3_600_000) == 0


def test_number_of_counters_is_bounded() -> None:
    attempts = Attempts(keys_max=40)
    for n in range(200):
        assert waits(attempts, f"{n}@x", f"place {n}", NOW + n) == 0
        assert attempts.size <= 40
    for _ in range(PAIR_LIMIT - 1):
        attempts.begin("199@x", "place 199", NOW + 200)
    assert waits(attempts, "199@x", "place 199", NOW + 200) > 0
