"""Removes the texts, files and names of chats and tickets, and keeps the facts: team, times, status, code, rating.

Each method is the body of one transaction, which changes at most some hundred rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import json
from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from attachments.adapters.files import Files
from attachments.adapters.tables import FileRow
from chat.adapters.tables import ChatNetworkRow, ChatRow, EventRow, PageRow
from chat.size import size_of
from escalation.adapters.tables import IssueLinkRow
from mail.adapters.incoming_tables import IncomingMailRow
from mail.adapters.tables import LetterRow, ReplyAddressRow
from mail.incoming.addressing import MAIL_AUTHOR
from server.live.mail.mail_removal import MailRemoval
from server.live.personal_data.emptied import emptied
from server.live.personal_data.rows import change_rows, delete_rows, steps
from storage.ports import Tx
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.merge_tables import MergeRow
from ticketing.adapters.tables import (
    BegunElsewhereRow,
    ParticipantRow,
    TicketChangeRow,
    TicketConfirmationRow,
    TicketEventRow,
    TicketLinkRow,
    TicketReadRow,
    TicketRow,
    WaitRow,
)
from ticketing.adapters.triage_tables import FieldValueRow
from ticketing.custom_fields import PREFIX
from ticketing.ports import OWN, PROPERTIES
from webhooks.adapters.tables import WebhookMessageRow

EVENTS_AT_A_TIME = 100
_TOLD = ("requester", "participants", "subject", "workaround", "finding")
"""The fields of a ticket's history whose values are names, addresses and texts."""
_OF_TICKETS = (
    (ParticipantRow, ParticipantRow.ticket),
    (WaitRow, WaitRow.ticket),
    (FieldValueRow, FieldValueRow.ticket),
    (TicketLinkRow, TicketLinkRow.ticket),
    (TicketConfirmationRow, TicketConfirmationRow.ticket),
    (BegunElsewhereRow, BegunElsewhereRow.ticket),
    (ReplyAddressRow, ReplyAddressRow.ticket),
    (IssueLinkRow, IssueLinkRow.ticket),
)
"""Tables whose rows of the ticket are removed."""
_NOTHING = frozenset[str]()
_ALL = 2**53


