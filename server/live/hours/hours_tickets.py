"""Counts the tickets whose dates would change with a change of hours. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from routing.desk import Desk
from server.live.hours.paces import Paces
from storage.ports import Tx
from ticketing.adapters.waits import SqlWaits
from ticketing.waiting_clock import STEPS, planned

COUNTED = 500
"""Maximum number of tickets that are looked at for each team. Keeps the query short."""


@dataclass(frozen=True, slots=True)
class MovedTickets:
    """Counts of the tickets that await a reply. `counted` tickets were looked at, and `later` of them get a later date.
    No ticket gets an earlier date.

    `more` is true if there are more tickets than were looked at.
    """

    counted: int
    later: int
    more: bool


class TicketsOfHours:
    def __init__(self, waits: SqlWaits) -> None:
        self._waits = waits

    def moved(self, tx: Tx, teams: Collection[str], after: Desk, now: int) -> MovedTickets:
        paces, counted, later, more = Paces(lambda: after), 0, 0, False
        for team in sorted(teams):
            numbers = self._waits.outdated(tx, team, "", 0, COUNTED + 1)
            more = more or len(numbers) > COUNTED
            found = self._waits.of(tx, numbers[:COUNTED])
            counted += len(found)
            for wait in found.values():
                fresh = planned(wait, paces.of(team), now)
                later += any(fresh.date(step) != wait.date(step) for step in STEPS)
        return MovedTickets(counted, later, more)
