"""Chats of a simulated day that have waited long enough to overflow to another team."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from routing.desk import Desk
from routing.ports import Floor
from routing.queue import Waiting, may_overflow
from routing.simulation.agenda import Agenda


class LateChats:
    """Finds the chats that overflow. `still_waits` tells whether a chat is still in the same wait."""

    def __init__(self, desk: Desk, floor: Floor, agenda: Agenda, still_waits: Callable[[Waiting], bool]) -> None:
        self._desk = desk
        self._floor = floor
        self._agenda = agenda
        self._still_waits = still_waits
        self._late: dict[str, list[Waiting]] = {}
        self._openings: set[tuple[str, int]] = set()
        self.is_due = False
        """True if a chat may overflow now."""

    def expect(self, place: Waiting, after_s: int) -> None:
        """Check for an overflow once the chat has waited `after_s` seconds."""
        self._agenda.enter(self._agenda.now + 1000 * after_s, partial(self._is_late, place))

    def floor_changed(self) -> None:
        # Late chats overflow as soon as the other team has an agent. Any change of the floor may bring that about.
        self.is_due = self.is_due or bool(self._late)

    def overflow(self, move: Callable[[Waiting, str], None]) -> None:
        """Call `move` with each chat that may overflow now, and with the key of its new team."""
        self.is_due = False
        for team in list(self._late):
            late = [place for place in self._late.pop(team) if self._still_waits(place)]
            overflow = self._desk.teams[team].overflow
            assert overflow is not None, "only teams with overflow have late chats"
            if may_overflow(overflow, self._desk, self._floor.serving(overflow.to), self._agenda.now):
                for place in sorted(late, key=lambda place: (place.queued_at, place.chat)):
                    move(place, overflow.to)
                late = [place for place in late if self._still_waits(place)]
            if late:
                self._late[team] = late
                self._expect_opening(overflow.to)

    def _is_late(self, place: Waiting) -> None:
        if self._still_waits(place):
            self._late.setdefault(place.team, []).append(place)
            self.is_due = True

    def _expect_opening(self, team: str) -> None:
        opens_at = self._desk.hours_of(team).opens_at(self._agenda.now)
        if opens_at is not None and (team, opens_at) not in self._openings:
            self._openings.add((team, opens_at))
            self._agenda.enter(opens_at, self._opens)

    def _opens(self) -> None:
        self.is_due = True
