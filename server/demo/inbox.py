"""Fills an inbox of the demo's staff: a mention, and news of a ticket that Priya follows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from identity.actor import Actor
from inbox.adapters.store import SqlInbox
from inbox.entry import NewEntry
from inbox.service import Inbox
from storage.ports import Tx
from ticketing.adapters.follower_store import SqlFollowers
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.events import note
from ticketing.service import Tickets

_MINUTE_MS = 60_000
_MENTIONED = "Estimate 40031 is locked"
_FOLLOWED = "Totals differ between the screen and the PDF"
_ASKED = "@{} you unlocked one like this last week. Is it the same cause?"
_TOLD = "Development can reproduce it with December's figures. A fix is on its way."


def add_inbox(tx: Tx, tickets: Tickets, staff: Mapping[str, Actor], now: int) -> None:
    priya, mateo = staff["Priya"], staff["Mateo"]
    inbox: Inbox[Tx] = Inbox(SqlInbox())
    number, seq = _noted(tx, tickets, _MENTIONED, mateo, _ASKED.format(priya.name), now, priya.id)
    inbox.tell(tx, [NewEntry(person=priya.id, kind="mention", ticket=number, seq=seq, author=mateo.id)], now)
    number, seq = _noted(tx, tickets, _FOLLOWED, mateo, _TOLD, now)
    SqlFollowers().follow(tx, number, priya.id, now)
    inbox.tell(tx, [NewEntry(person=priya.id, kind="note", ticket=number, seq=seq, author=mateo.id)], now)


def _noted(tx: Tx, tickets: Tickets, subject: str, by: Actor, text: str, now: int, *mentions: str) -> tuple[int, int]:
    """The number of the ticket, and the `seq` of the note on it."""
    found = tx.session.exec(select(TicketRow.number).where(col(TicketRow.subject) == subject)).first()
    ticket = SqlStore().find(tx, found or 0, lock=True)
    assert ticket is not None, "a ticket of the sample"
    at = min(now, ticket.updated_at + _MINUTE_MS)
    return ticket.number, tickets.append(tx, by, ticket, note(by, text, [], at, mentions), at, staff_only=True)
