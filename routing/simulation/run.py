"""Lets a day pass: what happens is told to a real floor as the server tells it, and the floor says who gets whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from routing.agents import AgentChoice, Status
from routing.assign import Placement
from routing.attendance import Seen, away_because, has_lost, may_yet_take
from routing.desk import Desk, Team
from routing.paces import Paces
from routing.ports import Change, Floor
from routing.queue import Waiting, is_full, may_overflow, overflowed, priority_of, requeued
from routing.simulation.agenda import Agenda
from routing.simulation.chats import Held, InLine
from routing.simulation.customers import Customer, Second
from routing.simulation.day import Answers, Shift
from routing.simulation.doors import Door
from routing.simulation.outcomes import AtClosing, End, Outcome, Seating, Why

T = TypeVar("T")

AT_ONCE = 100
"""Placements asked for in one go."""
LOOK_MS = 1_000
"""After so long who joins a queue when closing time is near, or over, is asked what they choose: the sweep's time."""


class Run:
    """One run, from the first customer until the last chat is over, on a floor of its own that is in memory.
    `door`: what closing time has asked of who has just come; `answers`: how the agents of teams that offer answer."""

    def __init__(
        self,
        customers: Iterable[Customer],
        shifts: Iterable[Shift],
        desk: Desk,
        floor: Floor,
        door: Door,
        answers: Mapping[str, Answers] | None = None,
    ) -> None:
        self._customers = iter(customers)
        self._desk = desk
        self._floor = floor
        self._door = door
        self._answers = answers or {}
        self._agenda = Agenda()
        self._number = 0
        self._waiting: dict[str, InLine] = {}
        self._held: dict[str, Held] = {}
        self._paces = Paces()
        self._closings: set[tuple[str, int]] = set()
        self._here: set[str] = set()
        self._gone_since: dict[str, int] = {}
        self._on_shift: dict[str, Shift] = {}
        self._unanswered: Counter[str] = Counter()
        self._late: dict[str, list[Waiting]] = {}
        self._openings: set[tuple[str, int]] = set()
        self._room = self._flowing = False
        self._settled: list[Outcome] = []
        self.seatings: list[Seating] = []
        """Filled while the day passes, in the order in which the seats were free again."""
        floor.listen(self._changed)
        for shift in shifts:
            for begins, ends in shift.spans:
                self._agenda.enter(begins, partial(self._comes, shift))
                self._agenda.enter(ends, partial(self._goes, shift))
            for gone, back in shift.gone:
                self._agenda.enter(gone, partial(self._vanishes, shift))
                self._agenda.enter(back, partial(self._reappears, shift))

    def outcomes(self) -> Iterator[Outcome]:
        """What becomes of each wait, in the order in which they end. Not to be asked for twice."""
        customer = next(self._customers, None)
        while customer is not None or self._agenda.next_at is not None:
            next_at = self._agenda.next_at
            if customer is not None and (next_at is None or customer.at < next_at):
                self._agenda.now = customer.at
                self._arrives(customer)
                customer = next(self._customers, None)
            else:
                self._agenda.go_on()
            while self._room or self._flowing:
                if self._room:
                    self._room = False
                    self._place()
                if self._flowing:
                    self._flowing = False
                    self._flow_over()
            if self._settled:
                yield from self._settled
                self._settled.clear()
        for waiting in self._waiting.values():
            # Their team never closes, and nobody comes for them any more.
            yield waiting.outcome("missed", self._now)

    # agents

    def _comes(self, shift: Shift) -> None:
        self._on_shift[shift.staff] = shift
        self._choose(shift, "available")
        if shift.staff not in self._here and shift.staff not in self._gone_since:
            self._here.add(shift.staff)
            self._floor.connected(shift.staff)

    def _goes(self, shift: Shift) -> None:
        del self._on_shift[shift.staff]
        self._choose(shift, "away")
        self._take_back_offers(shift)
        self._look_behind(shift)

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

    def _vanishes(self, shift: Shift) -> None:
        """Their last connection is gone. What they hold stands still until they are back, or have lost it."""
        self._here.remove(shift.staff)
        self._gone_since[shift.staff] = self._now
        self._floor.disconnected(shift.staff)
        self._take_back_offers(shift)
        for _, held in self._held_by(shift):
            held.stops(self._now)
        for team in sorted(shift.teams):
            self._agenda.enter(self._now + self._grace_ms(team), partial(self._may_be_lost, shift, team))

    def _reappears(self, shift: Shift) -> None:
        self._here.add(shift.staff)
        del self._gone_since[shift.staff]
        self._floor.connected(shift.staff)
        for chat, held in self._held_by(shift):
            self._goes_on(chat, held)

    def _may_be_lost(self, shift: Shift, team: str) -> None:
        if not self._has_lost(shift.staff, team):
            return
        for chat, held in self._held_by(shift):
            if held.waiting.place.team == team:
                self._is_lost(chat, held)
        self._look_behind(shift)

    def _has_lost(self, staff: str, team: str) -> bool:
        seen = Seen(gone_since=self._gone_since.get(staff), active_at=self._now)
        return has_lost(seen, self._grace_ms(team), self._now)

    def _grace_ms(self, team: str) -> int:
        return 1000 * self._desk.teams[team].agent_grace_s

    def _held_by(self, shift: Shift) -> list[tuple[str, Held]]:
        return [(chat, held) for chat, held in self._held.items() if held.staff == shift.staff]

    def _take_back_offers(self, shift: Shift) -> None:
        """They cannot answer any more, and have let nothing pass."""
        for chat in [chat for chat, waiting in self._waiting.items() if waiting.offered_to == shift.staff]:
            self._waits_on(chat)

    # customers

    def _arrives(self, customer: Customer) -> None:
        key, vip = customer.team, customer.vip
        if not self._is_open(key):
            self._settled.append(Outcome(key, customer.at, "closed", customer.at, vip=vip))
            return
        floor = self._floor
        if is_full(self._desk.teams[key], floor.waiting(key), floor.free_seats(key), floor.seated(key)):
            self._settled.append(Outcome(key, customer.at, "full", customer.at, vip=vip))
            return
        self._number += 1
        chat = str(self._number)
        place = Waiting(chat, key, self._now, self._now, chat, priority_of(vip=vip, requeued=False))
        self._joins(InLine(customer, place, key, self._now, self._door, customer.service_ms))

    def _joins(self, waiting: InLine) -> None:
        chat, team = waiting.place.chat, waiting.team
        self._floor.queued(waiting.place)
        self._paces.waits(chat, team, self._now)
        told_s = self._estimate(chat, team) if waiting.why == "came" else None
        self._waiting[chat] = replace(waiting, told_s=told_s)
        patience_ms = waiting.customer.patience_ms
        if patience_ms is not None:
            self._agenda.enter(self._now + patience_ms, partial(self._gives_up, chat, self._now))
        self._waits_for(self._waiting[chat])

    def _waits_for(self, waiting: InLine) -> None:
        """Begin what the clocks of its team do to a chat that joins its queue."""
        chat, team = waiting.place.chat, self._desk.teams[waiting.place.team]
        if team.overflow is not None and not waiting.flowed:
            self._agenda.enter(self._now + 1000 * team.overflow.after_s, partial(self._is_late, waiting.place))
        standing = self._desk.hours_of(team.key).at(self._now)
        asked_at = self._now if standing.closes_at is None else self._expect_closing(team, standing.closes_at)
        if asked_at <= self._now and (standing.closes_at is not None or not standing.open):
            # Whoever is answered meanwhile is asked nothing.
            self._agenda.enter(self._now + LOOK_MS, partial(self._look_at, chat))

    def _expect_closing(self, team: Team, closes_at: int) -> int:
        """When who waits for a team is asked what they choose."""
        asked_at = closes_at - 1000 * team.closing_notice_s
        if (team.key, closes_at) not in self._closings:
            self._closings.add((team.key, closes_at))
            self._agenda.enter(closes_at, partial(self._look, team.key))
            if asked_at > self._now:
                self._agenda.enter(asked_at, partial(self._look, team.key))
        return asked_at

    def _gives_up(self, chat: str, since: int) -> None:
        if chat in self._waiting and self._waiting[chat].since == since:
            self._goes_unanswered(chat, "left")

    def _goes_unanswered(self, chat: str, end: End) -> None:
        waiting = self._waiting.pop(chat)
        self._floor.unqueued(chat)
        # Who waits for a team that is closed has missed it; else they have given up.
        self._paces.gone(chat, self._now, gave_up=self._is_open(waiting.place.team))
        self._settled.append(waiting.outcome(end, self._now))

    # closing time

    def _is_open(self, team: str) -> bool:
        return self._desk.hours_of(team).is_open(self._now)

    def _look(self, team: str) -> None:
        """Closing time comes, or is there: ask who waits."""
        for chat in self._floor.line(team):
            self._look_at(chat)

    def _look_behind(self, shift: Shift) -> None:
        """Somebody may take no more chats: who waits for a team that is closed may have nobody left."""
        for team in sorted(shift.teams):
            if self._floor.waiting(team) and not self._is_open(team):
                self._look(team)

    def _look_at(self, chat: str) -> None:
        waiting = self._waiting.get(chat)
        if waiting is None:
            return
        team = self._desk.teams[waiting.place.team]
        standing = self._desk.hours_of(team.key).at(self._now)
        # Whether anybody may yet take it is asked only of teams that are closed.
        answerable = standing.open or self._is_answerable(waiting.place)
        after = waiting.door.at(team, standing, self._now, answerable=answerable)
        if after is None:
            # Whoever is asked to take one may still do so.
            if waiting.offered_to is None:
                self._goes_unanswered(chat, "missed")
        elif after != waiting.door:
            self._is_asked(chat, waiting, after)

    def _is_asked(self, chat: str, waiting: InLine, after: Door) -> None:
        chosen: AtClosing | None = (waiting.customer.at_closing or "nothing") if after.asks else waiting.at_closing
        if after.asks and chosen == "stay":
            after = after.staying(self._desk.teams[waiting.place.team])
        self._waiting[chat] = replace(waiting, door=after, at_closing=chosen)
        if chosen == "ticket":
            self._goes_unanswered(chat, "missed")
        elif after.due_at is not None:
            self._agenda.enter(after.due_at, partial(self._look_at, chat))

    def _is_answerable(self, place: Waiting) -> bool:
        team = place.team
        return any(
            may_yet_take(agent, team, place.passed, lost=self._has_lost(agent.staff, team))
            for agent in self._floor.agents(team)
        )

    # overflow

    def _is_late(self, place: Waiting) -> None:
        if self._is_this_wait(place):
            self._late.setdefault(place.team, []).append(place)
            self._flowing = True

    def _is_this_wait(self, place: Waiting) -> bool:
        """Does it wait as it did then: neither answered since, nor for another team by now?"""
        waiting = self._waiting.get(place.chat)
        if waiting is None:
            return False
        return (waiting.place.team, waiting.place.waiting_since) == (place.team, place.waiting_since)

    def _flow_over(self) -> None:
        for team in list(self._late):
            late = [place for place in self._late.pop(team) if self._is_this_wait(place)]
            overflow = self._desk.teams[team].overflow
            assert overflow is not None, "only who may flow over is late"
            if may_overflow(overflow, self._desk, self._floor.serving(overflow.to), self._now):
                for place in sorted(late, key=lambda place: (place.queued_at, place.chat)):
                    if self._waiting[place.chat].offered_to is None:
                        self._goes_on_to(overflow.to, self._waiting[place.chat])
                late = [place for place in late if self._is_this_wait(place)]
            if late:
                self._late[team] = late
                self._expect_opening(overflow.to)

    def _expect_opening(self, team: str) -> None:
        opens_at = self._desk.hours_of(team).opens_at(self._now)
        if opens_at is not None and (team, opens_at) not in self._openings:
            self._openings.add((team, opens_at))
            self._agenda.enter(opens_at, self._opens)

    def _opens(self) -> None:
        self._flowing = True

    def _goes_on_to(self, team: str, waiting: InLine) -> None:
        before = waiting.place
        place = replace(before, team=team, waiting_since=self._now, priority=overflowed(before.priority))
        after = replace(waiting, place=place, door=self._door, flowed=True, flowed_to=team)
        self._waiting[place.chat] = after
        self._floor.queued(place)
        self._paces.waits(place.chat, team, self._now)
        self._waits_for(after)

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
        waiting = replace(before, offered_to=placement.staff, offer=self._agenda.entered, offers=before.offers + 1)
        self._waiting[chat] = waiting
        self._floor.offered(waiting.place, placement.staff, self._now)
        answers = self._answers.get(team, Answers())
        if waiting.why == "came" and waiting.passed < waiting.customer.lets_pass:
            over = self._now + 1000 * self._desk.teams[team].offer_s
            self._agenda.enter(over, partial(self._lets_pass, chat, placement.staff, waiting.offer))
        else:
            taken = self._now + round(1000 * answers.after_s)
            self._agenda.enter(taken, partial(self._accepts, chat, placement.staff, waiting.offer))

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
        let_pass = waiting.let_pass | {staff}
        self._waiting[chat] = replace(waiting, place=place, let_pass=let_pass, passed=waiting.passed + 1)
        self._waits_on(chat)
        self._unanswered[staff] += 1
        seen = Seen(gone_since=None, active_at=self._now, unanswered=self._unanswered[staff])
        if away_because(seen, 1, self._now) is not None and staff in self._on_shift:
            del self._unanswered[staff]
            shift = self._on_shift[staff]
            self._choose(shift, "away")
            back_s = self._answers.get(place.team, Answers()).back_s
            self._agenda.enter(self._now + 1000 * back_s, partial(self._is_back, shift))
            self._look_behind(shift)

    def _is_back(self, shift: Shift) -> None:
        if shift.staff in self._on_shift:
            self._choose(shift, "available")

    def _waits_on(self, chat: str) -> None:
        waiting = self._waiting[chat] = replace(self._waiting[chat], offered_to=None)
        self._floor.queued(waiting.place)
        self._look_at(chat)

    # who is answered

    def _is_answered(self, chat: str, staff: str) -> None:
        waiting = self._waiting.pop(chat)
        self._paces.held(chat, waiting.place.team, self._now)
        self._held[chat] = held = Held(waiting, staff, self._now, waiting.needs_ms)
        self._goes_on(chat, held)
        self._settled.append(waiting.outcome("answered", self._now, staff))

    def _goes_on(self, chat: str, held: Held) -> None:
        held.ends_at = self._now + held.needs_ms
        self._agenda.enter(held.ends_at, partial(self._is_served, chat, held))

    def _is_served(self, chat: str, held: Held) -> None:
        if self._held.get(chat) is not held or held.ends_at != self._now:
            return
        del self._held[chat]
        waiting, wrap_up_s = held.waiting, self._desk.teams[held.waiting.place.team].wrap_up_s
        # To a closed team nothing is handed on: it becomes that team's ticket.
        if waiting.second is not None and self._is_open(waiting.second.team):
            self._is_handed_on(held, waiting.second)
        elif wrap_up_s:
            self._floor.wraps_up(chat)
            self._agenda.enter(self._now + 1000 * wrap_up_s, partial(self._is_over, chat, held))
        else:
            self._is_over(chat, held)

    def _is_over(self, chat: str, held: Held) -> None:
        self._paces.gone(chat, self._now, gave_up=False)
        self._floor.released(chat)
        self._frees_seat(held)

    def _is_handed_on(self, held: Held, second: Second) -> None:
        waiting = held.waiting
        place = replace(waiting.place, team=second.team, passed=waiting.let_pass | {held.staff})
        self._returns(held, place, "handed_on", second.service_ms)

    def _is_lost(self, chat: str, held: Held) -> None:
        """Who had it gets it again where they are back."""
        del self._held[chat]
        waiting = held.waiting
        place = replace(waiting.place, passed=waiting.let_pass, preferred=held.staff)
        self._returns(held, place, "agent_gone", held.needs_ms)

    def _returns(self, held: Held, place: Waiting, why: Why, needs_ms: int) -> None:
        """To a queue again, ahead of those who were never answered."""
        self._frees_seat(held)
        before = held.waiting
        place = replace(place, waiting_since=self._now, priority=requeued(place.priority))
        again = InLine(before.customer, place, place.team, self._now, self._door, needs_ms, why)
        handed_on = before.handed_on or why == "handed_on"
        self._joins(replace(again, let_pass=before.let_pass, flowed=before.flowed, handed_on=handed_on))

    def _frees_seat(self, held: Held) -> None:
        self.seatings.append(Seating(held.staff, held.since, self._now))

    # besides

    def _estimate(self, chat: str, team: str) -> int | None:
        position = self._floor.position(chat)
        assert position is not None, "who has just joined waits"
        floor = self._floor
        waiting = {one: floor.waiting(one) for one in self._desk.teams}
        free, seated = floor.free_seats(team), floor.seated(team)
        return self._paces.estimate(team, floor.seats(), waiting, free, seated)(position)

    def _changed(self, change: Change) -> None:
        self._room = self._room or change.room
        # Who may flow over does as soon as the other team has somebody: no fact tells of that alone.
        self._flowing = self._flowing or bool(self._late)

    @property
    def _now(self) -> int:
        return self._agenda.now


def _at_once(asked: Coroutine[None, None, T]) -> T:
    """What a floor in memory answers: it never waits for anything."""
    try:
        asked.send(None)
    except StopIteration as answered:
        found: T = answered.value
        return found
    asked.close()
    raise RuntimeError("a day can only be simulated on a floor in memory")
