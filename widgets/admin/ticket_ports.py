"""The functions that the pages about tickets need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from identity.actor import Actor
from ticketing.custom_fields import CustomField, Kind
from ticketing.field_keeping import FieldWanted


class TicketFieldPages(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    @property
    def teams(self) -> Sequence[tuple[str, str]]:
        """Keys and names of the teams that fields can belong to."""
        ...

    @property
    def products(self) -> Sequence[str]: ...

    async def all(self, by: Actor) -> Sequence[CustomField]:
        """All fields in their order, archived ones too."""
        ...

    async def add(self, by: Actor, key: str, kind: Kind, wanted: FieldWanted) -> CustomField: ...

    async def change(
        self, by: Actor, key: str, wanted: FieldWanted, versions: Collection[int] | None
    ) -> CustomField: ...

    async def remove(self, by: Actor, key: str) -> None:
        """Remove a field that no ticket has."""
        ...
