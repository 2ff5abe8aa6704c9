"""The journal for transactions that do more than store a message: the start, an assignment or the end of a chat.

Messages and notes go through the lane: `journal_sqlite`, `journal_postgres`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from msgspec import UNSET, json, structs
from sqlalchemy import ColumnElement, insert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat.adapters.archive import WHOLE, after, chat_of, queue_position, row_at
from chat.adapters.closing_time_rows import asked_of
from chat.adapters.tables import IS_OPEN, ChatRow, EventRow
from chat.closing_time import Asked
from chat.conversation import Chat, Clocks
from chat.errors import NotFound
from chat.events import Logged, body_of
from chat.frames.durable import ChatAssigned, ChatStarted, Durable
from chat.frames.people import About
from chat.ports import UNCHANGED, ChatChanges, Committed, EndedChat, Held, Opened, Stamp
from chat.size import size_of
from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from storage.ports import Tx

Stored: TypeAlias = Callable[[Tx, Chat, Sequence[Durable]], None]
Abouts: TypeAlias = Callable[[Tx, Sequence[ChatRow]], Sequence[About]]


def _place(
    chat: str,
    seq: int,
    public_prev: int,
    event: Durable,
    at: int,
    stamp: Stamp | None,
    answer: Mapping[str, object] | None,
) -> Logged:
    return Logged(
        chat, seq, public_prev, event.staff_only, rfc3339(at), body_of(event),
        stamp.person if stamp else None,
        stamp.command if stamp else None,
        json.encode(answer).decode() if answer else None,
    )  # fmt: skip


def _entry_of(row: EventRow) -> Logged:
    return Logged(
        row.chat, row.seq, row.public_prev, row.staff_only, rfc3339(row.at), row.body, row.person, row.command,
        row.answer,
    )  # fmt: skip


_ADD = insert(EventRow).returning(col(EventRow.chat), col(EventRow.id))


def _values_of(entry: Logged, at: int, previous: int | None) -> dict[str, object]:
    return {
        "chat": entry.chat, "seq": entry.seq, "public_prev": entry.public_prev, "staff_only": entry.staff_only,
        "at": at, "body": entry.body, "person": entry.person, "command": entry.command, "answer": entry.answer,
        "previous": previous,
    }  # fmt: skip


def _rewrite(tx: Tx, entry: Logged) -> int:
    """Store the new body of an event. Returns the change of the log's size in bytes."""
    row = row_at(tx, entry.chat, entry.seq)
    if row is None:
        raise NotFound
    grown = size_of(entry.body) - size_of(row.body)
    row.body = entry.body
    tx.session.add(row)
    return grown


_SAME: tuple[str, ...] = (
    "state", "team", "agent", "assigned_at", "waiting_since", "priority", "preferred", "handed_on_by", "overflowed_at",
    "left_due_at", "closed_at", "closed_reason", "ticket", "wrap_up_until", "name", "email", "subject",
    "first_line", "told_wait_s",
)  # fmt: skip
"""Fields of `ChatChanges` that have one column of the same name."""


def _apply(row: ChatRow, changes: ChatChanges) -> None:
    for name in _SAME:
        if (value := getattr(changes, name)) is not UNSET:
            setattr(row, name, value)
    if changes.passed is not UNSET:
        row.passed = json.encode(sorted(changes.passed)).decode()
    if changes.offer is not UNSET:
        offer = changes.offer
        row.offered_to = offer.to if offer else None
        row.offered_by = offer.by if offer else None
        row.offer_due_at = offer.due_at if offer else None
    if changes.asked is not UNSET:
        asked = changes.asked
        row.closing_at, row.closing_due_at, row.stays = asked.decide_by, asked.due_at, asked.stays
    if changes.clocks is not UNSET:
        row.reply_owed_since, row.first_reply_at, row.silent_due_at, row.agent_reply_at = changes.clocks


def _ignored(tx: Tx, chat: Chat, events: Sequence[Durable]) -> None:
    pass


