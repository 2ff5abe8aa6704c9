"""Signed identities with a `jti` count for the browser that showed them first. Pure, in memory.

So a JWT that leaks (in a log, by a page's script) opens nothing elsewhere. After a restart, or with more than
SHOWN_MAX at once, a JWT may count for one more browser until it expires.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

SHOWN_MAX = 50_000
"""Identities remembered at most; the oldest is forgotten first. Each lasts ten minutes, so this is 80 a second."""


class ShownOnce:
    """Which visitor showed which identity first. Moments in ms since the epoch, UTC."""

    def __init__(self) -> None:
        self._by: OrderedDict[bytes, tuple[str, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by)

    def take(self, kid: str, jti: str, visitor: str, expires_at: int, now: int) -> bool:
        """May this visitor use the identity? False where another visitor showed it before, and it has not expired."""
        key = hashlib.sha256(f"{kid}\0{jti}".encode()).digest()
        known = self._by.get(key)
        if known is not None and known[1] > now:
            return known[0] == visitor
        self._forget(now)
        self._by[key] = (visitor, expires_at)
        self._by.move_to_end(key)
        return True

    def _forget(self, now: int) -> None:
        while self._by:
            _, expires_at = next(iter(self._by.values()))
            if expires_at > now and len(self._by) < SHOWN_MAX:
                return
            self._by.popitem(last=False)
