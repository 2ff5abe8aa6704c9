"""What cannot be stored or read is said in the log: why, each reason once in a while, and when it works again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

import structlog

from storage.ports import StorageUnavailable

AGAIN_S = 10.0
"""So long one reason is not said again; how often it came meanwhile is."""
_REASONS_MAX = 20

log = structlog.get_logger(__name__)


class Outages:
    """The outages of one database, of its writing or its reading. Called from any thread, after each piece of work."""

    def __init__(
        self, what: Literal["write", "read"], seconds: Callable[[], float] = time.monotonic, **facts: str
    ) -> None:
        self._facts = {"what": what, **facts}
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failing = False
        self._again_at = float("-inf")
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def failed(self, outage: StorageUnavailable) -> None:
        """A piece of work was refused for this reason."""
        reason = str(outage)
        with self._lock:
            self._failing = True
            if reason not in self._said and len(self._said) >= _REASONS_MAX:
                reason = "more reasons than are kept apart"
            now, last = self._seconds(), self._said.get(reason)
            if last is not None and now - last < AGAIN_S:
                self._unsaid[reason] = self._unsaid.get(reason, 0) + 1
                return
            self._said[reason] = now
            times = 1 + self._unsaid.pop(reason, 0)
        log.error("storage_unavailable", **self._facts, reason=reason, times=times)

    def worked(self) -> None:
        """A piece of work was done."""
        if not self._failing:
            return
        with self._lock:
            now = self._seconds()
            # Where some of it works and some does not, that it works again is not said each time.
            if now - self._again_at < AGAIN_S:
                return
            self._failing, self._again_at = False, now
            unsaid = sum(self._unsaid.values())
            self._unsaid.clear()
            self._said = {reason: at for reason, at in self._said.items() if now - at < AGAIN_S}
        log.warning("storage_available_again", **self._facts, refused_besides=unsaid)
