"""Runs the steps of tickets that are due: reminders, auto-solving, the final close and the ends of snoozes.

Each method is the body of one transaction. `tx` is opaque.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from msgspec import structs

from identity.actor import SYSTEM
from ticketing.keeping import Changed
from ticketing.letters import Letters
from ticketing.listing import Place
from ticketing.notices import ToRequester
from ticketing.ports import Store, Tx
from ticketing.service import Tickets
from ticketing.targets import Policy
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Pace, Settled, Wait, held, paused, planned, reminded
from ticketing.waits import Discussed, Paces, Waits
from ticketing.wanted import Wanted

CHAT_MS = 300_000
"""While a chat about the ticket is open, the ticket's next step is put off by this time (ms), as often as necessary."""
_AUTO_SOLVED = Wanted(status="solved", resolution="auto_solved")
_Remind = tuple[Ticket, Wait, Literal["reminder_1", "reminder_2"], Pace]


@dataclass(slots=True)
class _Together:
    """The work of one transaction, sorted by kind, so that one query can handle many tickets."""

    over: list[int] = field(default_factory=list)
    """Tickets that no longer wait."""
    later: list[Wait] = field(default_factory=list)
    """Waits whose next step moves to a later date."""
    flagged: list[Changed] = field(default_factory=list)
    """Tickets whose flag `unreachable` changes."""
    solves: list[Ticket] = field(default_factory=list)
    reminds: list[_Remind] = field(default_factory=list)
    discussed: Collection[int] = ()
    """The tickets about which a chat is open."""
    back: Collection[str] = ()
    """The addresses to which letters came back."""

    def flag(self, ticket: Ticket, now: int, *, unreachable: bool) -> Ticket:
        """The ticket with its flag `unreachable` set to this value. If this changes the ticket, it is stored later."""
        if ticket.unreachable == unreachable:
            return ticket
        after = replace(ticket, unreachable=unreachable, updated_at=now, version=ticket.version + 1)
        self.flagged.append(Changed(ticket, after))
        return after


