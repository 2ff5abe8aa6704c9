"""Removes the record of a customer: names, addresses, accounts, sessions, follows, training. The ids stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, or_, update
from sqlmodel import SQLModel, col, select

from attachments.adapters.tables import FileRow
from following.adapters.tables import FollowerRow, FollowRow, NoticeRow, PendingFollowRow, PrivateFeedRow
from identity.adapters.tables import (
    AccountLinkRow,
    AccountRow,
    AuditRow,
    FailedSignInsRow,
    OwnAccountRow,
    PasskeyRow,
    SessionRow,
    SignOnRow,
    VisitorRow,
)
from knowledge.adapters.tables import ArticleFeedbackRow
from learning.adapters.tables import PlaylistRow, ProgressRow, RegistrationRow, SessionNoticeRow, VideoPlaceRow
from mail.adapters.incoming_tables import IncomingMailRow, TrustedSenderRow
from mail.adapters.tables import AddressHealthRow, LetterRow
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.person import Person
from storage.ports import Tx
from ticketing.adapters.merge_tables import MergeRow
from ticketing.adapters.tables import BegunElsewhereRow, RequestRow, TicketConfirmationRow
from zendesk.adapters.tables import ZendeskNumberRow

_AUDIT_MAX = 10_000


def forget_identity(tx: Tx, person: Person, conversations: Conversations, now: int) -> None:
    """Empty the record of the customer. The ids of accounts and visitors stay, so that figures and the audit log hold.
    All sessions and tokens end."""
    ids, addresses = person.ids, person.addresses
    nobody: dict[str, object] = {"name": None, "email": None, "signed_out_at": now}
    _change(tx, VisitorRow, VisitorRow.id, person.visitors, nobody)
    for account in person.accounts:
        gone = {"sub": f"erased:{account}", "email_verified": False, "domain": None, "coordinator": False}
        _change(tx, AccountRow, AccountRow.id, [account], {**nobody, **gone, "client": None})
    for table, column, keys in (
        (OwnAccountRow, OwnAccountRow.account, person.accounts),
        (SignOnRow, SignOnRow.account, person.accounts),
        (PasskeyRow, PasskeyRow.user, person.accounts),
        (SessionRow, SessionRow.user, person.accounts),
        (FailedSignInsRow, FailedSignInsRow.user, person.accounts),
        (AccountLinkRow, AccountLinkRow.email, addresses),
        (RequestRow, RequestRow.person, ids),
        (BegunElsewhereRow, BegunElsewhereRow.browser, person.visitors),
        (TicketConfirmationRow, TicketConfirmationRow.holder, ids),
        (ProgressRow, ProgressRow.person, ids),
        (VideoPlaceRow, VideoPlaceRow.person, ids),
        (PlaylistRow, PlaylistRow.owner, ids),
        (ZendeskNumberRow, ZendeskNumberRow.id, [*ids, *(f"mailto:{address}" for address in addresses)]),
        (TrustedSenderRow, TrustedSenderRow.address, addresses),
        (AddressHealthRow, AddressHealthRow.address, addresses),
        (PendingFollowRow, PendingFollowRow.address, addresses),
        (FollowRow, FollowRow.follower, person.followers),
        (NoticeRow, NoticeRow.follower, person.followers),
        (MergeRow, MergeRow.source, person.tickets),
        (PrivateFeedRow, PrivateFeedRow.follower, person.followers),
        (FollowerRow, FollowerRow.id, person.followers),
    ):
        _delete(tx, table, column, keys)
    _change(tx, MergeRow, MergeRow.target, [*person.tickets, *person.taking_part], {"moved": "[]"})
    _change(tx, ArticleFeedbackRow, ArticleFeedbackRow.person, ids, {"comment": None, "network": None})
    _forget_registrations(tx, ids, addresses)
    _forget_mail(tx, person.letters, addresses, now)
    unused = select(FileRow.id).where(col(FileRow.uploader).in_(ids), col(FileRow.holder).is_(None))
    conversations.remove(tx, tx.session.exec(unused.where(col(FileRow.removed_at).is_(None))).all())
    _forget_in_audit(tx, addresses)


def _forget_registrations(tx: Tx, ids: Collection[str], addresses: Collection[str]) -> None:
    theirs = or_(col(RegistrationRow.person).in_(ids), col(RegistrationRow.normal).in_(addresses))
    # The job `session_care` offers the places that become free.
    numbers = tx.session.exec(select(RegistrationRow.id).where(theirs)).all()
    _delete(tx, SessionNoticeRow, SessionNoticeRow.registration, numbers)
    _delete(tx, RegistrationRow, RegistrationRow.id, numbers)


def _forget_mail(tx: Tx, letters: Collection[int], addresses: Collection[str], now: int) -> None:
    """Letters and mails about no ticket of the customer. Letters that wait are not sent."""
    theirs = col(LetterRow.id).in_(letters)
    waiting = update(LetterRow).where(theirs, col(LetterRow.state) == "waiting")
    failed = {"state": "failed", "error": "erased", "settled_at": now, "claimed_by": None, "claimed_until": None}
    tx.session.connection().execute(waiting.values(**failed))
    gone = {"to_address": "", "address": "", "person": None, "context": "{}"}
    tx.session.connection().execute(update(LetterRow).where(theirs).values(**gone))
    empty = {"envelope_from": "", "sender": None, "subject": None, "quoted": None, "authentication_detail": None}
    _change(tx, IncomingMailRow, IncomingMailRow.sender, addresses, {**empty, "state": "deleted"})


def _forget_in_audit(tx: Tx, addresses: Collection[str]) -> None:
    """Lines about mails name the sender. The lines stay, without the address."""
    lines = select(AuditRow).where(AuditRow.thing == "mail").order_by(col(AuditRow.id).desc()).limit(_AUDIT_MAX)
    for row in tx.session.exec(lines):
        for address in addresses:
            if address in row.detail.lower():
                row.detail = "{}"
    tx.session.flush()


def _change(
    tx: Tx, table: type[SQLModel], column: object, keys: Collection[object], values: Mapping[str, object]
) -> None:
    if keys:
        tx.session.connection().execute(update(table).where(col(column).in_(keys)).values(**values))


def _delete(tx: Tx, table: type[SQLModel], column: object, keys: Collection[object]) -> None:
    if keys:
        tx.session.connection().execute(delete(table).where(col(column).in_(keys)))
