"""Logs storage outages without flooding the log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

import structlog

from storage.ports import StorageUnavailable

AGAIN_S = 10.0
"""Minimum time between two log lines for one reason. Occurrences in between are counted."""
_REASONS_MAX = 20

log = structlog.get_logger(__name__)


class Outages:
    """The outages of one database, for writes or for reads. After each operation, call `failed` or `worked`.

    Thread-safe.
    """

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
        reason = str(outage)
        with self._lock:
            self._failing = True
            if reason not in self._said and len(self._said) >= _REASONS_MAX:
                reason = "other reasons"
            now, last = self._seconds(), self._said.get(reason)
            if last is not None and now - last < AGAIN_S:
                self._unsaid[reason] = self._unsaid.get(reason, 0) + 1
                return
            self._said[reason] = now
            times = 1 + self._unsaid.pop(reason, 0)
        log.error("storage_unavailable", **self._facts, reason=reason, times=times)

    def worked(self) -> None:
        if not self._failing:
            return
        with self._lock:
            now = self._seconds()
            # If operations fail and succeed alternately, do not log each recovery.
            if now - self._again_at < AGAIN_S:
                return
            self._failing, self._again_at = False, now
            unsaid = sum(self._unsaid.values())
            self._unsaid.clear()
            self._said = {reason: at for reason, at in self._said.items() if now - at < AGAIN_S}
        log.warning("storage_available_again", **self._facts, refused_besides=unsaid)
