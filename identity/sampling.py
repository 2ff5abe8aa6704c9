"""What is written down of many alike: the first of a kind from a network each minute, and how many were not. Pure.

So a flood fills neither the log nor the disk, and its size is known all the same.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

MINUTE_MS = 60_000
NETWORKS_A_MINUTE = 20
"""Networks that are told of for one kind in a minute; the rest are counted together."""
KEYS_MAX = 10_000


@dataclass(slots=True)
class _Window:
    since: int
    left_out: int = 0


@dataclass(slots=True)
class Sampling:
    """One `now` in ms since the epoch, UTC, at each call."""

    _windows: OrderedDict[tuple[str, str | None], _Window] = field(default_factory=OrderedDict)
    _minute: int = -1
    _told: Counter[str] = field(default_factory=Counter)
    """How many networks were told of in this minute, by kind."""
    _others: Counter[str] = field(default_factory=Counter)
    """How many were left out of networks that were not told of, by kind."""

    def is_first(self, kind: str, network: str | None, now: int) -> bool:
        """Is this one to be written down? Else it is counted, and `left_out` tells of it."""
        window = self._windows.get((kind, network))
        if window is not None and 0 <= now - window.since < MINUTE_MS:
            window.left_out += 1
            return False
        if window is not None and window.left_out:
            # Its count waits to be told.
            window.left_out += 1
            return False
        if now // MINUTE_MS != self._minute:
            self._minute = now // MINUTE_MS
            self._told.clear()
        if self._told[kind] >= NETWORKS_A_MINUTE or len(self._windows) >= KEYS_MAX:
            self._others[kind] += 1
            return False
        self._told[kind] += 1
        self._windows[(kind, network)] = _Window(now)
        return True

    def left_out(self, now: int) -> list[tuple[str, str | None, int]]:
        """(kind, network, how many) that were left out in minutes that are over, told once. Without a network: of all
        the networks that there were too many of."""
        over = [key for key, window in self._windows.items() if not 0 <= now - window.since < MINUTE_MS]
        told = [(kind, network, self._windows.pop((kind, network)).left_out) for kind, network in over]
        if now // MINUTE_MS != self._minute:
            told += [(kind, None, many) for kind, many in self._others.items()]
            self._others.clear()
        return [one for one in told if one[2]]
