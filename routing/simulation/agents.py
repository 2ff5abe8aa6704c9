"""The agents of a simulated day: shifts, lost connections and auto-away, reported to the floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from routing.agents import AgentChoice, Status
from routing.attendance import Seen, away_because, counts_as_missed, has_lost
from routing.desk import Desk
from routing.ports import Floor
from routing.simulation.agenda import Agenda
from routing.simulation.day import Shift


class Chats(Protocol):
    """The chats of agents. The methods are called when an agent's presence changes."""

    def left(self, shift: Shift) -> None:
        """Called when the shift has ended, or a break has begun."""
        ...

    def disconnected(self, shift: Shift) -> None:
        """Called when the agent has lost the last connection."""
        ...

    def reconnected(self, shift: Shift) -> None: ...

    def was_gone(self, shift: Shift, team: str) -> None:
        """Called when the grace period that `team` allows after a lost connection is over."""
        ...


class Agents:
    """The presence of all agents during a run."""

    def __init__(self, shifts: Iterable[Shift], desk: Desk, floor: Floor, agenda: Agenda, chats: Chats) -> None:
        self._desk = desk
        self._floor = floor
        self._agenda = agenda
        self._chats = chats
        self._here: set[str] = set()
        self._gone_since: dict[str, int] = {}
        self._on_shift: dict[str, Shift] = {}
        self._unanswered: Counter[str] = Counter()
        self._answered_at: dict[str, int] = {}
        self._missed_at: dict[str, int] = {}
        for shift in shifts:
            for begins, ends in shift.spans:
                agenda.enter(begins, partial(self._comes, shift))
                agenda.enter(ends, partial(self._goes, shift))
            for gone, back in shift.gone:
                agenda.enter(gone, partial(self._vanishes, shift))
                agenda.enter(back, partial(self._reappears, shift))

    def has_lost(self, staff: str, team: str) -> bool:
        """True if the agent has been disconnected for so long that their chats of `team` are requeued."""
        seen = Seen(gone_since=self._gone_since.get(staff), active_at=self._agenda.now)
        return has_lost(seen, self._grace_ms(team), self._agenda.now)

    def accepted(self, staff: str) -> None:
        """Record that the agent accepted an offer."""
        del self._unanswered[staff]
        self._answered_at[staff] = self._agenda.now

    def declined(self, staff: str, offered_at: int, back_s: int) -> Shift | None:
        """The agent did not answer an offer that was made at `offered_at`. Offers that overlap in time count as one.

        If this leads to auto-away, the agent is away for `back_s` seconds, and their shift is returned. Otherwise
        returns None.
        """
        missed_at = self._missed_at.get(staff)
        if not counts_as_missed(offered_at, answered_at=self._answered_at.get(staff), missed_at=missed_at):
            return None
        self._missed_at[staff] = self._agenda.now
        self._unanswered[staff] += 1
        seen = Seen(gone_since=None, active_at=self._agenda.now, unanswered=self._unanswered[staff])
        shift = self._on_shift.get(staff)
        if shift is None or away_because(seen, 1, self._agenda.now) is None:
            return None
        del self._unanswered[staff]
        self._choose(shift, "away")
        self._agenda.enter(self._agenda.now + 1000 * back_s, partial(self._is_back, shift))
        return shift

    def _comes(self, shift: Shift) -> None:
        self._on_shift[shift.staff] = shift
        self._choose(shift, "available")
        if shift.staff not in self._here and shift.staff not in self._gone_since:
            self._here.add(shift.staff)
            self._floor.connected(shift.staff)

    def _goes(self, shift: Shift) -> None:
        del self._on_shift[shift.staff]
        self._choose(shift, "away")
        self._chats.left(shift)

    def _is_back(self, shift: Shift) -> None:
        if shift.staff in self._on_shift:
            self._choose(shift, "available")

    def _vanishes(self, shift: Shift) -> None:
        self._here.remove(shift.staff)
        self._gone_since[shift.staff] = self._agenda.now
        self._floor.disconnected(shift.staff)
        self._chats.disconnected(shift)
        for team in sorted(shift.teams):
            at = self._agenda.now + self._grace_ms(team)
            self._agenda.enter(at, partial(self._chats.was_gone, shift, team))

    def _reappears(self, shift: Shift) -> None:
        self._here.add(shift.staff)
        del self._gone_since[shift.staff]
        self._floor.connected(shift.staff)
        self._chats.reconnected(shift)

    def _choose(self, shift: Shift, status: Status) -> None:
        self._floor.agent(
            AgentChoice(
                staff=shift.staff,
                name=shift.staff,
                teams=shift.teams,
                status=status,
                since=self._agenda.now,
                capacity=shift.capacity,
            )
        )

    def _grace_ms(self, team: str) -> int:
        return 1000 * self._desk.teams[team].agent_grace_s
