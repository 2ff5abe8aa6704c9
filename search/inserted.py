"""Judges whether an article that an agent inserted into an answer has helped. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

DAY_MS = 86_400_000
STAYS_MS = 14 * DAY_MS
"""The article has helped if the ticket stays solved for this time."""
GIVEN_UP_MS = 90 * DAY_MS
"""The article has not helped if the ticket is not solved this long after the insertion."""

How: TypeAlias = Literal["text", "link"]
State: TypeAlias = Literal["waiting", "helped", "not_helped"]


class Judged(NamedTuple):
    """`due_at` is when a waiting insertion is checked again."""

    state: State
    due_at: int


def judged(inserted_at: int, solved_at: int | None, now: int) -> Judged:
    """What is known at `now`. `solved_at` is None if the ticket is not solved, or does not exist yet."""
    if solved_at is not None:
        due_at = max(solved_at, inserted_at) + STAYS_MS
        return Judged("helped" if due_at <= now else "waiting", due_at)
    if now - inserted_at >= GIVEN_UP_MS:
        return Judged("not_helped", now)
    return Judged("waiting", now + DAY_MS)
