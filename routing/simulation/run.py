"""Simulates a day: reports events to a real floor as the server does, and follows its placements."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from routing.assign import Placement
from routing.attendance import may_yet_take
from routing.desk import Desk, Team
from routing.paces import Paces
from routing.ports import Change, Floor
from routing.queue import Waiting, is_full, overflowed, priority_of, requeued
from routing.simulation.agenda import Agenda
from routing.simulation.agents import Agents
from routing.simulation.chats import Held, WaitingChat
from routing.simulation.closing_time import ClosingState
from routing.simulation.customers import Customer, Second
from routing.simulation.day import Answers, Shift
from routing.simulation.outcomes import AtClosing, End, Outcome, Seating, Why
from routing.simulation.overflow import LateChats

T = TypeVar("T")

AT_ONCE = 100
"""Placements per proposal."""
LOOK_MS = 1_000
"""Time from joining a queue near or after closing time until the customer's choice: the server's sweep interval."""


class Run:
    """A run, from the first customer to the end of the last chat, on its own in-memory floor.

    `closing` is the closing-time state of a new chat. `answers` are agents' reactions to offers, by team.
    """

    def __init__(
        self,
        customers: Iterable[Customer],
        shifts: Iterable[Shift],
        desk: Desk,
        floor: Floor,
        closing: ClosingState,
        answers: Mapping[str, Answers] | None = None,
    ) -> None:
        self._customers = iter(customers)
        self._desk = desk
        self._floor = floor
        self._closing = closing
        self._answers = answers or {}
        self._agenda = Agenda()
        self._number = 0
        self._waiting: dict[str, WaitingChat] = {}
        self._held: dict[str, Held] = {}
        self._paces = Paces()
        self._closings: set[tuple[str, int]] = set()
        self._late = LateChats(desk, floor, self._agenda, self._still_waits)
        self._room = False
        self._settled: list[Outcome] = []
        self.seatings: list[Seating] = []
        """The times for which chats took slots, in the order in which the slots got free. Filled during the run."""
        floor.listen(self._changed)
        self._agents = Agents(shifts, desk, floor, self._agenda, self)

    def outcomes(self) -> Iterator[Outcome]:
        """Run the day and yield the outcome of each wait as it ends. Call it only once."""
        customer = next(self._customers, None)
        while customer is not None or self._agenda.next_at is not None:
            next_at = self._agenda.next_at
            if customer is not None and (next_at is None or customer.at < next_at):
                self._agenda.now = customer.at
                self._arrives(customer)
                customer = next(self._customers, None)
            else:
                self._agenda.go_on()
            while self._room or self._late.is_due:
                if self._room:
                    self._room = False
                    self._place()
                if self._late.is_due:
                    self._late.overflow(self._overflow)
            if self._settled:
                yield from self._settled
                self._settled.clear()
        for waiting in self._waiting.values():
            # These chats still wait at the end. Their team never closes, and no agent will come.
            yield waiting.outcome("missed", self._now)

    # agents (`routing.simulation.agents.Chats`)

    def left(self, shift: Shift) -> None:
        self._take_back_offers(shift)
        self._look_behind(shift)

    def disconnected(self, shift: Shift) -> None:
        """Pause the agent's chats until the agent is back or the chats are requeued."""
        self._take_back_offers(shift)
        for _, held in self._held_by(shift):
            held.stops(self._now)

    def reconnected(self, shift: Shift) -> None:
        for chat, held in self._held_by(shift):
            self._goes_on(chat, held)

    def was_gone(self, shift: Shift, team: str) -> None:
        if not self._agents.has_lost(shift.staff, team):
            return
        for chat, held in self._held_by(shift):
            if held.waiting.place.team == team:
                self._is_lost(chat, held)
        self._look_behind(shift)

    def _held_by(self, shift: Shift) -> list[tuple[str, Held]]:
        return [(chat, held) for chat, held in self._held.items() if held.staff == shift.staff]

    def _take_back_offers(self, shift: Shift) -> None:
        """Withdraw the offers to an agent who cannot answer. The offers do not count as declined."""
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
        self._joins(WaitingChat(customer, place, key, self._now, self._closing, customer.service_ms))

    def _joins(self, waiting: WaitingChat) -> None:
        chat, team = waiting.place.chat, waiting.team
        self._floor.queued(waiting.place)
        self._paces.waits(chat, team, self._now)
        told_s = self._estimate(chat, team) if waiting.why == "came" else None
        self._waiting[chat] = replace(waiting, told_s=told_s)
        patience_ms = waiting.customer.patience_ms
        if patience_ms is not None:
            self._agenda.enter(self._now + patience_ms, partial(self._gives_up, chat, self._now))
        self._waits_for(self._waiting[chat])

    def _waits_for(self, waiting: WaitingChat) -> None:
        """Start the timers for a chat that joins a queue."""
        chat, team = waiting.place.chat, self._desk.teams[waiting.place.team]
        if team.overflow is not None and not waiting.flowed:
            self._late.expect(waiting.place, team.overflow.after_s)
        standing = self._desk.hours_of(team.key).at(self._now)
        asked_at = self._now if standing.closes_at is None else self._expect_closing(team, standing.closes_at)
        if asked_at <= self._now and (standing.closes_at is not None or not standing.open):
            # If the chat is answered before, its customer is not asked.
            self._agenda.enter(self._now + LOOK_MS, partial(self._look_at, chat))

    def _expect_closing(self, team: Team, closes_at: int) -> int:
        """Schedule the time at which a team's waiting customers are asked for their choice. Returns this time."""
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
        # A waiting chat of a closed team ends because of closing time. Otherwise the customer gave up.
        self._paces.gone(chat, self._now, gave_up=self._is_open(waiting.place.team))
        self._settled.append(waiting.outcome(end, self._now))

    # closing time

    def _is_open(self, team: str) -> bool:
        return self._desk.hours_of(team).is_open(self._now)

    def _look(self, team: str) -> None:
        """Apply the rules of closing time to all waiting chats of a team."""
        for chat in self._floor.waiting_chats(team):
            self._look_at(chat)

    def _look_behind(self, shift: Shift) -> None:
        """Apply the rules of closing time again after an agent stopped taking chats.

        A chat that waits for a closed team may now be missed, because perhaps no other agent may take it.
        """
        for team in sorted(shift.teams):
            if self._floor.waiting(team) and not self._is_open(team):
                self._look(team)

    def _look_at(self, chat: str) -> None:
        waiting = self._waiting.get(chat)
        if waiting is None:
            return
        team = self._desk.teams[waiting.place.team]
        standing = self._desk.hours_of(team.key).at(self._now)
        # Whether an agent may still take the chat only matters if the team is closed.
        answerable = standing.open or self._is_answerable(waiting.place)
        after = waiting.closing.at(team, standing, self._now, answerable=answerable)
        if after is None:
            # An agent with an open offer may still accept.
            if waiting.offered_to is None:
                self._goes_unanswered(chat, "missed")
        elif after != waiting.closing:
            self._is_asked(chat, waiting, after)

    def _is_asked(self, chat: str, waiting: WaitingChat, after: ClosingState) -> None:
        chosen: AtClosing | None = (waiting.customer.at_closing or "nothing") if after.asks else waiting.at_closing
        if after.asks and chosen == "stay":
            after = after.staying(self._desk.teams[waiting.place.team])
        self._waiting[chat] = replace(waiting, closing=after, at_closing=chosen)
        if chosen == "ticket":
            self._goes_unanswered(chat, "missed")
        elif after.due_at is not None:
            self._agenda.enter(after.due_at, partial(self._look_at, chat))

    def _is_answerable(self, place: Waiting) -> bool:
        team = place.team
        return any(
            may_yet_take(agent, team, place.kept_from, lost=self._agents.has_lost(agent.staff, team))
            for agent in self._floor.agents(team)
        )

    # overflow

    def _still_waits(self, place: Waiting) -> bool:
        """True if the chat still waits for the same team, and this wait began at the same time."""
        waiting = self._waiting.get(place.chat)
        if waiting is None:
            return False
        return (waiting.place.team, waiting.place.waiting_since) == (place.team, place.waiting_since)

    def _overflow(self, late: Waiting, team: str) -> None:
        waiting = self._waiting[late.chat]
        if waiting.offered_to is not None:
            return
        before = waiting.place
        place = replace(before, team=team, waiting_since=self._now, priority=overflowed(before.priority))
        after = replace(waiting, place=place, closing=self._closing, flowed=True, flowed_to=team)
        self._waiting[place.chat] = after
        self._floor.queued(place)
        self._paces.waits(place.chat, team, self._now)
        self._waits_for(after)

    # placements

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
        if waiting.why == "came" and waiting.declined < waiting.customer.declines:
            over = self._now + 1000 * self._desk.teams[team].offer_s
            self._agenda.enter(over, partial(self._declines, chat, placement.staff, waiting.offer, self._now))
        else:
            taken = self._now + round(1000 * answers.after_s)
            self._agenda.enter(taken, partial(self._accepts, chat, placement.staff, waiting.offer))

    def _stands(self, chat: str, offer: int) -> bool:
        """True if this offer is still open."""
        waiting = self._waiting.get(chat)
        return waiting is not None and waiting.offered_to is not None and waiting.offer == offer

    def _accepts(self, chat: str, staff: str, offer: int) -> None:
        if self._stands(chat, offer):
            self._agents.accepted(staff)
            self._floor.held(chat, self._waiting[chat].place.team, staff, self._now)
            self._is_answered(chat, staff)

    def _declines(self, chat: str, staff: str, offer: int, offered_at: int) -> None:
        if not self._stands(chat, offer):
            return
        waiting = self._waiting[chat]
        place = replace(waiting.place, kept_from=waiting.place.kept_from | {staff})
        declined_by = waiting.declined_by | {staff}
        self._waiting[chat] = replace(waiting, place=place, declined_by=declined_by, declined=waiting.declined + 1)
        self._waits_on(chat)
        away = self._agents.declined(staff, offered_at, self._answers.get(place.team, Answers()).back_s)
        if away is not None:
            self._look_behind(away)

    def _waits_on(self, chat: str) -> None:
        waiting = self._waiting[chat] = replace(self._waiting[chat], offered_to=None)
        self._floor.queued(waiting.place)
        self._look_at(chat)

    # answered chats

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
        # A transfer to a closed team becomes that team's ticket.
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
        place = replace(waiting.place, team=second.team, kept_from=waiting.declined_by | {held.staff})
        self._returns(held, place, "handed_on", second.service_ms)

    def _is_lost(self, chat: str, held: Held) -> None:
        """Requeue a chat whose agent was disconnected for too long. If the agent comes back before the chat is
        assigned, they are the first candidate for it."""
        del self._held[chat]
        waiting = held.waiting
        place = replace(waiting.place, kept_from=waiting.declined_by, preferred=held.staff)
        self._returns(held, place, "agent_gone", held.needs_ms)

    def _returns(self, held: Held, place: Waiting, why: Why, needs_ms: int) -> None:
        """Requeue a chat, ahead of the chats that were not requeued."""
        self._frees_seat(held)
        before = held.waiting
        place = replace(place, waiting_since=self._now, priority=requeued(place.priority))
        again = WaitingChat(before.customer, place, place.team, self._now, self._closing, needs_ms, why)
        handed_on = before.handed_on or why == "handed_on"
        self._joins(replace(again, declined_by=before.declined_by, flowed=before.flowed, handed_on=handed_on))

    def _frees_seat(self, held: Held) -> None:
        self.seatings.append(Seating(held.staff, held.since, self._now))

    # the floor

    def _estimate(self, chat: str, team: str) -> int | None:
        position = self._floor.position(chat)
        assert position is not None, "a chat that has just joined waits"
        floor = self._floor
        waiting = {one: floor.waiting(one) for one in self._desk.teams}
        free, seated = floor.free_seats(team), floor.seated(team)
        return self._paces.estimate(team, floor.seats(), waiting, free, seated)(position)

    def _changed(self, change: Change) -> None:
        self._room = self._room or change.room
        self._late.floor_changed()

    @property
    def _now(self) -> int:
        return self._agenda.now


def _at_once(asked: Coroutine[None, None, T]) -> T:
    """The result of a coroutine that never waits, such as one of an in-memory floor."""
    try:
        asked.send(None)
    except StopIteration as answered:
        found: T = answered.value
        return found
    asked.close()
    raise RuntimeError("the simulation needs an in-memory floor")
