"""How often a password may be tried."""

from __future__ import annotations

import pytest

from identity import attempts as module
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


def test_guesses_from_everywhere_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over is forgotten once in a while; where nothing is, there is a most of what is kept, the newest."""
    monkeypatch.setattr(module, "_FORGET_ABOVE", 10)
    monkeypatch.setattr(module, "_TRIES_MAX", 40)
    attempts = Attempts(_forget_at=10)
    for n in range(200):
        assert attempts.begin(f"{n}@x", f"place {n}", NOW + n) == 0
        assert len(attempts._tries) <= 42
    for _ in range(PAIR_LIMIT - 1):
        attempts.begin("199@x", "place 199", NOW + 200)
    assert attempts.begin("199@x", "place 199", NOW + 200) > 0
    for n in range(20):
        attempts.begin(f"later {n}@x", f"later place {n}", NOW + WINDOW_MS + 300)
    assert len(attempts._tries) <= 42


def test_what_is_over_is_looked_for_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at each new key, where none of them is over."""
    looks = []
    forget = Attempts._forget
    monkeypatch.setattr(module, "_FORGET_ABOVE", 10)

    def looked(attempts: Attempts, now: int) -> None:
        looks.append(now)
        forget(attempts, now)

    monkeypatch.setattr(Attempts, "_forget", looked)
    attempts = Attempts(_forget_at=10)
    for n in range(500):
        attempts.begin(f"{n}@x", f"place {n}", NOW)
    assert len(looks) <= 8
