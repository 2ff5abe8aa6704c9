"""How much one person, and one address, may ask over HTTP: sliding windows, kept by the library `limits`.

The rates are those of the socket (`server.edge.limits`): what changes something counts like a command, a new
ticket like a new chat, and there is much room for reading. Whoever has proven who they are is counted as
that person alone; the rest by their address too (IPv6 by /64), twenty times as much. Requests on a line
(`server.edge.lines`) are counted for that line alone, whose frames are counted like those of a socket.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from limits import RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage.base import SlidingWindowCounterSupport, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.limits import RateLimitItem
from starlette.requests import HTTPConnection

from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.limits import BURST, PEOPLE_AN_ADDRESS, Rates

Asked = Literal["read", "write"]
Kind = Asked | Literal["chats"]
READS_A_COMMAND = 10
"""So many requests that change nothing count as much as one that does."""
WINDOWS_MAX = 100_000
"""People and addresses that are remembered; beyond it those that asked longest ago are forgotten."""

_COLORS_OF_ADDRESS = RateLimitItemPerMinute(20)
_COLORS_OF_ALL = RateLimitItemPerMinute(600)
"""0.8 ms each: half a second of a minute."""
_WHAT: dict[Kind, str] = {"read": "requests", "write": "requests", "chats": "new requests for help"}


class HttpLimits:
    """The limits of all HTTP requests of this process. `seconds` is the time, in s since any moment."""

    def __init__(self, rates: Rates, seconds: Callable[[], float] = time.time) -> None:
        self.off = rates.off
        self._limiter = SlidingWindowCounterRateLimiter(Windows(seconds))
        commands = rates.commands_per_10s * BURST
        self._items: dict[Kind, tuple[RateLimitItem, RateLimitItem]] = {
            "read": _of_both(RateLimitItemPerSecond, commands * READS_A_COMMAND, 10 * BURST),
            "write": _of_both(RateLimitItemPerSecond, commands, 10 * BURST),
            "chats": _of_both(RateLimitItemPerHour, rates.chats_per_hour, 1),
        }
        # In one window a bucket of commands gives what it holds and what it refills: it is empty before this is, even
        # where each frame has a request of its own.
        self._items_of_lines: dict[Asked, RateLimitItem] = {
            "read": RateLimitItemPerSecond(commands * READS_A_COMMAND, 10 * BURST),
            "write": RateLimitItemPerSecond(2 * commands, 10 * BURST),
        }

    async def check(self, connection: HTTPConnection, actor: Actor | None, kind: Kind) -> None:
        """Count a request of `actor` (None: nobody known). Raises Refused(rate_limited) with `retry_after_s`.

        `read` and `write` are counted for each request before it is handled. `chats` is for what begins a
        ticket, and to be asked when nothing else speaks against it; staff, who open them for others, are not counted.
        """
        if self.off or (kind == "chats" and actor is not None and actor.kind == "staff"):
            return
        person, address = self._items[kind]
        wait = await self._take(person, f"{kind} {actor.customer}") if actor is not None and actor.id else 0.0
        if not wait and not (actor is not None and actor.identified):
            host = connection.client.host if connection.client else ""
            wait = await self._take(address, f"{kind} by address {network_of(host)}")
        _refuse_for(wait, kind)

    async def color_wait(self, connection: HTTPConnection) -> float:
        """Count a brand color that has to be computed: 0.0, or the seconds until this address may have one more."""
        if self.off:
            return 0.0
        host = connection.client.host if connection.client else ""
        # First the address: who is over their own limit takes nothing from everybody's.
        return await self._take(_COLORS_OF_ADDRESS, f"colors by address {network_of(host)}") or await self._take(
            _COLORS_OF_ALL, "colors"
        )

    async def check_line(self, line: str, kind: Asked) -> None:
        """Count a request on a line that there is. Raises Refused(rate_limited) with `retry_after_s`."""
        if not self.off:
            _refuse_for(await self._take(self._items_of_lines[kind], f"{kind} on line {line}"), kind)

    async def _take(self, item: RateLimitItem, who: str) -> float:
        """0.0, or the seconds until there is room."""
        if await self._limiter.hit(item, who):
            return 0.0
        stats = await self._limiter.get_window_stats(item, who)
        return max(0.1, stats.reset_time - time.time())


def _refuse_for(wait: float, kind: Kind) -> None:
    if wait:
        raise Refused("rate_limited", f"Too many {_WHAT[kind]}. Try again later.", retry_after_s=round(wait + 0.05, 1))


def _of_both(kind: type[RateLimitItem], amount: int, multiples: int) -> tuple[RateLimitItem, RateLimitItem]:
    """The limit of one person, and that of one address."""
    return kind(amount, multiples), kind(amount * PEOPLE_AN_ADDRESS, multiples)


@dataclass(slots=True)
class _Window:
    """What was counted in the window of that number, and in the one before it."""

    number: int
    count: int = 0
    before: int = 0


class Windows(Storage, SlidingWindowCounterSupport):
    """The library's port for what is counted, in memory of this process.

    Its own storage in memory looks through everything it keeps at each request, and keeps whatever comes;
    this one looks at one key, and has a size. Of the plain counters of other strategies it offers none.
    """

    STORAGE_SCHEME = None

    def __init__(self, seconds: Callable[[], float] = time.time, most: int = WINDOWS_MAX) -> None:
        super().__init__()
        self._seconds = seconds
        self._most = most
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` where they fit: the window before counts for as much of it as still overlaps."""
        before, left, count, _ = await self.get_sliding_window(key, expiry)
        if int(before * left / expiry + count) + amount > limit:
            return False
        self._window(key, expiry).count += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """(count of the window before, seconds that it still counts, count of this one, seconds likewise)."""
        window = self._window(key, expiry)
        left = expiry - self._seconds() % expiry
        return window.before, left if window.before else 0.0, window.count, left + expiry

    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget what was counted."""
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
            window.number, window.count = number, 0
        return window

    # -- what every storage has ---------------------------------------------------------------

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
