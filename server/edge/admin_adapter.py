"""Implements `widgets.admin.ports.Administration`: the pages use the same services as the JSON API."""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from identity.actor import Actor
from identity.staff_views import StaffView
from server.edge.outages import as_refusals
from server.live.staff_admin import StaffAdmin


class AdminAdapter:
    def __init__(self, clock: Clock, staff: StaffAdmin) -> None:
        self.now = clock
        self._staff = staff

    @as_refusals
    async def people(self, by: Actor) -> Sequence[StaffView]:
        return await self._staff.everybody(by)
