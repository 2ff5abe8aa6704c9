"""Reads what customers in other time zones see of the hours, in the weeks around the next clock changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.adapters.customer_zones import customer_zones
from clock import Clock, zones
from identity.actor import Actor
from routing.clock_changes import OpenedTeams, Period, openings, periods
from routing.hours_changes import HoursChange
from server.live.hours.hours_editing import HoursEditing

LOOKED_BACK_MS = 90 * 86_400_000
ZONES_MAX = 7
"""Zones that are listed, besides the desk's own: the most frequent ones."""


@dataclass(frozen=True, slots=True)
class CustomerClocks:
    """`chats` is the number of recent chats by time zone: first the desk's zone, then the most frequent ones. Empty if
    no recent chat has a time zone. `periods` and `openings` are empty if none of these zones changes its clocks."""

    desk_zone: str
    chats: dict[str, int]
    periods: Sequence[Period]
    openings: Sequence[OpenedTeams]


class ReadCustomerClocks:
    def __init__(self, editing: HoursEditing, clock: Clock) -> None:
        self._editing = editing
        self._clock = clock

    async def clocks(self, actor: Actor, changes: Sequence[HoursChange], version: str | None) -> CustomerClocks:
        """The times after `changes` of the hours. Changes nothing. Raises what `HoursEditing.compared` raises.

        Admins get the time zones of all chats, supervisors those of the chats of their teams.
        """
        _, desk, _, _ = await self._editing.compared(actor, changes, version)
        now = self._clock()
        teams = None if "admin" in actor.roles or actor.supervises_all else actor.teams
        found = await self._editing.storage.read(lambda tx: customer_zones(tx, now - LOOKED_BACK_MS, teams), "heavy")
        known = [(zone, count) for zone, count in found.items() if zones.is_zone(zone) and zone != desk.timezone]
        if not known and desk.timezone not in found:
            return CustomerClocks(desk.timezone, {}, [], [])
        chats = {desk.timezone: found.get(desk.timezone, 0), **dict(known[:ZONES_MAX])}
        around = periods(now, desk.timezone, chats)
        return CustomerClocks(desk.timezone, chats, around, openings(desk, around) if around else [])
