"""How often a password may be tried."""

from __future__ import annotations

from identity.attempts import PAIR_LIMIT, PLACE_LIMIT, WINDOW_MS, Attempts

NOW = 1_764_000_000_000


def test_guessing_is_stopped_and_the_owner_elsewhere_is_not() -> None:
    """After the limit one place waits for its window to end; the owner comes in from another place all the same."""
    attempts = Attempts()
    assert [attempts.begin("ana@x", "203.0.113.9", NOW + n) for n in range(PAIR_LIMIT)] == [0] * PAIR_LIMIT
    assert attempts.begin("ana@x", "203.0.113.9", NOW + 1_000) == WINDOW_MS - 1_000
    assert attempts.begin("ana@x", "198.51.100.4", NOW + 1_000) == 0
    assert attempts.begin("ben@x", "203.0.113.9", NOW + 1_000) == 0
    assert attempts.begin("ana@x", "203.0.113.9", NOW + WINDOW_MS) == 0


def test_who_comes_in_starts_afresh() -> None:
    """A right password wipes out the failures before it, of that person at that place."""
    attempts = Attempts()
    for _ in range(3):
        for _ in range(PAIR_LIMIT):
            assert attempts.begin("ana@x", "203.0.113.9", NOW) == 0
        attempts.succeeded("ana@x", "203.0.113.9")


def test_one_place_cannot_try_everybody() -> None:
    """A place that fails with many addresses is stopped as a whole, and being refused costs nothing more."""
    attempts = Attempts()
    for n in range(PLACE_LIMIT):
        assert attempts.begin(f"{n}@x", "203.0.113.9", NOW) == 0
    assert attempts.begin("next@x", "203.0.113.9", NOW) == WINDOW_MS
    assert attempts.begin("next@x", "203.0.113.9", NOW + WINDOW_MS) == 0


def test_a_clock_that_jumps_keeps_nobody_out() -> None:
    """After a jump back a new window begins."""
    attempts = Attempts()
    for _ in range(PAIR_LIMIT):
        attempts.begin("ana@x", "203.0.113.9", NOW)
    assert attempts.begin("ana@x", "203.0.113.9", NOW - 3_600_000) == 0
