"""Lets a day pass: what happens is told to a real floor as the server tells it, and the floor says who gets whom."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeVar

from routing.agents import AgentChoice, Status
from routing.assign import Placement
from routing.attendance import Seen, away_because
from routing.desk import Desk
from routing.paces import Paces
from routing.ports import Change, Floor
from routing.queue import Waiting, priority_of, returned
from routing.simulation.customers import Customer
from routing.simulation.day import Answers, Shift

T = TypeVar("T")

End = Literal["answered", "left", "missed", "closed"]
"""Of a chat: an agent had it; its customer left the queue; it was in the queue at closing time; it came while its team
was closed."""
AT_ONCE = 100
"""Placements asked for in one go."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chat's waiting. Moments are milliseconds since the epoch."""

    team: str
    came_at: int
    end: End
    ended_waiting_at: int
    told_s: int | None = None
    """How long it would wait, as it was told when it came."""
    staff: str | None = None
    released_at: int | None = None
    """When it took its agent's seat no more."""
    vip: bool = False
    again: bool = False
    """It had been answered by another team, which handed it on."""
    offers: int = 0
    passed: int = 0
    """To how many agents it was offered, and how many of them let it pass."""

    @property
    def waited_ms(self) -> int:
        return self.ended_waiting_at - self.came_at


