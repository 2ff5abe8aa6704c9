"""Limits on guessing passwords and one-time codes.

Failures are counted per network (a *place*), per email address (an *account*), and per place and email address together
(a *pair*). A *device* is a browser in which the owner has signed in before (`identity.devices`). A device has its own
counter, and the other limits do not apply to it. So guesses made elsewhere never lock the owner out of their own
browser. The counts are those of all processes of the desk (`counters`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counters.ports import Addition, Count, Counters

PAIR_LIMIT = 8
DEVICE_LIMIT = 8
PLACE_LIMIT = 160
WINDOW_MS = 600_000
ACCOUNT_LIMIT = 100
HOUR_MS = 3_600_000
MINUTE_MS = 60_000

Kind = Literal["pair", "place", "account", "device"]
Key = tuple[Kind, str, str]

_LIMITS: dict[Kind, tuple[int, int]] = {
    "pair": (PAIR_LIMIT, WINDOW_MS),
    "device": (DEVICE_LIMIT, WINDOW_MS),
    "place": (PLACE_LIMIT, WINDOW_MS),
    "account": (ACCOUNT_LIMIT, HOUR_MS),
}
"""For each kind of counter: the maximum number of tries in a window, and the length of the window in ms."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in. Either the try was counted in the counters `keys`, or it must wait for `wait_ms`."""

    keys: tuple[Key, ...]
    wait_ms: int = 0
    over: Kind | None = None
    """The limit that was reached, if the try must wait."""
    trusted: bool = False
    """True if the try comes from a device of the owner, and that device is within its limit."""
    tries: int = 0
    """The tries with the first of `keys` in the current window, with this one."""
    at_place: int = 0
    """The tries from the same network in the current window, with this one. 0 if the try is trusted."""
    failures: tuple[int, int] = (0, 0)
    """A pair: the number of tries for the email address from all places in the current window, and the ms since the
    start of the window."""


class Attempts:
    def __init__(self, counters: Counters, own: Counters) -> None:
        """`counters` are those of all processes, and `own` those of this process."""
        self._counters = counters
        self._own = own

    async def begin(self, email: str, place: str, device: str | None = None) -> Attempt:
        """Count a try before the password is checked, so that parallel tries cannot get around the limit.

        A try that must wait is not counted. `device` is the id of a browser in which this address has signed in.
        """
        account: Key = ("account", email, "")
        if device is not None:
            # Only the device's own limit applies. The account counts too, so that the owner is notified.
            attempt = await self._counted((("device", email, device), account), limited=1, trusted=True)
            if not attempt.wait_ms:
                return attempt
        return await self._counted((("pair", email, place), ("place", "", place), account))

    async def begin_unnamed(self, place: str) -> Attempt:
        """Like `begin`, for a try that names no email address."""
        return await self._counted((("place", "", place),))

    async def withdrawn(self, attempt: Attempt) -> None:
        """Subtract a try from the counts, because it was no failure. For example, its password was never checked."""
        await self._subtract(attempt, 1)

    async def succeeded(self, attempt: Attempt) -> None:
        """Subtract a successful try from the counts, together with the person's earlier tries from the same place or
        device."""
        await self._subtract(attempt, attempt.tries)

    async def at(self, place: str) -> int:
        """The number of tries from the network `place` in the current window."""
        found = await self._counters.add([_addition(("place", "", place), 0)])
        return found.counts[0].value

    async def asked(self, place: str) -> int:
        """Count a request from the network `place`. Returns the number of its requests to this process within a
        minute."""
        found = await self._own.add([Addition(f"asked {place}", 1, MINUTE_MS)])
        return found.counts[0].value

    async def _counted(self, keys: tuple[Key, ...], limited: int | None = None, *, trusted: bool = False) -> Attempt:
        """Count a try. The limits of the first `limited` keys apply, or those of all keys."""
        applied = len(keys) if limited is None else limited
        additions = [_addition(key, 1, limited=place < applied) for place, key in enumerate(keys)]
        found = await self._counters.add(additions)
        if not found.added:
            waits = [_wait(key, count) for key, count in zip(keys[:applied], found.counts, strict=False)]
            wait_ms = max(waits)
            return Attempt((), max(1, wait_ms), keys[waits.index(wait_ms)][0])
        by_kind = {key[0]: count for key, count in zip(keys, found.counts, strict=True)}
        account, at_place = by_kind.get("account"), by_kind.get("place")
        return Attempt(
            keys,
            trusted=trusted,
            tries=found.counts[0].value,
            at_place=at_place.value if at_place is not None else 0,
            failures=(account.value, HOUR_MS - account.left_ms) if account is not None else (0, 0),
        )

    async def _subtract(self, attempt: Attempt, tries: int) -> None:
        if attempt.keys:
            await self._counters.add([_addition(key, -tries) for key in attempt.keys])


def _addition(key: Key, amount: int, *, limited: bool = False) -> Addition:
    limit, window_ms = _LIMITS[key[0]]
    # No email address, network or device id contains a line feed.
    return Addition("\n".join(("attempts", *key)), amount, window_ms, limit if limited else None)


def _wait(key: Key, count: Count) -> int:
    return count.left_ms if count.value >= _LIMITS[key[0]][0] else 0
