"""The longest wait of a customer in a chat. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Moment = tuple[int, Literal["assigned", "customer", "staff"]]
"""A time in ms, and what happened: an agent was assigned, or one of the two sides wrote."""


def longest_wait_ms(began: int, ended: int, moments: Iterable[Moment]) -> int:
    """The longest time for which the customer waited at a stretch: until the first agent was assigned, or from their
    first unanswered message to the next message of staff. What nobody answered waits until `ended`.

    `moments` is in order of time. Messages from before the first assignment wait from that assignment on.
    """
    met: int | None = None
    since: int | None = None
    longest = 0
    for at, what in moments:
        if what == "assigned":
            if met is None:
                met = at
                longest = at - began
                since = at if since is not None else None
        elif what == "customer":
            since = at if since is None else since
        elif since is not None:
            longest, since = max(longest, at - since), None
    if met is None:
        return ended - began
    return max(longest, ended - since) if since is not None else longest