class Run:
    """One run, from the first customer until the last chat is over, on a floor of its own that is in memory.
    `answers`: how the agents of teams that offer answer."""

    def __init__(
        self,
        customers: Iterable[Customer],
        shifts: Iterable[Shift],
        desk: Desk,
        floor: Floor,
        answers: Mapping[str, Answers] | None = None,
    ) -> None:
        self._customers = iter(customers)
        self._desk = desk
        self._floor = floor
        self._answers = answers or {}
        self._now = 0
        self._number = 0
        self._entered = 0
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._waiting: dict[str, _Waiting] = {}
        self._paces = Paces()
        self._closings: set[tuple[str, int]] = set()
        self._here: set[str] = set()
        self._on_shift: dict[str, Shift] = {}
        self._unanswered: Counter[str] = Counter()
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

    # agents

    def _comes(self, shift: Shift) -> None:
        self._on_shift[shift.staff] = shift
        self._choose(shift, "available")
        if shift.staff not in self._here:
            self._here.add(shift.staff)
            self._floor.connected(shift.staff)

    def _goes(self, shift: Shift) -> None:
        del self._on_shift[shift.staff]
        self._choose(shift, "away")
        for chat in [chat for chat, waiting in self._waiting.items() if waiting.offered_to == shift.staff]:
            # They cannot answer any more, and have let nothing pass.
            self._waits_on(chat)

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

    # customers

    def _arrives(self, customer: Customer) -> None:
        team = customer.team
        standing = self._desk.hours_of(team).at(self._now)
        if not standing.open:
            self._settled.append(Outcome(team, customer.at, "closed", customer.at, vip=customer.vip))
            return
        self._number += 1
        chat = str(self._number)
        place = Waiting(chat, team, self._now, self._now, chat, priority_of(vip=customer.vip, returned=False))
        self._joins(customer, place, standing.closes_at)

    def _joins(self, customer: Customer, place: Waiting, closes_at: int | None, *, again: bool = False) -> None:
        chat, team = place.chat, place.team
        self._floor.queued(place)
        self._paces.waits(chat, team, self._now)
        told_s = None if again else self._estimate(chat, team)
        self._waiting[chat] = _Waiting(customer, place, self._now, told_s, again)
        if customer.patience_ms is not None:
            self._enter(self._now + customer.patience_ms, partial(self._gives_up, chat, self._now))
        if closes_at is not None and (team, closes_at) not in self._closings:
            self._closings.add((team, closes_at))
            self._enter(closes_at, partial(self._closes, team))

    def _gives_up(self, chat: str, since: int) -> None:
        if chat in self._waiting and self._waiting[chat].since == since:
            self._goes_unanswered(chat, "left")

    def _closes(self, team: str) -> None:
        for chat in self._floor.line(team):
            # Whoever is asked to take one may still do so.
            if self._waiting[chat].offered_to is None:
                self._goes_unanswered(chat, "missed")

    def _goes_unanswered(self, chat: str, end: End) -> None:
        self._floor.unqueued(chat)
        self._paces.gone(chat, self._now, gave_up=end == "left")
        self._settled.append(self._waiting.pop(chat).outcome(end, self._now))

    # who gets whom

    def _place(self) -> None:
        placements = None
        while placements is None or len(placements) == AT_ONCE:
            placements = _at_once(self._floor.propose(self._now, AT_ONCE))
            for placement in placements:
                if self._desk.teams[placement.team].assign == "offer":
                    self._offer(placement)
                    self._floor.settled(placement, "won")
                else:
                    self._floor.settled(placement, "won")
                    self._is_answered(placement.chat, placement.staff)

    def _offer(self, placement: Placement) -> None:
        chat, team = placement.chat, placement.team
        before = self._waiting[chat]
        waiting = replace(before, offered_to=placement.staff, offer=self._entered, offers=before.offers + 1)
        self._waiting[chat] = waiting
        self._floor.offered(waiting.place, placement.staff, self._now)
        answers = self._answers.get(team, Answers())
        if not waiting.again and waiting.passed < waiting.customer.lets_pass:
            over = self._now + 1000 * self._desk.teams[team].offer_s
            self._enter(over, partial(self._lets_pass, chat, placement.staff, waiting.offer))
        else:
            taken = self._now + round(1000 * answers.after_s)
            self._enter(taken, partial(self._accepts, chat, placement.staff, waiting.offer))

    def _stands(self, chat: str, offer: int) -> bool:
        """Is this offer not over yet?"""
        waiting = self._waiting.get(chat)
        return waiting is not None and waiting.offered_to is not None and waiting.offer == offer

    def _accepts(self, chat: str, staff: str, offer: int) -> None:
        if self._stands(chat, offer):
            del self._unanswered[staff]
            self._floor.held(chat, self._waiting[chat].place.team, staff, self._now)
            self._is_answered(chat, staff)

    def _lets_pass(self, chat: str, staff: str, offer: int) -> None:
        if not self._stands(chat, offer):
            return
        waiting = self._waiting[chat]
        place = replace(waiting.place, passed=waiting.place.passed | {staff})
        self._waiting[chat] = replace(waiting, place=place, passed=waiting.passed + 1)
        self._waits_on(chat)
        self._unanswered[staff] += 1
        seen = Seen(gone_since=None, active_at=self._now, unanswered=self._unanswered[staff])
        if away_because(seen, 1, self._now) is not None and staff in self._on_shift:
            del self._unanswered[staff]
            shift = self._on_shift[staff]
            self._choose(shift, "away")
            back_s = self._answers.get(place.team, Answers()).back_s
            self._enter(self._now + 1000 * back_s, partial(self._is_back, shift))

    def _is_back(self, shift: Shift) -> None:
        if shift.staff in self._on_shift:
            self._choose(shift, "available")

    def _waits_on(self, chat: str) -> None:
        waiting = self._waiting[chat] = replace(self._waiting[chat], offered_to=None)
        if self._desk.hours_of(waiting.place.team).is_open(self._now):
            self._floor.queued(waiting.place)
        else:
            self._goes_unanswered(chat, "missed")

    def _is_answered(self, chat: str, staff: str) -> None:
        waiting = self._waiting.pop(chat)
        team, second = waiting.place.team, None if waiting.again else waiting.customer.second
        self._paces.held(chat, team, self._now)
        served_at = self._now + waiting.service_ms
        # To a closed team nothing is handed on: it becomes that team's ticket.
        if second is not None and self._desk.hours_of(second.team).is_open(served_at):
            self._enter(served_at, partial(self._is_handed_on, waiting, staff))
            released_at = served_at
        else:
            released_at = served_at + self._desk.teams[team].wrap_up_s * 1000
            self._enter(released_at, partial(self._is_over, chat))
        self._settled.append(waiting.outcome("answered", self._now, staff, released_at))

    def _is_handed_on(self, waiting: _Waiting, staff: str) -> None:
        second, before = waiting.customer.second, waiting.place
        assert second is not None, "it needs another team"
        place = replace(before, team=second.team, priority=returned(before.priority), passed=before.passed | {staff})
        closes_at = self._desk.hours_of(second.team).at(self._now).closes_at
        self._joins(waiting.customer, place, closes_at, again=True)

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
    """A chat in line."""

    customer: Customer
    place: Waiting
    since: int
    told_s: int | None = None
    again: bool = False
    offered_to: str | None = None
    offer: int = 0
    """Which one it is: no two are alike."""
    offers: int = 0
    passed: int = 0

    @property
    def service_ms(self) -> int:
        second = self.customer.second
        return second.service_ms if self.again and second is not None else self.customer.service_ms

    def outcome(self, end: End, now: int, staff: str | None = None, released_at: int | None = None) -> Outcome:
        vip, again, offers, passed = self.customer.vip, self.again, self.offers, self.passed
        team, came_at = self.place.team, self.since
        return Outcome(team, came_at, end, now, self.told_s, staff, released_at, vip, again, offers, passed)


def _at_once(asked: Coroutine[None, None, T]) -> T:
    """What a floor in memory answers: it never waits for anything."""
    try:
        asked.send(None)
    except StopIteration as answered:
        found: T = answered.value
        return found
    asked.close()
    raise RuntimeError("a day can only be simulated on a floor in memory")