@dataclass(slots=True)
class _Change:
    """What one call has changed in a chat. `chat` is the chat with all changes up to this one."""

    row: ChatRow
    chat: Chat
    at: int = 0
    logged: Sequence[Logged] = ()
    events: Sequence[Durable] = ()
    stamp: Stamp | None = None
    rewritten: Sequence[Logged] = ()


class _Writer:
    """Stores changes of chats in a transaction, with as few statements as possible."""

    def __init__(self, tx: Tx, committed: Callable[[Committed], None], abouts: Abouts, stored: Stored) -> None:
        self._tx = tx
        self._committed = committed
        self._abouts = abouts
        self._stored = stored

    def store(self, changes: Sequence[_Change]) -> None:
        """Store the events and the rows of the chats. After the commit, report each change."""
        self._add_events(changes)
        self._tx.session.flush()
        for change in changes:
            if change.logged:
                self._stored(self._tx, change.chat, change.events)
        assigned = [change.row for change in changes if any(map(_assigns, change.events))]
        abouts = {about.chat: json.encode(about) for about in self._abouts(self._tx, assigned)} if assigned else {}
        for change in changes:
            self._notify(change, abouts.get(change.row.id))

    def _add_events(self, changes: Sequence[_Change]) -> None:
        """Each event needs the row of the one before it, so each round adds one event of each chat."""
        rows = {change.row.id: change.row for change in changes}
        left = {chat: deque[tuple[Logged, int]]() for chat in rows}
        for change in changes:
            left[change.row.id].extend((entry, change.at) for entry in change.logged)
        while due := [entries.popleft() for entries in left.values() if entries]:
            added = [_values_of(entry, at, rows[entry.chat].last_event) for entry, at in due]
            for chat, id_ in self._tx.session.connection().execute(_ADD, added):
                rows[chat].last_event = id_

    def _notify(self, change: _Change, about: bytes | None) -> None:
        logged = tuple(self._joining(change, about))
        news = Committed(change.chat, logged, tuple(change.events), change.stamp, tuple(change.rewritten))
        self._tx.after_commit(partial(self._committed, news))

    def _joining(self, change: _Change, about: bytes | None) -> Iterator[Logged]:
        """The events, with those who follow the chat from then on."""
        for entry, event in zip(change.logged, change.events, strict=True):
            if isinstance(event, ChatStarted):
                # The customer's other tabs join. Other devices of the account list its chats and resume them.
                stamp = change.stamp
                yield structs.replace(entry, joins=(change.row.customer, *((stamp.person,) if stamp else ())))
            elif isinstance(event, ChatAssigned):
                yield structs.replace(entry, joins=(event.staff.id,), about=about)
            else:
                yield entry


def _assigns(event: Durable) -> bool:
    return isinstance(event, ChatAssigned)


class TransactionalJournal:
    """Implements `chat.ports.Journal` with SQLModel, for SQLite and PostgreSQL.

    `committed` gets the stored results in the order of the commits. `abouts` reads the details of chats for staff.
    `stored` is called in each transaction that adds events to a chat, with the chat as it is then.
    """

    def __init__(self, committed: Callable[[Committed], None], abouts: Abouts, stored: Stored = _ignored) -> None:
        self._committed = committed
        self._abouts = abouts
        self._stored = stored

    def open(self, tx: Tx, opened: Opened) -> Held:
        present = tx.session.exec(
            select(ChatRow.id).where(col(ChatRow.customer).in_(opened.customer_ids), IS_OPEN)
        ).first()
        if present is not None:
            raise Refused("already_chatting", "You already have a chat. Continue there.", chat=present)
        row = _row_of_chat(opened)
        tx.session.add(row)
        tx.session.flush()
        return self._held(tx, row)

    def hold(self, tx: Tx, chat: str) -> Held | None:
        row = tx.session.exec(_locked(ChatRow.id == chat)).first()
        return self._held(tx, row) if row else None

    @contextmanager
    def hold_all(self, tx: Tx, chats: Collection[str]) -> Iterator[Mapping[str, Held]]:
        rows = tx.session.exec(_locked(col(ChatRow.id).in_(set(chats))).order_by(col(ChatRow.id))).all()
        changes: list[_Change] = []
        # Nothing is flushed meanwhile, so that all rows are written together.
        with tx.session.no_autoflush:
            yield {row.id: _HeldRow(tx, row, changes.append) for row in rows}
        if changes:
            self._writer(tx).store(changes)

    def _held(self, tx: Tx, row: ChatRow) -> Held:
        writer = self._writer(tx)
        return _HeldRow(tx, row, lambda change: writer.store([change]))

    def _writer(self, tx: Tx) -> _Writer:
        return _Writer(tx, self._committed, self._abouts, self._stored)


