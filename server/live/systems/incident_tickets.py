"""Moves the tickets that are linked to an incident: `availability.link_ports.LinkedTickets`, and the job that runs."""

from __future__ import annotations

import asyncio
from functools import partial

from availability.adapters.links import SqlLinks
from availability.adapters.store import SqlAvailability
from availability.link import Moved, Run
from availability.linking import Linking
from availability.ports import Finding
from clock import EvenClock
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.live.systems.system_status import AuditLog
from storage.ports import Storage, Tx
from ticketing import contact
from ticketing.adapters.store import SqlStore
from ticketing.codes import CODES
from ticketing.events import reply
from ticketing.service import Tickets
from ticketing.ticket import Ticket
from ticketing.wanted import Wanted

CLOSING_CODES = tuple(key for key, code in CODES.items() if code.pending_rca and code.product is None)
"""The codes to which Fixed – Pending RCA may lead, for tickets of any product."""
PAUSE_S = 0.02
"""Between two transactions of a run, so that messages come first."""
NOT_FIXED = "The requester answered that it is not fixed."
_GONE = "This ticket does not exist."


class TicketsOfIncidents:
    def __init__(self, tickets: Tickets, people: People) -> None:
        self._tickets = tickets
        self._people = people
        self._store = SqlStore()

    def check_code(self, code: str) -> None:
        if code not in CLOSING_CODES:
            sentence = f"Choose one of {', '.join(CLOSING_CODES)}."
            raise Refused("invalid", sentence, {"code": sentence})

    def move(self, tx: Tx, number: int, run: Run, now: int) -> Moved:
        ticket, actor = self._store.find(tx, number, lock=True), self._people.staff(tx, run.by)
        if ticket is None or actor is None:
            return Moved("refused", _GONE if actor is not None else "The publisher is no longer on the staff.")
        if ticket.not_fixed:
            return Moved("not_fixed", NOT_FIXED)
        if ticket.status == "solved":
            return Moved("closed")
        if run.kind == "mitigate":
            wanted = Wanted(status="fixed_pending_rca", workaround=run.text)
        else:
            wanted = Wanted(status="solved", resolution=run.code, finding=run.text)
        try:
            self._change(tx, actor, ticket, wanted, run.text, now)
        except Refused as refused:
            return Moved("refused", refused.message)
        return Moved("mitigated" if run.kind == "mitigate" else "closed")

    def _change(self, tx: Tx, actor: Actor, ticket: Ticket, wanted: Wanted, text: str, now: int) -> None:
        """Change the ticket, and write the text to its requester. A refusal comes before anything is stored."""
        changed = self._tickets.change(tx, actor, ticket, wanted, now, fields_needed=False)
        answered = self._tickets.keep(tx, changed, contact.answered(changed, now), [], actor, now)
        said = reply(actor, text, [], None, now)
        seq = self._tickets.append(tx, actor, answered, said, now, staff_only=False)
        self._tickets.mailing.follows(tx, ticket, answered, actor, now, seq=seq)


class IncidentRuns:
    """The runs of all incidents. They continue after a restart."""

    def __init__(
        self, storage: Storage, clock: EvenClock, tickets: Tickets, people: People, finding: Finding[Tx]
    ) -> None:
        self._storage = storage
        self._clock = clock
        moves = TicketsOfIncidents(tickets, people)
        self.linking = Linking(SqlAvailability(), SqlLinks(), moves, finding, AuditLog(), clock.steady)

    async def sweep(self) -> None:
        """Advance each run to its end. A run that is stopped ends after the current transaction."""
        for run in await self._storage.read(self.linking.running):
            await self._to_its_end(run)

    async def _to_its_end(self, run: Run) -> None:
        going = True
        while going:
            going = await self._storage.write(partial(self._advance, run=run))
            await asyncio.sleep(PAUSE_S)

    def _advance(self, tx: Tx, run: Run) -> bool:
        return self.linking.advance(tx, run.incident, run.kind, self._clock())
