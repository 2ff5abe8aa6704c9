"""The wait that customers were told, compared with their real wait. Pure."""

from __future__ import annotations

from bisect import bisect_right

TOLD_FROM_S = (0, 60, 120, 300, 600)
"""The lowest told wait of each class, in seconds."""
_MINUTE_S = 60


def told_class(told_s: int) -> int:
    """The lowest told wait, in seconds, of the class of this told wait."""
    return TOLD_FROM_S[bisect_right(TOLD_FROM_S, max(0, told_s)) - 1]


def is_kept(told_s: int, wait_ms: int) -> bool:
    """True if the customer waited no longer than they were told. Customers read whole minutes, at least one."""
    return wait_ms <= max(1, (told_s + _MINUTE_S // 2) // _MINUTE_S) * _MINUTE_S * 1000