def _locked(*conditions: ColumnElement[bool] | bool) -> SelectOfScalar[ChatRow]:
    return select(ChatRow).where(*conditions).with_for_update().execution_options(populate_existing=True)


def _row_of_chat(opened: Opened) -> ChatRow:
    # Even if the clock was set back, a new chat joins behind those that wait already.
    joined_at = opened.at if opened.behind is None else max(opened.at, opened.behind)
    return ChatRow(
        id=opened.id, team=opened.team, state="queued", customer=opened.customer,
        name=opened.name, email=opened.email, verified=opened.verified,
        product=opened.product, subject=opened.subject, page=opened.page, referrer=opened.referrer,
        locale=opened.locale, timezone=opened.timezone, user_agent=opened.user_agent,
        first_line=opened.first_line, started_at=opened.at, queued_at=joined_at, waiting_since=opened.at,
        last_at=opened.at, reply_owed_since=opened.at, about_ticket=opened.about,
        priority=opened.priority, preferred=opened.preferred,
    )  # fmt: skip


class _HeldRow:
    """Implements `chat.ports.Held` for one chat's row. Passes each change on to `store`."""

    def __init__(self, tx: Tx, row: ChatRow, store: Callable[[_Change], None]) -> None:
        self._tx = tx
        self._row = row
        self._store = store

    @property
    def chat(self) -> Chat:
        return chat_of(self._row)

    @property
    def clocks(self) -> Clocks:
        row = self._row
        return Clocks(row.reply_owed_since, row.first_reply_at, row.silent_due_at, row.agent_reply_at)

    @property
    def asked(self) -> Asked:
        return asked_of(self._row)

    def ended(self, by: Actor, at: int) -> EndedChat:
        row = self._row
        return EndedChat(
            chat=row.id, team=row.team, customer=row.customer, name=row.name, email=row.email, verified=row.verified,
            product=row.product, subject=row.subject or row.first_line, agent=row.agent,
            waiting_since=row.reply_owed_since, unanswered=row.first_reply_at is None, by=by, at=at,
            about=row.about_ticket,
        )  # fmt: skip

    def queue_position(self) -> int:
        return queue_position(self._tx, self._row)

    def event(self, seq: int) -> Logged | None:
        row = row_at(self._tx, self._row.id, seq)
        return None if row is None else _entry_of(row)

    def events_after(self, seq: int) -> Sequence[Logged]:
        return after(self._tx, self._row.id, seq, WHOLE)

    def change(self, changes: ChatChanges) -> None:
        _apply(self._row, changes)
        self._store(_Change(self._row, self.chat))

    def write(
        self,
        events: Sequence[Durable],
        at: int,
        changes: ChatChanges = UNCHANGED,
        stamp: Stamp | None = None,
        answer: Mapping[str, object] | None = None,
        rewritten: Sequence[Logged] = (),
    ) -> list[Logged]:
        row = self._row
        size = row.size + sum(_rewrite(self._tx, entry) for entry in rewritten)
        public = row.last_public_seq
        written: list[Logged] = []
        for seq, event in enumerate(events, row.last_seq + 1):
            is_last = len(written) == len(events) - 1
            entry = _place(row.id, seq, public, event, at, stamp if is_last else None, answer if is_last else None)
            public = public if event.staff_only else seq
            size += size_of(entry.body)
            written.append(entry)
        row.last_seq += len(written)
        row.last_public_seq, row.last_at, row.size = public, at, size
        _apply(row, changes)
        self._store(_Change(row, self.chat, at, written, events, stamp, rewritten))
        return written
