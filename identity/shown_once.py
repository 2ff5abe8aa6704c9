"""Binds each signed identity with a `jti` to the first browser that presents it. Pure, in memory.

So a JWT that leaks through a log or a script does not work in another browser. The binding is lost after a restart, or
if there are more than SHOWN_MAX identities at once. Then one more browser may use the JWT before it expires.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

SHOWN_MAX = 50_000
"""Maximum number of identities in memory. The oldest is dropped first. An identity is valid for ten minutes."""


class ShownOnce:
    """The first visitor who presented each identity."""

    def __init__(self) -> None:
        self._by: OrderedDict[bytes, tuple[str, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by)

    def take(self, kid: str, jti: str, visitor: str, expires_at: int, now: int) -> bool:
        """True if this visitor may use the identity. False if another visitor has used the identity and it has not
        expired."""
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
