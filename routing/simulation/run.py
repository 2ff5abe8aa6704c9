"""Lets a day pass: what happens is told to a real floor as the server tells it, and the floor says who gets whom."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from routing.agents import AgentChoice, Status
from routing.assign import Placement
from routing.desk import Desk
from routing.paces import Paces
from routing.ports import Change, Floor
from routing.queue import Waiting
from routing.simulation.customers import Customer
from routing.simulation.day import Shift

T = TypeVar("T")

End = Literal["answered", "left", "missed", "closed"]
"""Of a chat: an agent had it; its customer left the queue; it was in the queue at closing time; it came while its team
was closed."""
AT_ONCE = 100
"""Placements asked for in one go."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chat. Moments are milliseconds since the epoch."""

    team: str
    came_at: int
    end: End
    ended_waiting_at: int
    told_s: int | None = None
    """How long it would wait, as it was told when it came."""
    staff: str | None = None
    released_at: int | None = None
    """When it took its agent's seat no more."""

    @property
    def waited_ms(self) -> int:
        return self.ended_waiting_at - self.came_at


class Run:
    """One run, from the first customer until the last chat is over, on a floor of its own that is in memory."""

    def __init__(self, customers: Iterable[Customer], shifts: Iterable[Shift], desk: Desk, floor: Floor) -> None:
        self._customers = iter(customers)
        self._desk = desk
        self._floor = floor
        self._now = 0
        self._number = 0
        self._entered = 0
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._waiting: dict[str, _Waiting] = {}
        self._paces = Paces()
        self._closings: set[tuple[str, int]] = set()
        self._here: set[str] = set()
        self._room = False
        self._settled: list[Outcome] = []
        floor.listen(self._changed)
        for shift in shifts:
            for begins, ends in shift.spans:
                self._enter(begins, partial(self._comes, shift))
                self._enter(ends, partial(self._goes, shift))

    def outcomes(self) -> Iterator[Outcome]:
        """What becomes of each chat, in the order in which its waiting ends. Not to be asked for twice."""
        customer = next(self._customers, None)
        while customer is not None or self._agenda:
            if customer is not None and (not self._agenda or customer.at < self._agenda[0][0]):
                self._now = customer.at
                self._arrives(customer)
                customer = next(self._customers, None)
            else:
                self._now, _, happens = heapq.heappop(self._agenda)
                happens()
            if self._room:
                self._room = False
                self._place()
            if self._settled:
                yield from self._settled
                self._settled.clear()

    # what happens

    def _comes(self, shift: Shift) -> None:
        self._choose(shift, "available")
        if shift.staff not in self._here:
            self._here.add(shift.staff)
            self._floor.connected(shift.staff)

    def _goes(self, shift: Shift) -> None:
        self._choose(shift, "away")

    def _choose(self, shift: Shift, status: Status) -> None:
        self._floor.agent(
            AgentChoice(
                staff=shift.staff,
                name=shift.staff,
                teams=shift.teams,
                status=status,
                since=self._now,
                capacity=shift.capacity,
            )
        )

    def _arrives(self, customer: Customer) -> None:
        team = customer.team
        standing = self._desk.hours_of(team).at(self._now)
        if not standing.open:
            self._settled.append(Outcome(team, customer.at, "closed", customer.at))
            return
        self._number += 1
        chat = str(self._number)
        self._floor.queued(Waiting(chat, team, self._now, chat))
        self._paces.waits(chat, team, self._now)
        self._waiting[chat] = _Waiting(customer, self._estimate(chat, team))
        if customer.patience_ms is not None:
            self._enter(self._now + customer.patience_ms, partial(self._gives_up, chat))
        closing = standing.closes_at
        if closing is not None and (team, closing) not in self._closings:
            self._closings.add((team, closing))
            self._enter(closing, partial(self._closes, team))

    def _gives_up(self, chat: str) -> None:
        waiting = self._waiting.pop(chat, None)
        if waiting is not None:
            self._floor.unqueued(chat)
            self._paces.gone(chat, self._now, gave_up=True)
            self._settled.append(waiting.outcome("left", self._now))

    def _closes(self, team: str) -> None:
        for chat in self._floor.line(team):
            self._floor.unqueued(chat)
            self._paces.gone(chat, self._now, gave_up=False)
            self._settled.append(self._waiting.pop(chat).outcome("missed", self._now))

    def _place(self) -> None:
        placements = None
        while placements is None or len(placements) == AT_ONCE:
            placements = _at_once(self._floor.propose(self._now, AT_ONCE))
            for placement in placements:
                self._floor.settled(placement, "won")
                self._is_answered(placement)

    def _is_answered(self, placement: Placement) -> None:
        waiting, team = self._waiting.pop(placement.chat), placement.team
        self._paces.held(placement.chat, team, self._now)
        released_at = self._now + waiting.customer.service_ms + self._desk.teams[team].wrap_up_s * 1000
        self._enter(released_at, partial(self._is_over, placement.chat))
        self._settled.append(waiting.outcome("answered", self._now, placement.staff, released_at))

    def _is_over(self, chat: str) -> None:
        self._paces.gone(chat, self._now, gave_up=False)
        self._floor.released(chat)

    # besides

    def _estimate(self, chat: str, team: str) -> int | None:
        position = self._floor.position(chat)
        assert position is not None, "who has just joined waits"
        floor = self._floor
        waiting = {one: floor.waiting(one) for one in self._desk.teams}
        return self._paces.estimate(team, floor.seats(), waiting, floor.free_seats(team))(position)

    def _changed(self, change: Change) -> None:
        self._room = self._room or change.room

    def _enter(self, at: int, happens: Callable[[], None]) -> None:
        """What happens at one moment happens in the order in which it was entered."""
        self._entered += 1
        heapq.heappush(self._agenda, (at, self._entered, happens))


@dataclass(frozen=True, slots=True)
class _Waiting:
    customer: Customer
    told_s: int | None

    def outcome(self, end: End, now: int, staff: str | None = None, released_at: int | None = None) -> Outcome:
        return Outcome(self.customer.team, self.customer.at, end, now, self.told_s, staff, released_at)


def _at_once(asked: Coroutine[None, None, T]) -> T:
    """What a floor in memory answers: it never waits for anything."""
    try:
        asked.send(None)
    except StopIteration as answered:
        found: T = answered.value
        return found
    asked.close()
    raise RuntimeError("a day can only be simulated on a floor in memory")
