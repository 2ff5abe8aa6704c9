"""How often a password may be tried."""

from __future__ import annotations

from identity.attempts import ACCOUNT_LIMIT, DEVICE_LIMIT, HOUR_MS, PAIR_LIMIT, PLACE_LIMIT, WINDOW_MS, Attempts

NOW = 1_764_000_000_000
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.4"


def waits(attempts: Attempts, email: str, place: str, now: int, device: str | None = None) -> int:
    return attempts.begin(email, place, now, device).wait_ms


def test_guessing_from_one_place_is_stopped_and_the_owner_elsewhere_is_not() -> None:
    """After the limit one place waits for its window to end; the owner comes in from another place all the same."""
    attempts = Attempts()
    assert [waits(attempts, "ana@x", HERE, NOW + n) for n in range(PAIR_LIMIT)] == [0] * PAIR_LIMIT
    assert waits(attempts, "ana@x", HERE, NOW + 1_000) == WINDOW_MS - 1_000
    assert waits(attempts, "ana@x", ELSEWHERE, NOW + 1_000) == 0
    assert waits(attempts, "ben@x", HERE, NOW + 1_000) == 0
    assert waits(attempts, "ana@x", HERE, NOW + WINDOW_MS) == 0


def test_who_comes_in_starts_afresh() -> None:
    """A right password wipes out the failures before it, of that person at that place."""
    attempts = Attempts()
    for _ in range(ACCOUNT_LIMIT):
        made = [attempts.begin("ana@x", HERE, NOW) for _ in range(PAIR_LIMIT)]
        assert not any(one.wait_ms for one in made)
        attempts.succeeded(made[-1])


def test_one_place_cannot_try_everybody() -> None:
    """A place that fails with many addresses is stopped as a whole, and being refused costs nothing more."""
    attempts = Attempts()
    for n in range(PLACE_LIMIT):
        assert waits(attempts, f"{n}@x", HERE, NOW) == 0
    assert waits(attempts, "next@x", HERE, NOW) == WINDOW_MS
    assert waits(attempts, "next@x", HERE, NOW + WINDOW_MS) == 0


def test_guessing_from_many_places_is_stopped_for_the_account() -> None:
    """Over all places together one account has a limit an hour, that of others is untouched."""
    attempts = Attempts()
    for n in range(ACCOUNT_LIMIT):
        assert waits(attempts, "ana@x", f"10.0.{n}.1", NOW) == 0
    refused = attempts.begin("ana@x", ELSEWHERE, NOW + 60_000)
    assert (refused.wait_ms, refused.over) == (HOUR_MS - 60_000, "account")
    assert waits(attempts, "ben@x", ELSEWHERE, NOW) == 0
    assert waits(attempts, "ana@x", ELSEWHERE, NOW + HOUR_MS) == 0


def test_a_known_device_is_free_of_what_others_fail() -> None:
    """Neither the account's limit, nor that of its place, holds up a browser in which they signed in before."""
    attempts = Attempts()
    for n in range(PLACE_LIMIT):
        attempts.begin(f"{n}@x", HERE, NOW)
    for n in range(ACCOUNT_LIMIT):
        attempts.begin("ana@x", f"10.0.{n}.1", NOW)
    assert waits(attempts, "ana@x", HERE, NOW) > 0
    assert waits(attempts, "ana@x", HERE, NOW, "her laptop") == 0


def test_a_stolen_device_helps_no_further_than_its_own_counter() -> None:
    """After some failures it is as any other browser: it meets the limits of place and account."""
    attempts = Attempts()
    for n in range(ACCOUNT_LIMIT):
        attempts.begin("ana@x", f"10.0.{n}.1", NOW)
    tries = [attempts.begin("ana@x", HERE, NOW, "stolen") for _ in range(DEVICE_LIMIT + 1)]
    assert [one.wait_ms > 0 for one in tries] == [False] * DEVICE_LIMIT + [True]
    assert [one.trusted for one in tries] == [True] * DEVICE_LIMIT + [False]
    assert waits(attempts, "ana@x", HERE, NOW, "her laptop") == 0


def test_failures_of_a_device_count_for_the_person_to_be_told() -> None:
    """How many failed, over all places and devices, and since when."""
    attempts = Attempts()
    attempts.begin("ana@x", HERE, NOW)
    attempts.begin("ana@x", HERE, NOW + 5, "her laptop")
    assert attempts.of("ana@x", NOW + 6) == (2, NOW)
    assert attempts.of("ben@x", NOW + 6) == (0, NOW + 6)
    assert attempts.at(HERE, NOW + 6) == 1


def test_what_was_not_checked_does_not_count() -> None:
    """Who hung up before their password was looked at has not tried."""
    attempts = Attempts()
    for _ in range(3 * PLACE_LIMIT):
        attempts.withdrawn(attempts.begin("ana@x", HERE, NOW))
    assert attempts.at(HERE, NOW) == 0 and attempts.of("ana@x", NOW) == (0, NOW)
    assert not attempts._tries


def test_how_often_a_place_asks_is_counted_whatever_comes_of_it() -> None:
    """For a minute, and with its failures; nobody is held up by that."""
    attempts = Attempts()
    assert [attempts.asked(HERE, NOW) for _ in range(300)] == list(range(1, 301))
    attempts.begin("ana@x", HERE, NOW)
    assert attempts.asked(HERE, NOW + 1) == 302
    assert attempts.asked(ELSEWHERE, NOW) == 1
    assert attempts.asked(HERE, NOW + 60_000) == 2
    assert waits(attempts, "ana@x", HERE, NOW) == 0


def test_a_clock_that_jumps_keeps_nobody_out() -> None:
    """After a jump back a new window begins."""
    attempts = Attempts()
    for _ in range(PAIR_LIMIT):
        attempts.begin("ana@x", HERE, NOW)
    assert waits(attempts, "ana@x", HERE, NOW - 3_600_000) == 0


def test_guesses_from_everywhere_fill_no_memory() -> None:
    """There is a most of counters that are kept: those that were asked for last."""
    attempts = Attempts(keys_max=40)
    for n in range(200):
        assert waits(attempts, f"{n}@x", f"place {n}", NOW + n) == 0
        assert len(attempts._tries) <= 40
    for _ in range(PAIR_LIMIT - 1):
        attempts.begin("199@x", "place 199", NOW + 200)
    assert waits(attempts, "199@x", "place 199", NOW + 200) > 0