class Conversations:
    """`changed` gets the numbers of changed tickets, after the commit."""

    def __init__(
        self, files: Files, removal: MailRemoval, changed: Callable[[int], None] = lambda number: None
    ) -> None:
        self._files = files
        self._removal = removal
        self._changed = changed
        self._index = SqlIndex()

    def empty_chat_events(self, tx: Tx, chat: str, pseudonym: str | None, place: int | None) -> int | None:
        """Empty some events of a chat: the newest, or those from `place` back. Returns the next place, or None at the
        end."""
        row = tx.session.exec(select(ChatRow).where(ChatRow.id == chat).with_for_update()).first()
        if row is None:
            return None
        at = row.last_event if place is None else place
        for _ in range(EVENTS_AT_A_TIME):
            event = tx.session.get(EventRow, at) if at is not None else None
            if event is None:
                at = None
                break
            body = emptied(event.body, _NOTHING, pseudonym, all_texts=True)
            if body is not None:
                row.size += size_of(body) - size_of(event.body)
                event.body = body
            at = event.previous
        tx.session.flush()
        return at

    def empty_chat(self, tx: Tx, chat: str, pseudonym: str | None) -> None:
        """Empty the record of a chat whose events are empty, and remove its files."""
        nothing = {"subject": None, "first_line": None, "page": None, "referrer": None, "user_agent": None}
        values = {**nothing, "name": pseudonym, "email": None, "verified": False, "locale": None, "timezone": None}
        change_rows(tx, ChatRow, ChatRow.id, [chat], values)
        delete_rows(tx, ChatNetworkRow, ChatNetworkRow.chat, [chat])
        delete_rows(tx, PageRow, PageRow.chat, [chat])
        self.remove_files(tx, [f"chat:{chat}"])
        # What webhooks told of the chat before it had a ticket.
        told = (
            col(WebhookMessageRow.ticket).is_(None),
            col(WebhookMessageRow.event).startswith("chat.", autoescape=True),
            col(WebhookMessageRow.payload).contains(json.encode(chat).decode(), autoescape=True),
        )
        waiting = col(WebhookMessageRow.state) == "waiting"
        tx.session.connection().execute(delete(WebhookMessageRow).where(*told, waiting))
        tx.session.connection().execute(update(WebhookMessageRow).where(*told).values(payload="{}"))

    def empty_ticket_events(
        self, tx: Tx, number: int, people: Collection[str], pseudonym: str | None, place: int, *, all_texts: bool
    ) -> int | None:
        """Empty some events of a ticket's own log, from `place` on. Returns the next place, or None at the end."""
        # Locked before its events are read: other processes may run the same erasure.
        ticket = tx.session.exec(select(TicketRow).where(TicketRow.number == number).with_for_update()).one()
        query = select(TicketEventRow).where(TicketEventRow.ticket == number, col(TicketEventRow.seq) >= place)
        events = tx.session.exec(query.order_by(col(TicketEventRow.seq)).limit(EVENTS_AT_A_TIME)).all()
        grown = 0
        for event in events:
            body = emptied(event.body, people, pseudonym, all_texts=all_texts)
            if body is not None:
                grown += size_of(body) - size_of(event.body)
                event.body = body
        ticket.size += grown
        tx.session.flush()
        return events[-1].seq + 1 if len(events) == EVENTS_AT_A_TIME else None

    def empty_ticket(self, tx: Tx, number: int, pseudonym: str | None, now: int) -> None:
        """Empty the record of a ticket whose events and chats are empty, and remove its files, mails and letters."""
        ticket = tx.session.exec(select(TicketRow).where(TicketRow.number == number).with_for_update()).first()
        if ticket is None:
            return
        ticket.subject = ticket.workaround = ticket.finding = ticket.rating_comment = None
        ticket.requester_name, ticket.requester_email, ticket.requester_address = pseudonym, None, None
        ticket.requester_verified = False
        ticket.custom_fields = None
        ticket.version += 1
        if ticket.status != "solved" and "no_address" not in ticket.flags:
            ticket.flags = f"{ticket.flags or ','}no_address,"
        tx.session.flush()
        of_ticket = [number]
        for table, column in _OF_TICKETS:
            delete_rows(tx, table, column, of_ticket)
        lines = update(TicketChangeRow).where(col(TicketChangeRow.ticket) == number)
        custom = col(TicketChangeRow.field).startswith(PREFIX, autoescape=True)
        told = lines.where(or_(col(TicketChangeRow.field).in_(_TOLD), custom))
        tx.session.connection().execute(told.values(was=None, became=None))
        by_customers = lines.where(col(TicketChangeRow.by_kind) == "customer")
        tx.session.connection().execute(by_customers.values(by_name=pseudonym))
        reads = delete(TicketReadRow).where(col(TicketReadRow.ticket) == number)
        tx.session.connection().execute(reads.where(col(TicketReadRow.person).startswith(MAIL_AUTHOR, autoescape=True)))
        by_address = by_customers.where(col(TicketChangeRow.by_id).startswith(MAIL_AUTHOR, autoescape=True))
        tx.session.connection().execute(by_address.values(by_id=None))
        change_rows(tx, MergeRow, MergeRow.source, of_ticket, {"before": "{}", "moved": "[]"})
        change_rows(tx, MergeRow, MergeRow.target, of_ticket, {"moved": "[]"})
        self._index.forget(tx, number)
        self.remove_files(tx, [f"ticket:{number}"])
        self._empty_mail(tx, number, now)
        waiting = col(WebhookMessageRow.state) == "waiting"
        tx.session.connection().execute(
            delete(WebhookMessageRow).where(col(WebhookMessageRow.ticket) == number, waiting)
        )
        change_rows(tx, WebhookMessageRow, WebhookMessageRow.ticket, of_ticket, {"payload": "{}"})
        tx.after_commit(lambda: self._changed(number))

    def forget_participant(
        self, tx: Tx, number: int, people: Collection[str], addresses: Collection[str], pseudonym: str | None
    ) -> None:
        """Remove a participant from a ticket that stays: with the files that they sent, and their name in its history
        and search. `people` are all ids with which they wrote."""
        here = col(ParticipantRow.ticket) == number
        delete_rows(tx, ParticipantRow, ParticipantRow.email, addresses, here)
        delete_rows(tx, ParticipantRow, ParticipantRow.account, people, here)
        lines = update(TicketChangeRow).where(col(TicketChangeRow.ticket) == number)
        told = lines.where(col(TicketChangeRow.field) == "participants")
        tx.session.connection().execute(told.values(was=None, became=None))
        of_ticket = col(TicketChangeRow.ticket) == number
        change_rows(tx, TicketChangeRow, TicketChangeRow.by_id, people, {"by_name": pseudonym}, of_ticket)
        by_address = [person for person in people if person.startswith(MAIL_AUTHOR)]
        change_rows(tx, TicketChangeRow, TicketChangeRow.by_id, by_address, {"by_id": None}, of_ticket)
        delete_rows(tx, TicketReadRow, TicketReadRow.person, by_address, col(TicketReadRow.ticket) == number)
        _leave_out(tx, number, addresses)
        self._index.forget(tx, number)
        for stream in (PROPERTIES, OWN, *self.chats_of(tx, number)):
            self._index.wait(tx, number, stream, 0, _ALL if stream == OWN else 0)
        delete_rows(
            tx, TicketConfirmationRow, TicketConfirmationRow.holder, people, col(TicketConfirmationRow.ticket) == number
        )
        delete_rows(tx, ReplyAddressRow, ReplyAddressRow.address, addresses, col(ReplyAddressRow.ticket) == number)
        for some in steps(people):
            sent = select(FileRow.id).where(FileRow.holder == f"ticket:{number}", col(FileRow.uploader).in_(some))
            self.remove(tx, tx.session.exec(sent.where(col(FileRow.removed_at).is_(None))).all())
        ticket = update(TicketRow).where(col(TicketRow.number) == number)
        tx.session.connection().execute(ticket.values(version=col(TicketRow.version) + 1))
        tx.after_commit(lambda: self._changed(number))

    def remove_files(self, tx: Tx, holders: Sequence[str]) -> None:
        """Remove the files of these chats and tickets."""
        query = select(FileRow.id).where(col(FileRow.holder).in_(holders), col(FileRow.removed_at).is_(None))
        self.remove(tx, tx.session.exec(query).all())

    def remove(self, tx: Tx, ids: Sequence[str]) -> None:
        """Remove these files, and their contents after the commit."""
        if ids:
            self._files.remove(tx, ids)

    def remove_copies(self, tx: Tx, letters: Collection[int]) -> None:
        """Remove the copies of these letters after the commit."""
        for some in steps(letters):
            found = tx.session.exec(select(LetterRow.message_id).where(col(LetterRow.id).in_(some)))
            self._removal.erased(tx, found.all())

    def chats_of(self, tx: Tx, number: int) -> list[str]:
        return list(tx.session.exec(select(ChatRow.id).where(ChatRow.ticket == number)))

    def _empty_mail(self, tx: Tx, number: int, now: int) -> None:
        mails = select(IncomingMailRow.digest).where(IncomingMailRow.ticket == number)
        digests = list(tx.session.exec(mails))
        empty = {"envelope_from": "", "sender": None, "subject": None, "quoted": None, "authentication_detail": None}
        change_rows(tx, IncomingMailRow, IncomingMailRow.ticket, [number], {**empty, "state": "deleted"})
        self._removal.unneeded(tx, digests)
        self._removal.redacted(tx, number)
        letters = update(LetterRow).where(col(LetterRow.ticket) == number)
        # A letter that waits would tell what is gone.
        gone = {"state": "failed", "error": "erased", "settled_at": now, "claimed_by": None, "claimed_until": None}
        tx.session.connection().execute(letters.where(col(LetterRow.state) == "waiting").values(**gone))
        nobody = {"to_address": "", "address": "", "person": None, "context": "{}"}
        tx.session.connection().execute(letters.values(**nobody))


def _leave_out(tx: Tx, number: int, addresses: Collection[str]) -> None:
    """Take these addresses out of what merges with this ticket added to their targets."""
    query = select(MergeRow).where((col(MergeRow.source) == number) | (col(MergeRow.target) == number))
    for row in tx.session.exec(query).all():
        moved = json.decode(row.moved, type=list[str])
        row.moved = json.encode([address for address in moved if address.lower() not in addresses]).decode()
    tx.session.flush()
