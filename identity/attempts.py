"""How often a password may be tried, so that guessing is slow and nobody is locked out. Pure.

What is counted is failures, for each address that signs in *from one place*: somebody else's guesses
elsewhere never keep the owner of an address out. All failures from one place have a wider limit,
since a company sits behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

PAIR_LIMIT = 8
PLACE_LIMIT = 160
WINDOW_MS = 600_000
_FORGET_ABOVE = 10_000
"""Keys, after which those whose window is over are forgotten."""
_TRIES_MAX = 100_000
"""Keys at most: then the oldest go, too."""


@dataclass(slots=True)
class _Tries:
    """Tries since `since`; a new window begins with the first one after the old is over."""

    since: int
    count: int = 0


@dataclass(slots=True)
class Attempts:
    """What was tried lately, in memory of this process. Moments in ms since the epoch, UTC."""

    _tries: dict[tuple[str, str], _Tries] = field(default_factory=dict)
    _forget_at: int = _FORGET_ABOVE

    def begin(self, email: str, place: str, now: int) -> int:
        """Count a try before it is made, so that many at once are no way around. 0 where it may be made,
        else the ms to wait, and nothing is counted."""
        limits = {(email, place): PAIR_LIMIT, ("", place): PLACE_LIMIT}
        wait = max(self._wait(key, limit, now) for key, limit in limits.items())
        if wait == 0:
            for key in limits:
                self._current(key, now).count += 1
        return wait

    def succeeded(self, email: str, place: str) -> None:
        """The try was right: it and those before it by this person do not count."""
        pair = self._tries.pop((email, place), None)
        whole = self._tries.get(("", place))
        if pair is not None and whole is not None:
            whole.count = max(0, whole.count - pair.count)

    def _wait(self, key: tuple[str, str], limit: int, now: int) -> int:
        tries = self._tries.get(key)
        if tries is None or tries.count < limit:
            return 0
        left = tries.since + WINDOW_MS - now
        return left if 0 < left <= WINDOW_MS else 0

    def _current(self, key: tuple[str, str], now: int) -> _Tries:
        tries = self._tries.get(key)
        if tries is None or not 0 <= now - tries.since < WINDOW_MS:
            if tries is None and len(self._tries) >= self._forget_at:
                self._forget(now)
            tries = self._tries[key] = _Tries(now)
        return tries

    def _forget(self, now: int) -> None:
        kept = {key: tries for key, tries in self._tries.items() if 0 <= now - tries.since < WINDOW_MS}
        if len(kept) >= _TRIES_MAX:
            kept = dict(islice(kept.items(), len(kept) // 4, None))
        self._tries = kept
        # Not at each new one, where few are over.
        self._forget_at = min(max(_FORGET_ABOVE, 2 * len(kept)), _TRIES_MAX)
