"""Custom fields of tickets, as admins define them and as everybody reads them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec.structs import asdict

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.errors import Outdated
from identity.permissions import may
from refusals import Refused
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.custom_fields import CustomField, Kind
from ticketing.field_keeping import FieldKeeping, FieldWanted
from ticketing.listing import scope_of

_THING = "ticket_field"


class TicketFields:
    """Every method may raise StorageUnavailable."""

    def __init__(self, storage: Storage, clock: Clock, people: People, teams: Teams) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._keeping = FieldKeeping(SqlStore(), lambda: teams.by_key)

    @property
    def teams(self) -> Sequence[tuple[str, str]]:
        """Keys and names of the teams that fields can belong to."""
        return [(key, team.name) for key, team in self._teams.by_key.items() if not team.retired]

    @property
    def products(self) -> Sequence[str]:
        return self._teams.products

    async def shown(self, by: Actor) -> list[CustomField]:
        """The fields that `by` sees on tickets. Staff see those of their teams, archived ones too, because tickets may
        have them, and admins all. Customers see those that are for them."""
        fields = await self._storage.read(self._keeping.all)
        if by.kind == "customer":
            return [field for field in fields if field.for_customers]
        if may(by, "read", "settings"):
            return list(fields)
        teams = scope_of(by).teams
        return [field for field in fields if not field.teams or teams is None or teams & set(field.teams)]

    async def all(self, by: Actor) -> Sequence[CustomField]:
        """All fields in their order. Raises Refused(forbidden) if `by` is not an admin."""
        _check(by, "read")
        return await self._storage.read(self._keeping.all)

    async def add(self, by: Actor, key: str, kind: Kind, wanted: FieldWanted) -> CustomField:
        """Add a field. Raises Refused: `forbidden`, `invalid`, `conflict`."""
        _check(by, "change")
        now = self._clock()

        def unit(tx: Tx) -> CustomField:
            added = self._keeping.add(tx, key, kind, wanted)
            self._people.record(tx, by, "add", _THING, key, {"kind": kind}, now)
            return added

        return await self._storage.write(unit)

    async def change(
        self, by: Actor, key: str, wanted: FieldWanted, versions: Collection[int] | None = None
    ) -> CustomField:
        """Change a field. `versions` are those that the caller accepts, None for any. Raises Refused: `forbidden`,
        `not_found`, `invalid`. Raises Outdated."""
        _check(by, "change")
        now = self._clock()

        def unit(tx: Tx) -> CustomField:
            before = self._keeping.locked(tx, key)
            if versions is not None and before.version not in versions:
                raise Outdated(f"Somebody changed {before.name} while you looked. Nothing was saved.")
            after = self._keeping.change(tx, before, wanted)
            was = asdict(before)
            changed = sorted(name for name, value in asdict(after).items() if value != was[name] and name != "version")
            if changed:
                self._people.record(tx, by, "change", _THING, key, {"fields": changed}, now)
            return after

        return await self._storage.write(unit)

    async def remove(self, by: Actor, key: str) -> None:
        """Remove a field that no ticket has. Raises Refused: `forbidden`, `not_found`, `conflict`."""
        _check(by, "change")
        now = self._clock()

        def unit(tx: Tx) -> None:
            self._keeping.remove(tx, key)
            self._people.record(tx, by, "remove", _THING, key, {}, now)

        await self._storage.write(unit)


def _check(by: Actor, verb: Literal["read", "change"]) -> None:
    if not may(by, verb, "settings"):
        raise Refused("forbidden", "Only admins define fields.")