class DueSteps:
    def __init__(
        self,
        tickets: Tickets,
        store: Store,
        waits: Waits,
        paces: Paces,
        letters: Letters,
        discussed: Discussed,
    ) -> None:
        self._tickets = tickets
        self._store = store
        self._waits = waits
        self._paces = paces
        self._letters = letters
        self._discussed = discussed

    def recompute_targets(self, tx: Tx, after: Place | None, now: int, limit: int) -> Place | None:
        """Like `ServiceLevels.recompute`."""
        return self._tickets.service_levels.recompute(tx, after, now, limit)

    def policies(self, tx: Tx) -> Sequence[Policy]:
        return self._tickets.service_levels.policies(tx)

    def due(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose next step is due."""
        return self._waits.due(tx, now, limit)

    def to_close(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` solved tickets that can no longer be reopened, and are not closed for good yet."""
        return self._waits.to_close(tx, now, limit)

    def run(self, tx: Tx, now: int, limit: int) -> int:
        """Run the next step of at most `limit` tickets whose step is due. Returns the number of these tickets."""
        numbers = sorted(self._waits.due(tx, now, limit))
        self._run(tx, numbers, now)
        return len(numbers)

    def step(self, tx: Tx, number: int, now: int) -> None:
        """Run the next step of a ticket if it is due."""
        self._run(tx, [number], now)

    def postpone(self, tx: Tx, number: int, until: int) -> None:
        """Try the ticket's next step again at `until`. To be called after the step has failed."""
        wait = self._waits.of(tx, [number]).get(number)
        if wait is not None:
            self._waits.put(tx, [structs.replace(wait, due=until)])

    def recompute(self, tx: Tx, team: str, after: int, now: int, limit: int) -> int | None:
        """Recompute the dates of at most `limit` tickets of a team whose dates were computed by another calendar.

        Looks at tickets with numbers above `after`, in ascending order. Returns the highest number of the recomputed
        tickets, which is the `after` of the next call. Returns None if there was no such ticket.
        """
        pace = self._paces.of(team)
        if pace is None:
            return None
        numbers = self._waits.outdated(tx, team, pace.calendar, after, limit)
        self._store.find_all(tx, numbers, lock=True)
        self._waits.put(tx, [planned(wait, pace, now) for wait in self._waits.of(tx, numbers).values()])
        return numbers[-1] if numbers else None

    def close(self, tx: Tx, now: int, limit: int) -> int:
        """Close for good at most `limit` solved tickets that can no longer be reopened. Returns the number of closed
        tickets."""
        numbers = self._waits.to_close(tx, now, limit)
        self._waits.close(tx, numbers)
        return len(numbers)

    def snoozed(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose snooze is over."""
        return self._store.snoozed(tx, now, limit)

    def wake(self, tx: Tx, now: int, limit: int) -> int:
        """End the snoozes of at most `limit` tickets. Returns the number of these tickets."""
        numbers = sorted(self._store.snoozed(tx, now, limit))
        self._tickets.wake(tx, numbers, now)
        return len(numbers)

    def _run(self, tx: Tx, numbers: Sequence[int], now: int) -> None:
        tickets, waits = self._store.find_all(tx, numbers, lock=True), self._waits.of(tx, numbers)
        outcomes = self._letters.outcomes(tx, [wait.letter for wait in waits.values() if wait.letter is not None])
        addresses = {address for ticket in tickets.values() if (address := ticket.requester.email) is not None}
        together = _Together(
            back=self._letters.coming_back(tx, addresses),
            discussed=self._discussed(tx, list(waits)),
        )
        for number, wait in waits.items():
            settled = outcomes.get(wait.letter) if wait.letter is not None else None
            self._add(together, tickets.get(number), wait, settled, now)
        self._tickets.keep_all(tx, together.flagged, SYSTEM, now)
        self._waits.end(tx, together.over)
        self._solve_and_remind(tx, together, now)

    def _add(self, together: _Together, ticket: Ticket | None, wait: Wait, settled: Settled | None, now: int) -> None:
        """Add to `together` what is to be done with a ticket whose wait may be due."""
        if wait.due is None or wait.due > now:
            return
        if ticket is None or ticket.status != "awaiting_reply":
            together.over.append(wait.ticket)
            return
        if wait.ticket in together.discussed:
            together.later.append(structs.replace(wait, due=now + CHAT_MS))
            return
        pace = self._paces.of(wait.team)
        if ticket.requester.email in together.back:
            ticket = together.flag(ticket, now, unreachable=True)
            wait = structs.replace(wait, state="unreachable")
        if not ticket.reachable and wait.state != "not_delivered":
            together.later.append(paused(wait))
            return
        if pace is None or wait.calendar != pace.calendar:
            wait = planned(wait, pace, now)
        if pace is None or wait.due is None or wait.due > now:
            together.later.append(wait)
            return
        later = held(wait, settled, now, pace)
        failed = later is not None and later.state == "not_delivered"
        ticket = together.flag(ticket, now, unreachable=failed)
        if later is not None:
            together.later.append(later)
        elif wait.step == "auto_solve":
            together.solves.append(ticket)
        else:
            together.reminds.append((ticket, wait, wait.step, pace))

    def _solve_and_remind(self, tx: Tx, together: _Together, now: int) -> None:
        solved = self._tickets.change_all(tx, SYSTEM, together.solves, _AUTO_SOLVED, now)
        reminders: list[tuple[ToRequester, Ticket]] = [(step, ticket) for ticket, _, step, _ in together.reminds]
        letters = self._letters.queue_all(tx, [*reminders, *(("auto_solved", ticket) for ticket in solved)], now)
        later, flagged = [], _Together()
        for (ticket, wait, _, pace), letter in zip(together.reminds, letters, strict=False):
            if letter is None:
                flagged.flag(ticket, now, unreachable=True)
            else:
                later.append(reminded(wait, letter, now, pace))
        self._waits.put(tx, [*together.later, *later])
        self._tickets.keep_all(tx, flagged.flagged, SYSTEM, now)
