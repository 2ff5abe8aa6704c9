"""Removes the record of a customer: names, addresses, accounts, sessions, follows, training. The ids stay."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import col, select

from attachments.adapters.tables import FileRow
from following.adapters.tables import FollowerRow, FollowRow, NoticeRow, PendingFollowRow, PrivateFeedRow
from identity.adapters.customer_note_tables import CustomerNoteRow
from identity.adapters.tables import (
    AccountLinkRow,
    AccountRow,
    BanRow,
    FailedSignInsRow,
    OwnAccountRow,
    PasskeyRow,
    SessionRow,
    SignOnRow,
    VisitorRow,
)
from identity.adapters.tables import MergeRow as PersonMergeRow
from knowledge.adapters.tables import ArticleFeedbackRow
from learning.adapters.tables import PlaylistRow, ProgressRow, RegistrationRow, SessionNoticeRow, VideoPlaceRow
from mail.adapters.incoming_tables import IncomingMailRow, TrustedSenderRow
from mail.adapters.tables import AddressHealthRow, LetterRow
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.person import Person
from server.live.personal_data.rows import change_rows, delete_rows, steps
from storage.ports import Tx
from ticketing.adapters.merge_tables import MergeRow
from ticketing.adapters.tables import BegunElsewhereRow, RequestRow, TicketConfirmationRow
from ticketing.requester import id_by_address
from zendesk.adapters.tables import ZendeskNumberRow


def sign_out(tx: Tx, person: Person, now: int) -> None:
    """End all sessions and tokens of the customer."""
    change_rows(tx, VisitorRow, VisitorRow.id, person.visitors, {"signed_out_at": now})
    change_rows(tx, AccountRow, AccountRow.id, person.accounts, {"signed_out_at": now})
    delete_rows(tx, SessionRow, SessionRow.user, person.accounts)


def forget_identity(tx: Tx, person: Person, conversations: Conversations, now: int) -> None:
    """Empty the record of the customer, and end all sessions and tokens. Ids stay, for figures and the audit log."""
    ids, addresses, by_address = person.ids, person.addresses, [id_by_address(one) for one in person.addresses]
    nobody: dict[str, object] = {"name": None, "email": None, "signed_out_at": now}
    change_rows(tx, VisitorRow, VisitorRow.id, person.visitors, nobody)
    for account in person.accounts:
        gone = {"sub": f"erased:{account}", "email_verified": False, "domain": None, "coordinator": False}
        change_rows(tx, AccountRow, AccountRow.id, [account], {**nobody, **gone, "client": None})
    for table, column, keys in (
        (OwnAccountRow, OwnAccountRow.account, person.accounts),
        (SignOnRow, SignOnRow.account, person.accounts),
        (PasskeyRow, PasskeyRow.user, person.accounts),
        (SessionRow, SessionRow.user, person.accounts),
        (FailedSignInsRow, FailedSignInsRow.user, person.accounts),
        (AccountLinkRow, AccountLinkRow.email, addresses),
        (CustomerNoteRow, CustomerNoteRow.person, [*ids, *by_address]),
        (RequestRow, RequestRow.person, person.authors),
        (BegunElsewhereRow, BegunElsewhereRow.browser, person.visitors),
        (TicketConfirmationRow, TicketConfirmationRow.holder, person.authors),
        (ProgressRow, ProgressRow.person, ids),
        (VideoPlaceRow, VideoPlaceRow.person, ids),
        (PlaylistRow, PlaylistRow.owner, ids),
        (ZendeskNumberRow, ZendeskNumberRow.id, [*ids, *by_address]),
        (PersonMergeRow, PersonMergeRow.person, by_address),
        (PersonMergeRow, PersonMergeRow.into, by_address),
        (TrustedSenderRow, TrustedSenderRow.address, addresses),
        (AddressHealthRow, AddressHealthRow.address, addresses),
        (PendingFollowRow, PendingFollowRow.address, addresses),
        (FollowRow, FollowRow.follower, person.followers),
        (NoticeRow, NoticeRow.follower, person.followers),
        (MergeRow, MergeRow.source, person.tickets),
        (PrivateFeedRow, PrivateFeedRow.follower, person.followers),
        (FollowerRow, FollowerRow.id, person.followers),
    ):
        delete_rows(tx, table, column, keys)
    change_rows(tx, ArticleFeedbackRow, ArticleFeedbackRow.person, ids, {"comment": None, "network": None})
    _forget_registrations(tx, ids, addresses)
    conversations.remove_copies(tx, person.letters)
    _forget_mail(tx, person.letters, addresses, now)
    for some in steps(person.authors):
        unused = select(FileRow.id).where(col(FileRow.uploader).in_(some), col(FileRow.holder).is_(None))
        conversations.remove(tx, tx.session.exec(unused.where(col(FileRow.removed_at).is_(None))).all())


def _forget_registrations(tx: Tx, ids: Collection[str], addresses: Collection[str]) -> None:
    # The job `session_care` offers the places that become free.
    numbers = set[int | None]()
    for column, keys in ((RegistrationRow.person, ids), (RegistrationRow.normal, addresses)):
        for some in steps(keys):
            numbers |= set(tx.session.exec(select(RegistrationRow.id).where(col(column).in_(some))))
    delete_rows(tx, SessionNoticeRow, SessionNoticeRow.registration, numbers)
    delete_rows(tx, RegistrationRow, RegistrationRow.id, numbers)


def _forget_mail(tx: Tx, letters: Collection[int], addresses: Collection[str], now: int) -> None:
    """Letters and mails about no ticket of the customer. Letters that wait are not sent. The blocks of mail
    from the addresses end."""
    delete_rows(tx, BanRow, BanRow.subject, addresses)
    failed = {"state": "failed", "error": "erased", "settled_at": now, "claimed_by": None, "claimed_until": None}
    change_rows(tx, LetterRow, LetterRow.id, letters, failed, col(LetterRow.state) == "waiting")
    gone = {"to_address": "", "address": "", "person": None, "context": "{}"}
    change_rows(tx, LetterRow, LetterRow.id, letters, gone)
    empty = {"envelope_from": "", "sender": None, "subject": None, "quoted": None, "authentication_detail": None}
    change_rows(tx, IncomingMailRow, IncomingMailRow.sender, addresses, {**empty, "state": "deleted"})
