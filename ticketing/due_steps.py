"""Runs the steps of the waiting clocks that are due: reminders, auto-solving and the final close. `tx` is opaque.

Each method is the body of one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identity.actor import SYSTEM
from ticketing.letters import Letters
from ticketing.ports import Tx
from ticketing.service import Tickets
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Pace, Wait, held, paused, planned, reminded
from ticketing.waits import Paces, TicketStore, Waits
from ticketing.wanted import Wanted

_AUTO_SOLVED = Wanted(status="solved", resolution="auto_solved")


class DueSteps:
    def __init__(self, tickets: Tickets, store: TicketStore, waits: Waits, paces: Paces, letters: Letters) -> None:
        self._tickets = tickets
        self._store = store
        self._waits = waits
        self._paces = paces
        self._letters = letters

    def due(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose next step is due."""
        return self._waits.due(tx, now, limit)

    def to_close(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` solved tickets that can no longer be reopened, and are not closed for good yet."""
        return self._waits.to_close(tx, now, limit)

    def run(self, tx: Tx, now: int, limit: int, is_over: Callable[[], bool] = lambda: False) -> int:
        """Run the next step of at most `limit` tickets whose step is due. Returns their number.

        Ends early if `is_over` returns true after a step.
        """
        numbers = sorted(self._waits.due(tx, now, limit))
        tickets = self._store.find_all(tx, numbers, lock=True)
        waits = self._waits.of(tx, numbers)
        for done, number in enumerate(numbers, 1):
            self._step(tx, number, tickets.get(number), waits.get(number), now)
            if is_over():
                return done
        return len(numbers)

    def step(self, tx: Tx, number: int, now: int) -> None:
        """Run the next step of a ticket if it is due."""
        ticket = self._store.find(tx, number, lock=True)
        self._step(tx, number, ticket, self._waits.of(tx, [number]).get(number), now)

    def _step(self, tx: Tx, number: int, ticket: Ticket | None, wait: Wait | None, now: int) -> None:
        if wait is None or wait.due is None or wait.due > now:
            return
        if ticket is None or ticket.status != "awaiting_reply":
            self._waits.end(tx, number)
            return
        pace = self._paces.of(wait.team)
        if ticket.requester.email is not None and self._letters.comes_back(tx, ticket.requester.email):
            ticket = self._flagged(tx, ticket, now, unreachable=True)
            wait = replace(wait, state="unreachable")
        if not ticket.reachable and wait.state != "not_delivered":
            self._waits.put(tx, paused(wait))
            return
        if pace is None or wait.calendar != pace.calendar:
            wait = planned(wait, pace, now)
        if pace is None or wait.due is None or wait.due > now:
            self._waits.put(tx, wait)
            return
        self._run(tx, ticket, wait, pace, now)

    def postpone(self, tx: Tx, number: int, until: int) -> None:
        """Try the ticket's next step again at `until`, because running it failed."""
        wait = self._waits.of(tx, [number]).get(number)
        if wait is not None:
            self._waits.put(tx, replace(wait, due=until))

    def recompute(self, tx: Tx, team: str, after: int, now: int, limit: int) -> int | None:
        """Recompute the dates of at most `limit` tickets of a team whose dates were computed by another calendar.

        Looks at tickets with numbers above `after`. Returns the number of the last ticket, or None if there was none.
        """
        pace = self._paces.of(team)
        if pace is None:
            return None
        numbers = self._waits.outdated(tx, team, pace.calendar, after, limit)
        for number in numbers:
            self._store.find(tx, number, lock=True)
            wait = self._waits.of(tx, [number]).get(number)
            if wait is not None:
                self._waits.put(tx, planned(wait, pace, now))
        return numbers[-1] if numbers else None

    def close(self, tx: Tx, now: int, limit: int) -> int:
        """Close at most `limit` solved tickets for good that can no longer be reopened. Returns their number."""
        numbers = self._waits.to_close(tx, now, limit)
        self._waits.close(tx, numbers)
        return len(numbers)

    def _run(self, tx: Tx, ticket: Ticket, wait: Wait, pace: Pace, now: int) -> None:
        settled = self._letters.outcome(tx, wait.letter) if wait.letter is not None else None
        later = held(wait, settled, now, pace)
        failed = later is not None and later.state == "not_delivered"
        ticket = self._flagged(tx, ticket, now, unreachable=failed)
        if later is not None:
            self._waits.put(tx, later)
        elif wait.step == "auto_solve":
            solved = self._tickets.change(tx, SYSTEM, ticket, _AUTO_SOLVED, now)
            self._letters.queue(tx, "auto_solved", solved, now)
        else:
            self._remind(tx, ticket, wait, pace, now)

    def _remind(self, tx: Tx, ticket: Ticket, wait: Wait, pace: Pace, now: int) -> None:
        assert wait.step != "auto_solve"
        letter = self._letters.queue(tx, wait.step, ticket, now)
        if letter is None:
            self._flagged(tx, ticket, now, unreachable=True)
        else:
            self._waits.put(tx, reminded(wait, letter, now, pace))

    def _flagged(self, tx: Tx, ticket: Ticket, now: int, *, unreachable: bool) -> Ticket:
        if ticket.unreachable == unreachable:
            return ticket
        after = replace(ticket, unreachable=unreachable, updated_at=now, version=ticket.version + 1)
        return self._tickets.keep(tx, ticket, after, [], SYSTEM, now)
