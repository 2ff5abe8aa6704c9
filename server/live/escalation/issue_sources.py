"""The systems that report on their issues, as admins manage them."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from escalation.issue import Kind, Source
from escalation.service import Escalations
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may
from refusals import Refused
from storage.ports import Storage, Tx

_THING = "issue_source"


class IssueSources:
    """Every method raises Refused(forbidden) for people who may not change settings, and StorageUnavailable."""

    def __init__(self, storage: Storage, clock: Clock, people: People, escalations: Escalations[Tx]) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._escalations = escalations

    async def all(self, by: Actor) -> Sequence[Source]:
        """The sources, oldest first. Auditors may read them."""
        if not may(by, "read", "settings"):
            raise Refused("forbidden", "Only admins and auditors read the settings.")
        return await self._storage.read(self._escalations.sources)

    async def add(self, by: Actor, kind: Kind, url: str) -> tuple[Source, str]:
        """Add a source. Returns it and its secret. Raises Refused: `invalid`, `conflict`."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> tuple[Source, str]:
            added, secret = self._escalations.add_source(tx, kind, url, now)
            self._record(tx, by, "add", added, now)
            return added, secret

        return await self._storage.write(unit)

    async def rotate(self, by: Actor, id_: str) -> tuple[Source, str]:
        """Replace the secret. Returns the new one. Raises Refused(not_found)."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> tuple[Source, str]:
            after, secret = self._escalations.rotate(tx, id_, now)
            self._record(tx, by, "rotate", after, now)
            return after, secret

        return await self._storage.write(unit)

    async def remove(self, by: Actor, id_: str) -> Source:
        """Remove a source. The links keep what they know. Raises Refused(not_found)."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> Source:
            removed = self._escalations.remove_source(tx, id_)
            self._record(tx, by, "remove", removed, now)
            return removed

        return await self._storage.write(unit)

    def _record(self, tx: Tx, by: Actor, verb: str, source: Source, now: int) -> None:
        self._people.record(tx, by, verb, _THING, source.id, {"kind": source.kind, "url": source.url}, now)


def _check(by: Actor) -> None:
    if not may(by, "change", "settings"):
        raise Refused("forbidden", "Only admins manage the sources of issues.")
