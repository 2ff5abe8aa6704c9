"""Removes personal data from records whose retention is over, some rows at a time. Facts and ids stay.

Data that tickets need is left alone until they are closed for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Delete,
    String,
    Update,
    and_,
    delete,
    exists,
    func,
    inspect,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlmodel import SQLModel, col

from attachments.adapters.tables import FileRow
from identity.adapters.tables import AuditRow, FailedSignInsRow, SessionRow, VisitorRow
from knowledge.adapters.tables import ArticleFeedbackRow
from learning.adapters.tables import RegistrationRow
from learning.adapters.tables import SessionRow as LiveSessionRow
from mail.adapters.incoming_tables import IncomingMailRow
from mail.adapters.tables import LetterRow
from reviews.adapters.tables import ReviewRow
from search.adapters.tables import SearchMissRow
from server.live.personal_data.conversations import Conversations
from server.live.personal_data.kinds import RecordKind
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketRow

Key = tuple[object, ...]
Condition = ColumnElement[bool]
_AT_ONCE = 200
_PAUSE_S = 0.01
"""Pause between two transactions, so that messages go first."""


@dataclass(frozen=True, slots=True)
class Old:
    """Rows of a table whose time is over. `over` gets the moment before which they were last used. `becomes` are the
    new values; without any, the rows are deleted."""

    row: type[SQLModel]
    over: Callable[[int], Condition]
    becomes: Mapping[str, object] = field(default_factory=dict)


def _letters(before: int) -> Condition:
    closed = exists().where(col(TicketRow.number) == col(LetterRow.ticket), col(TicketRow.closed_at).is_not(None))
    settled = and_(col(LetterRow.state) != "waiting", col(LetterRow.settled_at) <= before)
    return and_(settled, col(LetterRow.to_address) != "", or_(col(LetterRow.ticket).is_(None), closed))


def _mails(before: int) -> Condition:
    """Mails that became no ticket: bounces, automatic answers, and those that staff deleted."""
    decided = col(IncomingMailRow.state).in_(("done", "deleted"))
    known = or_(col(IncomingMailRow.sender).is_not(None), col(IncomingMailRow.envelope_from) != "")
    # With IS NULL, SQLite would look at all mails without a ticket, in each transaction.
    without_ticket = func.coalesce(col(IncomingMailRow.ticket), 0) == 0
    return and_(decided, without_ticket, col(IncomingMailRow.received_at) <= before, known)


def _browsers(before: int) -> Condition:
    known = or_(col(VisitorRow.name).is_not(None), col(VisitorRow.email).is_not(None))
    return and_(col(VisitorRow.last_seen_at) <= before, known)


def _sessions(before: int) -> Condition:
    ended = or_(col(SessionRow.revoked_at) <= before, col(SessionRow.expires_at) <= before)
    known = or_(col(SessionRow.network).is_not(None), col(SessionRow.user_agent).is_not(None))
    return and_(ended, known)


def _reviews(before: int) -> Condition:
    texts = (ReviewRow.reason, ReviewRow.feedback, ReviewRow.answer)
    return and_(col(ReviewRow.at) <= before, or_(*(col(text).is_not(None) for text in texts)))


def _registrations(before: int) -> Condition:
    over = exists().where(
        col(LiveSessionRow.id) == col(RegistrationRow.session), col(LiveSessionRow.starts_at) <= before
    )
    return and_(over, col(RegistrationRow.address) != "")


RECORDS: Mapping[RecordKind, Sequence[Old]] = {
    "mails": (
        Old(LetterRow, _letters, {"to_address": "", "address": "", "person": None, "context": "{}", "error": None}),
        Old(
            IncomingMailRow,
            _mails,
            {"envelope_from": "", "sender": None, "subject": None, "quoted": None, "authentication_detail": None},
        ),
    ),
    "browsers": (Old(VisitorRow, _browsers, {"name": None, "email": None}),),
    "networks": (
        Old(AuditRow, lambda at: and_(col(AuditRow.at) <= at, col(AuditRow.network).is_not(None)), {"network": None}),
        Old(SessionRow, _sessions, {"network": None, "user_agent": None}),
        Old(
            ArticleFeedbackRow,
            lambda at: and_(col(ArticleFeedbackRow.at) <= at, col(ArticleFeedbackRow.network).is_not(None)),
            {"network": None},
        ),
        Old(
            FileRow,
            lambda at: and_(col(FileRow.created_at) <= at, col(FileRow.network).is_not(None)),
            {"network": None},
        ),
        Old(FailedSignInsRow, lambda at: col(FailedSignInsRow.last_at) <= at),
    ),
    "reviews": (Old(ReviewRow, _reviews, {"reason": None, "feedback": None, "answer": None}),),
    "feedback": (
        Old(
            ArticleFeedbackRow,
            lambda at: and_(col(ArticleFeedbackRow.at) <= at, col(ArticleFeedbackRow.comment).is_not(None)),
            {"comment": None},
        ),
        Old(SearchMissRow, lambda at: col(SearchMissRow.last_at) <= at),
    ),
    "training": (
        Old(
            RegistrationRow,
            _registrations,
            # Addresses are unique in a session.
            {"name": "", "address": "", "normal": sql_cast(col(RegistrationRow.id), String)},
        ),
    ),
}


class OldRecords:
    def __init__(self, storage: Storage, conversations: Conversations) -> None:
        self._storage = storage
        self._conversations = conversations

    async def end(self, kind: RecordKind, before: int) -> AsyncIterator[int]:
        """Remove what is older than the moment `before`. Gives the number of changed rows of each transaction. Raises
        StorageUnavailable."""
        for old in RECORDS[kind]:
            last: Key | None = None
            while keys := await self._storage.read(partial(_next, old=old, before=before, last=last), "export"):
                last = keys[-1]
                yield await self._storage.write(partial(self._end, old=old, before=before, keys=keys))
                await asyncio.sleep(_PAUSE_S)

    def _end(self, tx: Tx, *, old: Old, before: int, keys: Sequence[Key]) -> int:
        if old.row is LetterRow:
            self._conversations.remove_copies(tx, [int(str(key[0])) for key in keys])
        return tx.session.connection().execute(change(old, before, keys)).rowcount


def change(old: Old, before: int, keys: Sequence[Key]) -> Update | Delete:
    # The condition again: a row may have been used meanwhile.
    still = (tuple_(*inspect(old.row).primary_key).in_(keys), old.over(before))
    return update(old.row).where(*still).values(**old.becomes) if old.becomes else delete(old.row).where(*still)


def _next(tx: Tx, *, old: Old, before: int, last: Key | None) -> list[Key]:
    """The keys of the next rows, in the order of their primary keys."""
    keys = inspect(old.row).primary_key
    query = select(*keys).where(old.over(before)).order_by(*keys).limit(_AT_ONCE)
    if last is not None:
        query = query.where(tuple_(*keys) > tuple_(*last))
    return [tuple(row) for row in tx.session.connection().execute(query)]
