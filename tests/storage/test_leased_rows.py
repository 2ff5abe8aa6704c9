"""`storage.leased_rows`: leases count attempts, and end after the last one."""

from __future__ import annotations

from dataclasses import dataclass

from storage.leased_rows import leased


@dataclass
class Work:
    attempts: int
    state: str = "waiting"
    claimed_by: str | None = None
    claimed_until: int | None = None
    settled_at: int | None = None
    error: str | None = None


def test_row_without_an_attempt_left_fails_and_others_are_leased() -> None:
    last, spent = Work(attempts=2), Work(attempts=3)
    assert leased([last, spent], "a process", now=5, until=9, attempts_max=3) == [last]
    assert (last.attempts, last.claimed_by, last.claimed_until, last.state) == (3, "a process", 9, "waiting")
    assert (spent.state, spent.settled_at, spent.attempts, spent.claimed_by) == ("failed", 5, 3, None)
    assert spent.error == "The worker did not report the result of the last attempt."
