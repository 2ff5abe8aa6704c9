"""How often a password or a one-time code may be tried, so that guessing is slow and nobody is locked out. Pure.

What is counted is failures: of one address from one place, of one place, and of one address over all places. Somebody
else's guesses elsewhere never keep an owner out of a browser in which they have signed in before (a *device*, see
`identity.devices`): it has a counter of its own, and the others do not hold it up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

PAIR_LIMIT = 8
DEVICE_LIMIT = 8
PLACE_LIMIT = 160
WINDOW_MS = 600_000
ACCOUNT_LIMIT = 100
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
KEYS_MAX = 100_000
"""Counters at most: then those go that were asked for longest ago."""

Kind = Literal["pair", "place", "account", "device", "asked"]
Key = tuple[Kind, str, str]

_LIMITS: dict[Kind, tuple[int, int]] = {
    "pair": (PAIR_LIMIT, WINDOW_MS),
    "device": (DEVICE_LIMIT, WINDOW_MS),
    "place": (PLACE_LIMIT, WINDOW_MS),
    "account": (ACCOUNT_LIMIT, HOUR_MS),
    "asked": (KEYS_MAX, MINUTE_MS),
}
"""How many, in how many ms."""


@dataclass(slots=True)
class _Tries:
    """Tries since `since`; a new window begins with the first one after the old is over."""

    since: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was counted, and as which; or, with `wait_ms` above 0, one that may not be made before that."""

    keys: tuple[Key, ...]
    wait_ms: int = 0
    over: Kind | None = None
    """The limit that is reached."""
    trusted: bool = False
    """Does it come from a device of the owner's that has not failed too often?"""


@dataclass(slots=True)
class Attempts:
    """What was tried lately, in memory of this process. Moments in ms since the epoch, UTC."""

    keys_max: int = KEYS_MAX
    _tries: OrderedDict[Key, _Tries] = field(default_factory=OrderedDict)

    def begin(self, email: str, place: str, now: int, device: str | None = None) -> Attempt:
        """Count a try before it is made, so that many at once are no way around. Where it has to wait, nothing is
        counted. `device` names a browser in which this address was signed in before."""
        account: Key = ("account", email, "")
        if device is not None:
            own: Key = ("device", email, device)
            if not self._wait(own, now):
                # Counted for the account as well, so that its owner is told; held up by its own counter alone.
                return self._counted((own, account), now, trusted=True)
        keys: tuple[Key, ...] = (("pair", email, place), ("place", "", place), account)
        waits = [(self._wait(key, now), key[0]) for key in keys]
        wait_ms, over = max(waits, key=lambda wait: wait[0])
        if wait_ms:
            return Attempt((), wait_ms, over)
        return self._counted(keys, now)

    def withdrawn(self, attempt: Attempt) -> None:
        """Nothing was checked after all: it does not count."""
        for key in attempt.keys:
            self._less(key, 1)

    def succeeded(self, attempt: Attempt) -> None:
        """The try was right: it and those before it by this person, from this place or device, do not count."""
        if attempt.keys:
            own, *others = attempt.keys
            tries = self._tries.pop(own, None)
            for key in others:
                self._less(key, tries.count if tries is not None else 0)

    def at(self, place: str, now: int) -> int:
        """How many tries of a place count at present."""
        return self._count(("place", "", place), now)

    def asked(self, place: str, now: int) -> int:
        """Count a request of a place, whatever comes of it. How many there were in this minute, and its failures."""
        key: Key = ("asked", "", place)
        self._counted((key,), now)
        return self._count(key, now) + self.at(place, now)

    def of(self, email: str, now: int) -> tuple[int, int]:
        """How many tries for an address count at present, over all places, and since when."""
        count = self._count(("account", email, ""), now)
        return count, self._tries[("account", email, "")].since if count else now

    def _counted(self, keys: Sequence[Key], now: int, *, trusted: bool = False) -> Attempt:
        for key in keys:
            tries = self._tries.get(key)
            if tries is None or not _within(tries, key, now):
                tries = self._tries[key] = _Tries(now)
            tries.count += 1
            self._tries.move_to_end(key)
        while len(self._tries) > self.keys_max:
            self._tries.popitem(last=False)
        return Attempt(tuple(keys), trusted=trusted)

    def _less(self, key: Key, by: int) -> None:
        tries = self._tries.get(key)
        if tries is not None:
            tries.count = max(0, tries.count - by)
            if not tries.count:
                del self._tries[key]

    def _wait(self, key: Key, now: int) -> int:
        limit, window_ms = _LIMITS[key[0]]
        if self._count(key, now) < limit:
            return 0
        return self._tries[key].since + window_ms - now

    def _count(self, key: Key, now: int) -> int:
        tries = self._tries.get(key)
        return tries.count if tries is not None and _within(tries, key, now) else 0


def _within(tries: _Tries, key: Key, now: int) -> bool:
    return 0 <= now - tries.since < _LIMITS[key[0]][1]
