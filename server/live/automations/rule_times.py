"""Runs the rules with a time on the tickets on which they are due.

A table has the time at which the rules look at each ticket next. A change of a ticket sets it to the present time, in
the transaction of the change. Each look is one small transaction: it removes the row, runs the rules that are due and
enters when the next one is. So a rule runs once for each time, also after a restart, and also if two processes try.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b

import structlog
from sqlmodel import col, select

from automations.events import TIMED
from automations.pending import Pending
from automations.ports import Store
from automations.rule import Rule
from automations.timing import HOUR_MS, RUNS_MAX, Handled, Moment, due_of, is_new, of_targets, still_handled
from clock import Clock
from server.live.automations.rule_events import RuleEvents
from server.live.automations.rule_facts import RuleFacts
from server.live.automations.rule_messages import NO_MESSAGES, WRITERS, LastMessages, messages_since
from server.live.automations.rule_moments import moments_of
from server.live.automations.running import RuleRunning
from storage.ports import Storage, StorageUnavailable, Tx
from ticketing.adapters.tables import TicketRow
from ticketing.ports import Store as TicketStore
from ticketing.targets import Time as Opened
from ticketing.ticket import Ticket

RUN_MAX = 200
"""Tickets that one run of the job looks at. The others come with the next run, a second later."""
AT_ONCE = 50
"""Tickets that one query finds."""
SPAN = 2_000
"""Numbers of tickets among which one query finds those that are not closed, when all tickets are to be looked at."""
ENTERED_AT_ONCE = 100
"""Tickets that one transaction enters."""
SPANS = 20
"""Such transactions of one run."""
PAUSE_S = 0.002
"""Seconds between two transactions, in which messages are stored."""
RETRY_MS = 600_000
"""Time in ms after which a ticket on which the program failed is looked at again."""
NEWER_MS = 3_600_000
"""Time in ms after which a ticket is looked at again while there is a rule that only a newer version can read."""
KNOWN_AFTER_MS = 15_000
"""Time in ms after which all processes know of a rule that was switched on."""
OFTEN = f"Stopped: it has run {RUNS_MAX} times on this ticket. Check whether what it does starts its time again."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _DueRule:
    """A rule that is due on a ticket. `after` is what it will have done there once it has run."""

    rule: Rule
    after: Handled


@dataclass(frozen=True, slots=True)
class _Due:
    """The rules that are due on a ticket, and the time at which the next one is."""

    rules: Sequence[_DueRule]
    next: int | None


class RuleTimes:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        store: Store[Tx],
        events: RuleEvents,
        facts: RuleFacts,
        running: RuleRunning,
        tickets: TicketStore,
        opened: Callable[[], Mapping[str, Opened]],
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(PAUSE_S),
    ) -> None:
        """`opened` gives the opened hours of each team. `pause` is awaited after each transaction."""
        self._storage = storage
        self._clock = clock
        self.store = store
        self._events = events
        self._facts = facts
        self._running = running
        self._tickets = tickets
        self._opened = opened
        self._pause = pause
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Run the rules that are due, on RUN_MAX tickets at most. Raises StorageUnavailable."""
        if not self._events.times_wanted:
            return
        async with self._turn:
            left = await self._look(RUN_MAX)
            # Rules that are due go first: to look at all tickets is never urgent. A busy desk gets there all the same.
            for _ in range(SPANS if left else 0):
                if not await self._enter_more():
                    break
                await self._pause()

    async def _look(self, most: int) -> int:
        """Look at the tickets that are due. Returns how many more this run may look at."""
        while most:
            due, messages = await self._storage.read(self._next)
            if not due:
                break
            for number in due[:most]:
                await self.at(number, messages=messages)
                await self._pause()
            most -= len(due[:most])
        return most

    def _next(self, tx: Tx) -> tuple[Sequence[int], bool]:
        """The tickets that are due, and whether times of rules count from messages."""
        due = self.store.looks(tx, self._clock(), AT_ONCE)
        rules = self.store.rules(tx) if due else []
        return due, any(rule.enabled and rule.time is not None and rule.time.since in WRITERS for rule in rules)

    async def at(self, number: int, *, messages: bool = False) -> None:
        """Run the rules that are due on this ticket. With `messages`, its messages are read before, since they can be
        thousands: the transaction then only reads what came since. Raises StorageUnavailable."""
        try:
            known = await self._storage.read(partial(messages_since, number=number), "export") if messages else None
            await self._storage.write(lambda tx: self._unit(tx, number, known or NO_MESSAGES))
        except StorageUnavailable:
            raise
        except Exception:
            # The ticket must not hold up those behind it.
            log.exception("rule_failed", event_name=TIMED, ticket=number)
            await self._storage.write(lambda tx: self.store.look(tx, [number], self._clock() + RETRY_MS))

    def _unit(self, tx: Tx, number: int, messages: LastMessages) -> None:
        # The ticket first, as in the transactions that change it.
        ticket, now = self._tickets.find(tx, number, lock=True), self._clock()
        if not self.store.take_look(tx, number, now) or ticket is None or ticket.closed_for_good(now):
            return
        rules, newer = self.store.with_newer(tx)
        rules = [rule for rule in rules if rule.enabled and rule.event == TIMED]
        upcoming = self._run(tx, rules, ticket, messages, now)
        if any(rule.event == TIMED for rule in newer):
            upcoming = min(upcoming or now + NEWER_MS, now + NEWER_MS)
        if upcoming is not None:
            self.store.look_later(tx, number, upcoming)

    def _due(self, tx: Tx, rules: Sequence[Rule], ticket: Ticket, messages: LastMessages, now: int) -> _Due:
        moments = moments_of(tx, ticket, [rule.time.since for rule in rules if rule.time is not None], messages)
        handled = self.store.handled(tx, ticket.number) if rules else {}
        opened = self._opened().get(ticket.team)
        after = opened.after if opened is not None else None
        due, later = list[_DueRule](), list[int]()
        # What was late when the ticket was imported is left alone too.
        taken_over = ticket.service.since or 0
        for rule in rules:
            if rule.time is None:
                continue
            running = moments[rule.time.since]
            dues = [(at, one) for one in running if (at := due_of(rule.time, one.began, after)) is not None]
            later += [at for at, _ in dues if at > now]
            passed = [(at, one) for at, one in dues if at <= now]
            known = handled.get(rule.id)
            if rule.time.since == "sla_due" and known is not None:
                # Any other time is new if it began anew: in the hours of another team, the same one may be due later
                # again.
                was, known = known, still_handled(known, running, [one for _, one in passed])
                if known != was:
                    self.store.handle(tx, rule.id, ticket.number, known)
            since = max(rule.since, taken_over)
            new = [one for at, one in passed if max(at, one.known) >= since and is_new(one, known)]
            if new:
                due.append(_DueRule(rule, _after(known, new)))
        return _Due(due, min(later, default=None))

    def _run(self, tx: Tx, rules: Sequence[Rule], ticket: Ticket, messages: LastMessages, now: int) -> int | None:
        """Run the first of the rules that are due whose conditions hold. Returns the time at which the next one is due,
        None if none will be."""
        pending = Pending(event=TIMED, at=now, ticket=ticket.number)
        fields = self._facts.fields(tx, rules)
        due, tried = self._due(tx, rules, ticket, messages, now), set[str]()
        while (chosen := next((one for one in due.rules if one.rule.id not in tried), None)) is not None:
            tried.add(chosen.rule.id)
            facts = self._facts.of_ticket(tx, ticket, pending, fields)
            refused = OFTEN if chosen.after.runs > RUNS_MAX else None
            after = self._running.try_rule(tx, chosen.rule, pending, facts, ticket, fields, refused)
            if after is not pending:
                done = replace(chosen.after, runs=min(chosen.after.runs, RUNS_MAX))
                self.store.handle(tx, chosen.rule.id, ticket.number, done)
                # The others have their turn in the next transaction: this one may have started their time again.
                self.store.look(tx, [ticket.number], now)
                break
        return due.next

    # -- all tickets ------------------------------------------------------------------------

    async def _enter_more(self) -> bool:
        """Enter the next tickets that a rule must look at, after it was switched on or the hours changed. Returns False
        if there are none, or if some of those entered are to be looked at first."""
        rules, looking = await self._storage.read(self._open)
        calendar = self._calendar()
        moved = [
            rule.id
            for rule in rules
            if rule.id in looking
            and rule.time is not None
            and rule.time.business
            and _counts_anew(*looking[rule.id], calendar)
        ]
        if moved:
            await self._storage.write(partial(self._begin, ids=moved, calendar=calendar))
            return True
        places = {id: upto for id, (upto, _) in looking.items() if upto is not None}
        if not places:
            return False
        after = min(places.values())
        ids = [id for id, upto in places.items() if upto == after]
        begun = [rule for rule in rules if rule.id in ids and not looking[rule.id][1]]
        found, upto = await self._storage.read(partial(self._not_closed, after=after))

        def enter(tx: Tx) -> None:
            self._enter(tx, begun, found)
            self.store.looked(tx, ids, after, upto)

        await self._storage.write(enter)
        return not found

    def _begin(self, tx: Tx, ids: Sequence[str], calendar: str) -> None:
        for id in ids:
            self.store.look_at_all(tx, id, calendar)

    def _open(self, tx: Tx) -> tuple[Sequence[Rule], Mapping[str, tuple[int | None, str]]]:
        """The rules, and those of them that look or have looked at all tickets."""
        rules, looking = self.store.rules(tx), self.store.looking(tx)
        # Other processes may not know of a new rule yet, and would not enter the tickets that they change.
        known = self._clock() - (KNOWN_AFTER_MS if tx.dialect == "postgresql" else 0)
        return rules, {rule.id: looking[rule.id] for rule in rules if rule.id in looking and rule.since <= known}

    def _calendar(self) -> str:
        """A name of the opened hours of all teams."""
        known = repr(sorted((key, time.calendar) for key, time in self._opened().items()))
        return blake2b(known.encode(), digest_size=8).hexdigest()

    @staticmethod
    def _not_closed(tx: Tx, after: int) -> tuple[list[int], int | None]:
        """The next tickets that are not closed, and the number up to which they were found; None at the end."""
        number = col(TicketRow.number)
        last = after + SPAN
        query = select(TicketRow.number).where(number > after, number <= last, col(TicketRow.closed_at).is_(None))
        found = [one for one in tx.session.exec(query.order_by(number).limit(ENTERED_AT_ONCE)) if one is not None]
        if len(found) == ENTERED_AT_ONCE:
            return found, found[-1]
        further = tx.session.exec(select(TicketRow.number).where(number > last).limit(1)).first()
        return found, last if further is not None else None

    def _enter(self, tx: Tx, begun: Sequence[Rule], found: Sequence[int]) -> None:
        """`begun`: the rules that were switched on or got another time. They run again for a time for which they have
        run, if it has not passed by their present hours."""
        now = self._clock()
        for rule in begun:
            if rule.time is not None and rule.time.since != "sla_due":
                # Opened hours end at this moment or later. So what has run since the change does not run again.
                self.store.begin_anew(tx, rule.id, found, now - rule.time.hours * HOUR_MS)
        self.store.look(tx, found, now)


def _after(known: Handled | None, new: Sequence[Moment]) -> Handled:
    """What a rule has done once it has run for what is new."""
    runs = known.runs + 1 if known is not None else 1
    targets = dict(one.target for one in new if one.target is not None)
    if not targets:
        return Handled(new[0].began, runs)
    return of_targets({**(known.targets if known is not None else {}), **targets}, runs)


def _counts_anew(upto: int | None, known: str, calendar: str) -> bool:
    """True if a rule has to look at all tickets by other hours. One that was just switched on looks at all of them
    first."""
    return known != calendar and (upto is None or known != "")
