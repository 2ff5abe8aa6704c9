"""Reads the state of the systems. Each method is (part of) the body of one transaction.

`now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from availability.board import BACK_MS, Board, is_back
from availability.incident import Incident, Reported, Update
from availability.intervals import Interval, states_at
from availability.maintenance import Maintenance
from availability.ninety_days import History, first_moment, history
from availability.ports import Store, Tx
from availability.states import worst
from refusals import Refused

AHEAD_MAX = 20
OPEN_MAX = 50
PAST_MAX = 50
CALENDAR_MAX = 500


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows. `past` are the resolved incidents of the ninety days, newest first."""

    board: Board
    histories: Mapping[int, History]
    past: Sequence[Reported]


class Reading(Generic[Tx]):
    def __init__(self, store: Store[Tx]) -> None:
        self._store = store

    def board(self, tx: Tx, now: int) -> Board:
        components = self._store.components(tx)
        states = states_at([one.id for one in components], self._store.intervals(tx, now), now)
        found = self._store.incidents(tx, open_only=False, since=now - BACK_MS, limit=OPEN_MAX)
        shown = self._with_updates(tx, [one for one in found if one.open or is_back(one, now)])
        open_, over = ([one for one in shown if one.incident.open is wanted] for wanted in (True, False))
        ahead = [one for one in self._store.maintenances(tx, now, AHEAD_MAX) if not one.cancelled]
        return Board(now, components, states, open_, ahead, self._store.last_resolved(tx), over)

    def overview(self, tx: Tx, now: int, zone: str) -> Overview:
        """`zone` decides where days begin."""
        board, since = self.board(tx, now), first_moment(now, zone)
        of: dict[int, list[Interval]] = defaultdict(list)
        for interval in self._store.intervals(tx, since):
            of[interval.component].append(interval)
        histories = {one.id: history(of[one.id], one.added_at, now, zone) for one in board.components}
        return Overview(board, histories, self.past(tx, since, PAST_MAX))

    def past(self, tx: Tx, since: int, limit: int) -> list[Reported]:
        """The resolved incidents that were not over at `since`, newest first."""
        found = self._store.incidents(tx, open_only=False, since=since, limit=limit)
        return self._with_updates(tx, [one for one in found if not one.open])

    def incident(self, tx: Tx, id_: int) -> Reported:
        """Raises Refused(not_found)."""
        incident = self._store.incident(tx, id_)
        if incident is None:
            raise Refused("not_found", "There is no such incident.")
        return self._with_updates(tx, [incident])[0]

    def recent(self, tx: Tx, limit: int) -> list[Reported]:
        """The newest incidents, open or not."""
        return self._with_updates(tx, self._store.incidents(tx, open_only=False, since=0, limit=limit))

    def calendar(self, tx: Tx, since: int) -> list[Maintenance]:
        """The maintenances that end after `since`, also cancelled ones, in the order of their starts."""
        return self._store.maintenances(tx, since, CALENDAR_MAX)

    def _with_updates(self, tx: Tx, incidents: Sequence[Incident]) -> list[Reported]:
        ids = [one.id for one in incidents]
        updates, caused = self._store.updates(tx, ids), self._store.of_incidents(tx, ids)
        return [_reported(one, updates.get(one.id, []), caused.get(one.id, [])) for one in incidents]


def _reported(incident: Incident, updates: Sequence[Update], caused: Sequence[Interval]) -> Reported:
    current = {one.component: one.state for one in caused if one.ended_at is None}
    touched = tuple(sorted({one.component for one in caused}))
    return Reported(incident, updates, current, touched, worst(one.state for one in caused))
