"""Durations in opened hours. Pure."""

from __future__ import annotations

from routing.hours import Hours

_CHANGES_MAX = 4_000
"""Openings and closings after which `open_after` stops: some years."""


def open_between(hours: Hours, start: int, end: int) -> int:
    """The time in ms between `start` and `end` that lies within these hours."""
    total, at = 0, start
    while at < end:
        state = hours.at(at)
        change = state.closes_at if state.open else state.opens_at
        until = end if change is None else min(end, change)
        total += until - at if state.open else 0
        at = until
    return total


def open_after(hours: Hours, start: int, duration: int) -> int | None:
    """The moment at which these hours have been open for `duration` ms since `start`. None if they are not open so long
    within some years."""
    at, left = start, duration
    for _ in range(_CHANGES_MAX):
        state = hours.at(at)
        if state.open:
            if state.closes_at is None or at + left <= state.closes_at:
                return at + left
            left -= state.closes_at - at
            at = state.closes_at
        elif state.opens_at is None:
            return None
        else:
            at = state.opens_at
    return None
