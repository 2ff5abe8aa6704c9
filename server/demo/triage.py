"""Priorities, tags, a snooze and custom fields on the demo's open tickets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from clock import rfc3339
from identity.actor import Actor
from server.demo.fields import add_fields
from storage.ports import Tx
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.service import Tickets
from ticketing.wanted import Wanted

_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
_BY_SUBJECT: Mapping[str, tuple[str, Wanted]] = {
    "Totals differ between the screen and the PDF": ("Mateo", Wanted(priority="urgent", tags=["month-end", "pdf"])),
    "Seats for the December training on estimates": ("Mateo", Wanted(tags=["december", "training"])),
    "Estimate 40031 is locked": ("Priya", Wanted(priority="high", tags=["locked"])),
    "Please add our new cost centre to the invoices": ("Deshawn", Wanted(priority="low", tags=["invoices"])),
}
_SNOOZED = "Estimate 39877 missing after the upgrade"
"""Snoozed for four days, until development has the cause."""


def sort_tickets(tx: Tx, tickets: Tickets, staff: Mapping[str, Actor], now: int) -> None:
    later = Wanted(snoozed_until=rfc3339(now + 4 * _DAY_MS), tags=["upgrade"])
    wanted = {**_BY_SUBJECT, _SNOOZED: ("Mateo", later)}
    query = select(TicketRow.number, TicketRow.subject).where(col(TicketRow.subject).in_(wanted))
    for number, subject in tx.session.exec(query).all():
        ticket = SqlStore().find(tx, number or 0, lock=True)
        if ticket is None or subject is None or ticket.status == "solved":
            continue
        by, change = wanted[subject]
        # Soon after the ticket's last change, so that lists keep their order.
        tickets.change(tx, staff[by], ticket, change, min(now, ticket.updated_at + _MINUTE_MS))
    add_fields(tx, tickets, staff, now)
