"""Limits on HTTP requests of one person and one network address: sliding windows of the library `limits`.

The rates are those of sockets (`server.edge.limits`). A request that changes something counts like a command. A new
ticket counts like a new chat. Requests that only read have ten times the limit of commands.

Requests of a person with a proven identity count for the person. All other requests also count for the network address
(IPv6: /64), which has twenty times the limit. Requests of a polled connection (`server.edge.polled`) count only for
this connection. Its frames count like those of a socket.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from limits import RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.limits import RateLimitItem
from starlette.requests import HTTPConnection

from counters.ports import Counters
from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.allowances import ALLOWANCES, Allowances
from server.edge.http_windows import CountedWindows, Windows
from server.edge.limits import BURST, Rates

Asked = Literal["read", "write"]
Kind = Asked | Literal["chats", "letters", "opt_ins", "sign_ups", "assist"]
READS_A_COMMAND = 10
"""Number of requests that only read, allowed for each allowed request that changes something."""

_LETTERS = RateLimitItemPerHour(10)
"""The limit of one network on links to tickets and on mailed conversations that people without an account ask for."""
_OPT_INS = RateLimitItemPerHour(30)
"""The limit of one network on letters that ask to confirm a follow or a registration for a live session. A company
behind one network registers within minutes, so this limit is higher."""
_SIGN_UPS = RateLimitItemPerHour(10)
"""The limit of one network on letters about accounts. Letters about new tickets are limited by `mail.pacing`."""
_COLORS_OF_ADDRESS = RateLimitItemPerMinute(20)
_COLORS_OF_ALL = RateLimitItemPerMinute(600)
"""The limit on brand colors that are computed for all networks together. Computing one takes 0.8 ms, so the colors take
at most half a second per minute."""
_WHAT: dict[Kind, str] = {
    "read": "requests",
    "write": "requests",
    "chats": "new requests for help",
    "letters": "letters",
    "opt_ins": "letters",
    "sign_ups": "letters",
    "assist": "questions to the assistant",
}


class HttpLimits:
    """The limits of all HTTP requests. `seconds` is a clock with any starting point, the same for all processes.

    Requests that read or write are counted in memory, and shared from time to time (`server.edge.limit_sharing`). What
    costs more, such as a letter, is counted by all processes together at once. Colors are limited for each process,
    because they take its time.
    """

    def __init__(
        self,
        rates: Rates,
        counters: Counters,
        seconds: Callable[[], float] = time.time,
        allowances: Allowances = ALLOWANCES,
    ) -> None:
        self.off = rates.off
        self._seconds = seconds
        self.windows = Windows(seconds)
        self._limiter = SlidingWindowCounterRateLimiter(self.windows)
        self._exact = SlidingWindowCounterRateLimiter(CountedWindows(counters, seconds))
        commands = rates.commands_per_10s * BURST
        people = allowances.people_an_address
        self._items: dict[Kind, tuple[RateLimitItem, RateLimitItem]] = {
            "read": _of_both(RateLimitItemPerSecond, commands * READS_A_COMMAND, 10 * BURST, people),
            "write": _of_both(RateLimitItemPerSecond, commands, 10 * BURST, people),
            "chats": _of_both(RateLimitItemPerHour, rates.chats_per_hour, 1, people),
            "letters": (_LETTERS, _LETTERS),
            "opt_ins": (_OPT_INS, _OPT_INS),
            "sign_ups": (_SIGN_UPS, _SIGN_UPS),
            "assist": _of_both(RateLimitItemPerHour, allowances.assisted_an_hour, 1, people),
        }
        # In one window a bucket of commands yields its size and its refill. So the bucket is empty before this limit is
        # reached, even with one frame per request.
        self._items_of_lines: dict[Asked, RateLimitItem] = {
            "read": RateLimitItemPerSecond(commands * READS_A_COMMAND, 10 * BURST),
            "write": RateLimitItemPerSecond(2 * commands, 10 * BURST),
        }

    async def check(self, connection: HTTPConnection, actor: Actor | None, kind: Kind) -> None:
        """Count a request of `actor` (None if unknown). Raises Refused(rate_limited) if a limit is reached.

        Every request counts as `read` or `write` before it is handled. New tickets also count as `chats`, after all
        other checks. Tickets that staff open for others do not count. Letters with a link to a ticket count as
        `letters`, and letters that ask to confirm a follow or a registration as `opt_ins`.
        Letters about accounts have a limit of their own, `sign_ups`. So requests for help do not use up the
        limit of sign-ups, and sign-ups do not use up that of requests for help.
        """
        if self.off or (kind == "chats" and actor is not None and actor.kind == "staff"):
            return
        person, address = self._items[kind]
        by = self._limiter if kind in ("read", "write") else self._exact
        wait = await self._take(person, f"{kind} {actor.customer}", by) if actor is not None and actor.id else 0.0
        if not wait and not (actor is not None and actor.identified):
            wait = await self._take(address, f"{kind} by address {_network(connection)}", by)
        _refuse_for(wait, kind)

    async def left(self, actor: Actor, kind: Asked) -> tuple[int, int] | None:
        """A pair: the number of requests that a person may send in one window, and how many of them are left. None
        without limits."""
        if self.off or not actor.id:
            return None
        item, _ = self._items[kind]
        stats = await self._limiter.get_window_stats(item, f"{kind} {actor.customer}")
        return item.amount, stats.remaining

    async def color_wait(self, connection: HTTPConnection) -> float:
        """Count a brand color that must be computed. Returns 0.0, or the seconds until another is allowed."""
        if self.off:
            return 0.0
        # The network first: requests over its limit must not use up the common limit.
        return await self._take(_COLORS_OF_ADDRESS, f"colors by address {_network(connection)}") or await self._take(
            _COLORS_OF_ALL, "colors"
        )

    async def check_line(self, line: str, kind: Asked) -> None:
        """Count a request of an open polled connection (`server.edge.polled`). Raises Refused(rate_limited) if a limit
        is reached."""
        if not self.off:
            _refuse_for(await self._take(self._items_of_lines[kind], f"{kind} on line {line}"), kind)

    async def _take(self, item: RateLimitItem, who: str, by: SlidingWindowCounterRateLimiter | None = None) -> float:
        """Count one request of `who`, a key that names a person or a network.

        Returns 0.0 if the request is allowed, otherwise the seconds until the next one is allowed.
        """
        limiter = by or self._limiter
        if await limiter.hit(item, who):
            return 0.0
        stats = await limiter.get_window_stats(item, who)
        return max(0.1, stats.reset_time - time.time())


def _network(connection: HTTPConnection) -> str:
    return network_of(connection.client.host if connection.client else "")


def _refuse_for(wait: float, kind: Kind) -> None:
    if wait:
        raise Refused("rate_limited", f"Too many {_WHAT[kind]}. Try again later.", retry_after_s=round(wait + 0.05, 1))


def _of_both(
    kind: type[RateLimitItem], amount: int, multiples: int, people: int
) -> tuple[RateLimitItem, RateLimitItem]:
    """A pair: the limit of one person, and the limit of one network address. The second limit is `people` times the
    first."""
    return kind(amount, multiples), kind(amount * people, multiples)
