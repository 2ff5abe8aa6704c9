"""Where chats and tickets meet: the port that ends a chat in a ticket, and the transcript of a ticket."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from chat import errors
from chat.adapters import archive
from chat.ports import Closing, TicketMade
from storage.ports import Tx
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


class TranscriptsOfChats:
    """`ticketing.ports.Transcripts` by the chats' logs."""

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        return archive.transcript(tx, chats, for_staff=for_staff)
