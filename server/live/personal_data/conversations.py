"""Removes the texts, files and names of chats and tickets, and keeps the facts: team, times, status, code, rating.

Each method is the body of one transaction, which changes at most some hundred rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import SQLModel, col, select

from attachments.adapters.files import Files
from attachments.adapters.tables import FileRow
from chat.adapters.tables import ChatNetworkRow, ChatRow, EventRow
from chat.size import size_of
from mail.adapters.incoming_tables import IncomingMailRow
from mail.adapters.tables import LetterRow, ReplyAddressRow
from server.live.mail.mail_removal import MailRemoval
from server.live.personal_data.emptied import emptied
from storage.ports import Tx
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.tables import (
    BegunElsewhereRow,
    ParticipantRow,
    TicketChangeRow,
    TicketConfirmationRow,
    TicketEventRow,
    TicketLinkRow,
    TicketRow,
    WaitRow,
)
from ticketing.ports import OWN, PROPERTIES
from webhooks.adapters.tables import WebhookMessageRow

EVENTS_AT_A_TIME = 100
_TOLD = ("requester", "participants", "subject", "workaround", "finding")
"""The fields of a ticket's history whose values are names, addresses and texts."""
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
        _change(tx, ChatRow, ChatRow.id, [chat], values)
        _delete(tx, ChatNetworkRow, ChatNetworkRow.chat, [chat])
        self.remove_files(tx, [f"chat:{chat}"])

    def empty_ticket_events(
        self, tx: Tx, number: int, people: Collection[str], pseudonym: str | None, place: int, *, all_texts: bool
    ) -> int | None:
        """Empty some events of a ticket's own log, from `place` on. Returns the next place, or None at the end."""
        query = select(TicketEventRow).where(TicketEventRow.ticket == number, col(TicketEventRow.seq) >= place)
        events = tx.session.exec(query.order_by(col(TicketEventRow.seq)).limit(EVENTS_AT_A_TIME)).all()
        grown = 0
        for event in events:
            body = emptied(event.body, people, pseudonym, all_texts=all_texts)
            if body is not None:
                grown += size_of(body) - size_of(event.body)
                event.body = body
        if grown:
            ticket = tx.session.exec(select(TicketRow).where(TicketRow.number == number).with_for_update()).one()
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
        ticket.version += 1
        if ticket.status != "solved" and "no_address" not in ticket.flags:
            ticket.flags = f"{ticket.flags or ','}no_address,"
        tx.session.flush()
        of_ticket = [number]
        for table, column in (
            (ParticipantRow, ParticipantRow.ticket),
            (WaitRow, WaitRow.ticket),
            (TicketLinkRow, TicketLinkRow.ticket),
            (TicketConfirmationRow, TicketConfirmationRow.ticket),
            (BegunElsewhereRow, BegunElsewhereRow.ticket),
            (ReplyAddressRow, ReplyAddressRow.ticket),
        ):
            _delete(tx, table, column, of_ticket)
        lines = update(TicketChangeRow).where(col(TicketChangeRow.ticket) == number)
        told = lines.where(col(TicketChangeRow.field).in_(_TOLD))
        tx.session.connection().execute(told.values(was=None, became=None))
        tx.session.connection().execute(
            lines.where(col(TicketChangeRow.by_kind) == "customer").values(by_name=pseudonym)
        )
        self._index.forget(tx, number)
        self.remove_files(tx, [f"ticket:{number}"])
        self._empty_mail(tx, number, now)
        waiting = col(WebhookMessageRow.state) == "waiting"
        tx.session.connection().execute(
            delete(WebhookMessageRow).where(col(WebhookMessageRow.ticket) == number, waiting)
        )
        _change(tx, WebhookMessageRow, WebhookMessageRow.ticket, of_ticket, {"payload": "{}"})
        tx.after_commit(lambda: self._changed(number))

    def forget_participant(
        self, tx: Tx, number: int, people: Collection[str], addresses: Collection[str], pseudonym: str | None
    ) -> None:
        """Remove a participant from a ticket that stays, and their name from its history and search."""
        theirs = or_(col(ParticipantRow.email).in_(addresses), col(ParticipantRow.account).in_(people))
        tx.session.connection().execute(delete(ParticipantRow).where(col(ParticipantRow.ticket) == number, theirs))
        lines = update(TicketChangeRow).where(col(TicketChangeRow.ticket) == number)
        told = lines.where(col(TicketChangeRow.field) == "participants")
        tx.session.connection().execute(told.values(was=None, became=None))
        tx.session.connection().execute(lines.where(col(TicketChangeRow.by_id).in_(people)).values(by_name=pseudonym))
        self._index.forget(tx, number)
        for stream in (PROPERTIES, OWN, *self.chats_of(tx, number)):
            self._index.wait(tx, number, stream, 0, _ALL if stream == OWN else 0)
        _delete(
            tx, TicketConfirmationRow, TicketConfirmationRow.holder, people, col(TicketConfirmationRow.ticket) == number
        )
        _delete(tx, ReplyAddressRow, ReplyAddressRow.address, addresses, col(ReplyAddressRow.ticket) == number)
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

    def chats_of(self, tx: Tx, number: int) -> list[str]:
        return list(tx.session.exec(select(ChatRow.id).where(ChatRow.ticket == number)))

    def _empty_mail(self, tx: Tx, number: int, now: int) -> None:
        mails = select(IncomingMailRow.digest).where(IncomingMailRow.ticket == number)
        digests = list(tx.session.exec(mails))
        empty = {"envelope_from": "", "sender": None, "subject": None, "quoted": None, "authentication_detail": None}
        _change(tx, IncomingMailRow, IncomingMailRow.ticket, [number], {**empty, "state": "deleted"})
        self._removal.unneeded(tx, digests)
        self._removal.redacted(tx, number)
        letters = update(LetterRow).where(col(LetterRow.ticket) == number)
        # A letter that waits would tell what is gone.
        gone = {"state": "failed", "error": "erased", "settled_at": now, "claimed_by": None, "claimed_until": None}
        tx.session.connection().execute(letters.where(col(LetterRow.state) == "waiting").values(**gone))
        nobody = {"to_address": "", "address": "", "person": None, "context": "{}"}
        tx.session.connection().execute(letters.values(**nobody))


def _change(
    tx: Tx, table: type[SQLModel], column: object, keys: Sequence[object], values: Mapping[str, object]
) -> None:
    tx.session.connection().execute(update(table).where(col(column).in_(keys)).values(**values))


def _delete(
    tx: Tx, table: type[SQLModel], column: object, keys: Collection[object], *also: ColumnElement[bool]
) -> None:
    tx.session.connection().execute(delete(table).where(col(column).in_(keys), *also))
