"""The comparison of the hours file of this process with that of the leading process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from server.live.processes.hosts import hours_differ, publish_hours
from storage.ports import Storage

log = structlog.get_logger(__name__)


class HoursAgreement:
    def __init__(self, storage: Storage, leads: Callable[[], bool], version: Callable[[], str | None]) -> None:
        """`version` returns the version of the hours file in force here, or None if it is unknown."""
        self._storage = storage
        self._leads = leads
        self._version = version
        self._published: str | None = None
        self.differ = False

    async def beat(self) -> None:
        """Publish the version, or compare it. Raises StorageUnavailable."""
        version = self._version()
        if version is None:
            return
        if not self._leads():
            self._published = None
            self._changed_to(await self._storage.read(partial(hours_differ, version=version)))
        elif version != self._published:
            await self._storage.write(partial(publish_hours, version=version))
            self._published = version
            self._changed_to(False)

    def _changed_to(self, differ: bool) -> None:
        if differ and not self.differ:
            log.warning("hours_differ", then="use one hours file on all hosts")
        self.differ = differ
