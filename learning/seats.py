"""Places of a session: who gets a freed place, and for how long it is kept."""

from __future__ import annotations

from learning.sessions import HOUR_MS, Seats

OFFER_MS = 24 * HOUR_MS
LAST_MS = 2 * HOUR_MS
"""In the last two hours before the start, no place is kept: whoever confirms first has it."""


def offer_until(now: int, starts_at: int) -> int | None:
    """The end of an offer that is made now. None if no place is kept any more."""
    latest = starts_at - LAST_MS
    return min(now + OFFER_MS, latest) if now < latest else None


def may_take(seats: Seats, now: int, starts_at: int) -> bool:
    """True if a person who confirms now gets a place, and not a place on the waiting list.

    As long as places are kept, people on the waiting list go first.
    """
    return seats.left > 0 and (seats.waiting == 0 or now >= starts_at - LAST_MS)


def to_offer(seats: Seats, now: int, starts_at: int) -> int:
    """How many of the first people on the waiting list are offered a place now."""
    return min(seats.left, seats.waiting) if now < starts_at - LAST_MS else 0
