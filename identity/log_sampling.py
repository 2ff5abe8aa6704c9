"""Samples similar events for the log. Pure.

Of all events of one kind, from one network, in one minute, the first is logged and the others are counted. So a flood
of events fills neither the log nor the disk, and the number of events is still known.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

MINUTE_MS = 60_000
NETWORKS_A_MINUTE = 20
"""Maximum number of networks logged individually per kind and minute. The other networks share one count."""
KEYS_MAX = 10_000


@dataclass(slots=True)
class _Window:
    since: int
    left_out: int = 0


@dataclass(slots=True)
class Sampling:
    _windows: OrderedDict[tuple[str, str | None], _Window] = field(default_factory=OrderedDict)
    _minute: int = -1
    _logged: Counter[str] = field(default_factory=Counter)
    """Number of networks logged in this minute, by kind."""
    _others: Counter[str] = field(default_factory=Counter)
    """Number of events, by kind, of all networks beyond the first NETWORKS_A_MINUTE."""

    @property
    def size(self) -> int:
        """The number of counters in memory."""
        return len(self._windows) + len(self._others)

    def is_first(self, kind: str, network: str | None, now: int) -> bool:
        """True if the caller should log this event. If False, `left_out` counts the event."""
        window = self._windows.get((kind, network))
        if window is not None and 0 <= now - window.since < MINUTE_MS:
            window.left_out += 1
            return False
        if window is not None and window.left_out:
            # `left_out` has not reported the count of this window yet.
            window.left_out += 1
            return False
        if now // MINUTE_MS != self._minute:
            self._minute = now // MINUTE_MS
            self._logged.clear()
        if self._logged[kind] >= NETWORKS_A_MINUTE or len(self._windows) >= KEYS_MAX:
            self._others[kind] += 1
            return False
        self._logged[kind] += 1
        self._windows[(kind, network)] = _Window(now)
        return True

    def left_out(self, now: int) -> list[tuple[str, str | None, int]]:
        """The number of events of past minutes that were not logged, as (kind, network, count). Each event is counted
        in one call only.

        The network None stands for all networks beyond the first NETWORKS_A_MINUTE.
        """
        over = [key for key, window in self._windows.items() if not 0 <= now - window.since < MINUTE_MS]
        found = [(kind, network, self._windows.pop((kind, network)).left_out) for kind, network in over]
        if now // MINUTE_MS != self._minute:
            found += [(kind, None, many) for kind, many in self._others.items()]
            self._others.clear()
        return [one for one in found if one[2]]
