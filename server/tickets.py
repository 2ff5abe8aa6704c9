"""Where chats and tickets meet: the port that ends a chat in a ticket, and the transcript of a ticket."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from chat import errors
from chat.adapters import archive
from chat.ports import Closing, TicketMade
from identity.actor import Actor
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow
from ticketing.errors import Refused
from ticketing.service import Tickets
from ticketing.ticket import Opening, Requester


class TicketsOfChats:
    """`chat.ports.Tickets` by ticketing: every chat becomes exactly one ticket."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def open_for(self, tx: Tx, closing: Closing) -> TicketMade:
        opening = Opening(
            channel="chat",
            team=closing.team,
            requester=Requester(closing.customer, closing.name, closing.email, closing.verified),
            by=closing.by,
            at=closing.at,
            created_at=closing.at,
            chat=closing.chat,
            product=closing.product,
            subject=closing.subject,
            assignee=closing.agent,
            status=closing.status,
            resolution=closing.resolution,
            duplicate_of=closing.duplicate_of,
            with_=closing.with_,
            workaround=closing.workaround,
            waiting_since=closing.waiting_since,
        )
        try:
            ticket = self._tickets.open(tx, opening)
        except Refused as refused:
            raise errors.Refused(refused.code, refused.message, fields=refused.fields) from refused
        return TicketMade(ticket.number, ticket.status, ticket.resolution)

    def may_start_about(self, tx: Tx, actor: Actor, number: int) -> None:
        raise errors.Refused("not_found", "There is no such ticket among yours.")

    def rated(self, tx: Tx, number: int, score: int, comment: str | None, at: int) -> None:
        row = _present(tx, number)
        row.rating, row.rating_comment = score, comment
        tx.session.add(row)

    def text_removed(self, tx: Tx, number: int, line: str) -> None:
        """A text whose first line was `line` is gone from a chat of this ticket: so is a subject taken from it."""
        row = _present(tx, number)
        if row.subject == line:
            row.subject = None
            tx.session.add(row)


def _present(tx: Tx, number: int) -> TicketRow:
    row = tx.session.get(TicketRow, number, with_for_update=True)
    assert row is not None, "a closed chat has its ticket"
    return row


class TranscriptsOfChats:
    """`ticketing.ports.Transcripts` by the chats' logs."""

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        return archive.transcript(tx, chats, for_staff=for_staff)
