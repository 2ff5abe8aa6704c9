"""Samples tracebacks: in each minute, the first traceback of each place is logged, and further ones are only counted.

So the log does not fill the disk if somebody triggers the same bug again and again.
"""

from __future__ import annotations

import threading
from collections import deque
from traceback import walk_tb

from clock import Clock

MINUTE_MS = 60_000
PLACES_MAX = 100
"""Maximum number of places that are logged per minute. All other places are counted together."""
FRAMES = 3
OURS = frozenset(
    {
        "alarms",
        "assist",
        "attachments",
        "automations",
        "availability",
        "bus",
        "canned_replies",
        "chat",
        "clock",
        "counters",
        "egress",
        "escalation",
        "fairness",
        "following",
        "identity",
        "inbox",
        "knowledge",
        "learning",
        "mail",
        "refusals",
        "reports",
        "reviews",
        "routing",
        "search",
        "server",
        "storage",
        "texts",
        "ticketing",
        "webhooks",
        "widgets",
        "zendesk",
    }
)
ELSEWHERE = "elsewhere"


def place_of(error: BaseException) -> str:
    """The type of an error and the last FRAMES frames of our own code in its traceback.

    If no frame is of our own code, the last frame of the traceback is used.
    """
    ours: deque[str] = deque(maxlen=FRAMES)
    last = ""
    for frame, line in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", ""))
        last = f"{module}:{line}"
        if module.partition(".")[0] in OURS:
            ours.append(last)
    return " ".join([type(error).__name__, *(ours or [last])])


class TracebackSampler:
    """Decides which tracebacks to log, and counts the others. Thread-safe. `clock` is monotonic, in ms."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[tuple[str, str], int] = {}
        self._left_out: dict[tuple[str, str], int] = {}

    def is_first(self, event: str, error: BaseException) -> bool:
        """True if this traceback is to be logged. If not, it is counted, and `left_out` returns the count."""
        key, now = (event, place_of(error)), self._clock()
        with self._lock:
            since = self._since.get(key)
            if since is None and len(self._since) >= PLACES_MAX:
                self._since = {known: at for known, at in self._since.items() if now - at < MINUTE_MS}
            if since is None and len(self._since) >= PLACES_MAX:
                key = (event, ELSEWHERE)
            elif since is None or now - since >= MINUTE_MS:
                self._since[key] = now
                return True
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return False

    def left_out(self) -> list[tuple[str, str, int]]:
        """The tracebacks that were not logged since the last call. Each item has the event, the place and the count."""
        with self._lock:
            counts, self._left_out = self._left_out, {}
        return [(event, place, many) for (event, place), many in counts.items()]
