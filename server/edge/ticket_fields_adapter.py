"""Implements `widgets.admin.ticket_ports.TicketFieldPages`: the pages use the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from identity.actor import Actor
from server.edge.outages import as_refusals
from server.live.administration.ticket_fields import TicketFields
from ticketing.custom_fields import CustomField, Kind
from ticketing.field_keeping import FieldWanted


class TicketFieldsAdapter:
    def __init__(self, fields: TicketFields) -> None:
        self._fields = fields

    @property
    def teams(self) -> Sequence[tuple[str, str]]:
        return self._fields.teams

    @property
    def products(self) -> Sequence[str]:
        return self._fields.products

    @as_refusals
    async def all(self, by: Actor) -> Sequence[CustomField]:
        return await self._fields.all(by)

    @as_refusals
    async def add(self, by: Actor, key: str, kind: Kind, wanted: FieldWanted) -> CustomField:
        return await self._fields.add(by, key, kind, wanted)

    @as_refusals
    async def change(self, by: Actor, key: str, wanted: FieldWanted, versions: Collection[int] | None) -> CustomField:
        return await self._fields.change(by, key, wanted, versions)

    @as_refusals
    async def remove(self, by: Actor, key: str) -> None:
        await self._fields.remove(by, key)
