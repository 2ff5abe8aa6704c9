"""Implements `widgets.admin.ports.Administration`: the pages use the same services as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.staff_views import StaffChange, StaffDetail, StaffView
from server.edge.outages import as_refusals
from server.live.staff_admin import StaffAdmin


class AdminAdapter:
    def __init__(self, clock: Clock, people: People, staff: StaffAdmin) -> None:
        self.now = clock
        self._people = people
        self._staff = staff

    @as_refusals
    async def people(self, by: Actor) -> Sequence[StaffView]:
        return await self._staff.everybody(by)

    @as_refusals
    async def person(self, by: Actor, id_: str) -> StaffDetail:
        return await self._staff.person(by, id_)

    @as_refusals
    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        return await self._staff.change(by, id_, wanted, versions)

    @as_refusals
    async def sign_out(self, by: Actor, id_: str) -> None:
        await self._people.sign_out_person(by, id_, and_tokens=False)

    @as_refusals
    async def reset_factor(self, by: Actor, id_: str) -> None:
        await self._staff.reset_factor(by, id_)

    @as_refusals
    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        await self._staff.remove_passkey(by, id_, passkey)
