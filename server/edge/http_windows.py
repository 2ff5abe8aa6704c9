"""The storages of the library `limits` that `server.edge.http_limits` uses."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from limits.aio.storage.base import SlidingWindowCounterSupport, Storage

from counters.ports import Addition, Counters
from server.edge.limits import SHARED_PARTS

WINDOWS_MAX = 100_000
"""Maximum number of people and addresses that are remembered. Beyond it, the least recently used are forgotten."""


@dataclass(slots=True)
class _Window:
    """The counts of the current window and of the previous one.

    `number` is the start of the current window, divided by its length.
    """

    number: int
    count: int = 0
    before: int = 0
    unshared: int = 0
    """The part of `count` that is not shared yet."""


class Windows(Storage, SlidingWindowCounterSupport):
    """The storage of the library's counts, in memory.

    The library's own storage in memory visits all keys at each request and has no maximum size. This storage reads only
    one key, and has a maximum size. It supports only sliding windows, not the library's other strategies.
    """

    STORAGE_SCHEME = None

    def __init__(self, seconds: Callable[[], float] = time.time, most: int = WINDOWS_MAX) -> None:
        super().__init__()
        self._seconds = seconds
        self._most = most
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._due: dict[str, int] = {}
        """The windows to share, with their lengths."""

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` and return True if it is within the limit.

        The count of the previous window is included in proportion to its overlap with the sliding window.
        """
        before, left, count, _ = await self.get_sliding_window(key, expiry)
        if int(before * left / expiry + count) + amount > limit:
            return False
        window = self._window(key, expiry)
        window.count += amount
        window.unshared += amount
        if window.unshared * SHARED_PARTS >= limit:
            self._due[key] = expiry
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Two counts, each with the seconds until it no longer matters: first the previous window's, then the current
        one's.

        The count of a window still matters, in part, during the next window.
        """
        window = self._window(key, expiry)
        left = expiry - self._seconds() % expiry
        return window.before, left if window.before else 0.0, window.count, left + expiry

    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        self._windows.pop(key, None)

    def _window(self, key: str, expiry: int) -> _Window:
        number = int(self._seconds() // expiry)
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= self._most:
                self._windows.popitem(last=False)
            window = self._windows[key] = _Window(number)
        self._windows.move_to_end(key)
        if window.number != number:
            window.before = window.count if window.number == number - 1 else 0
            window.number, window.count, window.unshared = number, 0, 0
        return window

    # -- required of every storage ---------------------------------------------------------------

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def check(self) -> bool:
        return True

    async def reset(self) -> int:
        forgotten = len(self._windows)
        self._windows.clear()
        return forgotten

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    async def get(self, key: str) -> int:
        window = self._windows.get(key)
        return window.count if window is not None else 0

    async def get_expiry(self, key: str) -> float:
        raise NotImplementedError("windows end by themselves")

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("only sliding windows are kept")

    # -- sharing ----------------------------------------------------------------------------

    def due(self) -> dict[str, Addition]:
        """The windows to share, with what was counted in them. It counts as shared from now on."""
        due, self._due = self._due, {}
        found = {}
        for key, expiry in due.items():
            window = self._windows.get(key)
            if window is not None and window.unshared:
                found[key] = Addition(_name(key, window.number), window.unshared, 2000 * expiry)
                window.unshared = 0
        return found

    def learn(self, counts: Mapping[str, int]) -> None:
        """Take over the counts of shared windows, which include those of other processes."""
        for key, count in counts.items():
            window = self._windows.get(key)
            if window is not None:
                window.count = max(window.count, count + window.unshared)


class CountedWindows(Windows):
    """The storage of the library's counts, for all processes together."""

    def __init__(self, counters: Counters, seconds: Callable[[], float] = time.time) -> None:
        super().__init__(seconds)
        self._counters = counters

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        before, left, count, _ = await self._counted(key, expiry, amount)
        if int(before * left / expiry + count) <= limit:
            return True
        await self._counted(key, expiry, -amount)
        return False

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        return await self._counted(key, expiry, 0)

    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        before, _, count, _ = await self._counted(key, expiry, 0)
        await self._counted(key, expiry, -count, -before)

    async def _counted(self, key: str, expiry: int, amount: int, before: int = 0) -> tuple[int, float, int, float]:
        """Add to the current window, and to the one before. Returns the same as `Windows.get_sliding_window`."""
        number = int(self._seconds() // expiry)
        # A count is kept until the end of the next window.
        additions = ((number - 1, before), (number, amount))
        added = await self._counters.add([Addition(_name(key, n), many, 2000 * expiry) for n, many in additions])
        before, count = (one.value for one in added.counts)
        left = expiry - self._seconds() % expiry
        return before, left if before else 0.0, count, left + expiry


def _name(key: str, number: int) -> str:
    return f"{key} {number}"
