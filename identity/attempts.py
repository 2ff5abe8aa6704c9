"""Limits on guessing passwords and one-time codes. Pure.

Failures are counted per network (a *place*), per email address (an *account*), and per place and email address together
(a *pair*). A *device* is a browser in which the owner has signed in before (`identity.devices`). A device has its own
counter, and the other limits do not apply to it. So guesses made elsewhere never lock the owner out of their own
browser.
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
"""Maximum number of counters in memory. Beyond that, the least recently used counters are dropped."""

Kind = Literal["pair", "place", "account", "device", "asked"]
Key = tuple[Kind, str, str]

_LIMITS: dict[Kind, tuple[int, int]] = {
    "pair": (PAIR_LIMIT, WINDOW_MS),
    "device": (DEVICE_LIMIT, WINDOW_MS),
    "place": (PLACE_LIMIT, WINDOW_MS),
    "account": (ACCOUNT_LIMIT, HOUR_MS),
    "asked": (KEYS_MAX, MINUTE_MS),
}
"""For each kind of counter: the maximum number of tries in a window, and the length of the window in ms."""


@dataclass(slots=True)
class _Tries:
    """Tries in the window that began at `since`. The first try after the end of a window begins a new window."""

    since: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in. Either the try was counted in the counters `keys`, or it must wait for `wait_ms`."""

    keys: tuple[Key, ...]
    wait_ms: int = 0
    over: Kind | None = None
    """The limit that was reached, if the try must wait."""
    trusted: bool = False
    """True if the try comes from a device of the owner, and that device is within its limit."""


@dataclass(slots=True)
class Attempts:
    """Recent tries, kept in the memory of this process."""

    keys_max: int = KEYS_MAX
    _tries: OrderedDict[Key, _Tries] = field(default_factory=OrderedDict)

    @property
    def size(self) -> int:
        """The number of counters in memory."""
        return len(self._tries)

    def begin(self, email: str, place: str, now: int, device: str | None = None) -> Attempt:
        """Count a try before the password is checked, so that parallel tries cannot get around the limit.

        A try that must wait is not counted. `device` is the id of a browser in which this address has signed in.
        """
        account: Key = ("account", email, "")
        if device is not None:
            own: Key = ("device", email, device)
            if not self._wait(own, now):
                # Only the device's own limit applies. The account counts too, so that the owner is notified.
                return self._counted((own, account), now, trusted=True)
        keys: tuple[Key, ...] = (("pair", email, place), ("place", "", place), account)
        waits = [(self._wait(key, now), key[0]) for key in keys]
        wait_ms, over = max(waits, key=lambda wait: wait[0])
        if wait_ms:
            return Attempt((), wait_ms, over)
        return self._counted(keys, now)

    def begin_unnamed(self, place: str, now: int) -> Attempt:
        """Like `begin`, for a try that names no email address."""
        key: Key = ("place", "", place)
        wait_ms = self._wait(key, now)
        return Attempt((), wait_ms, "place") if wait_ms else self._counted((key,), now)

    def withdrawn(self, attempt: Attempt) -> None:
        """Subtract a try from the counts, because it was no failure. For example, its password was never checked."""
        for key in attempt.keys:
            self._less(key, 1)

    def succeeded(self, attempt: Attempt) -> None:
        """Subtract a successful try from the counts, together with the person's earlier tries from the same place or
        device."""
        if attempt.keys:
            own, *others = attempt.keys
            tries = self._tries.pop(own, None)
            for key in others:
                self._less(key, tries.count if tries is not None else 0)

    def at(self, place: str, now: int) -> int:
        """The number of tries from the network `place` in the current window."""
        return self._count(("place", "", place), now)

    def asked(self, place: str, now: int) -> int:
        """Count a request from the network `place`.

        Returns the number of requests from this network in this minute, plus its number of tries to sign in (see `at`).
        """
        key: Key = ("asked", "", place)
        self._counted((key,), now)
        return self._count(key, now) + self.at(place, now)

    def of(self, email: str, now: int) -> tuple[int, int]:
        """A pair: the number of tries for an email address from all places in the current window, and the start of the
        window."""
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
