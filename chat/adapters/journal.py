"""The journal for transactions that do more than store a message: the start, an assignment or the end of a chat.

Messages and notes go through the lane: `journal_sqlite`, `journal_postgres`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import UNSET, json, structs
from sqlmodel import col, select

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


def _row_of(entry: Logged, at: int, previous: int | None) -> EventRow:
    return EventRow(
        chat=entry.chat, seq=entry.seq, public_prev=entry.public_prev, staff_only=entry.staff_only, at=at,
        body=entry.body, person=entry.person, command=entry.command, answer=entry.answer, previous=previous,
    )  # fmt: skip


def _entry_of(row: EventRow) -> Logged:
    return Logged(
        row.chat, row.seq, row.public_prev, row.staff_only, rfc3339(row.at), row.body, row.person, row.command,
        row.answer,
    )  # fmt: skip


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


class TransactionalJournal:
    """Implements `chat.ports.Journal` with SQLModel, for SQLite and PostgreSQL.

    `committed` gets the stored results in the order of the commits. `about` reads the details of a chat for staff.
    `stored` is called in each transaction that adds events to a chat, with the chat as it is then.
    """

    def __init__(
        self, committed: Callable[[Committed], None], about: Callable[[Tx, ChatRow], About], stored: Stored = _ignored
    ) -> None:
        self._committed = committed
        self._about = about
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
        row = tx.session.exec(
            select(ChatRow).where(ChatRow.id == chat).with_for_update().execution_options(populate_existing=True)
        ).first()
        return self._held(tx, row) if row else None

    def _held(self, tx: Tx, row: ChatRow) -> Held:
        return _HeldRow(tx, row, self._committed, self._about, self._stored)


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
    """Implements `chat.ports.Held` for one chat's row."""

    def __init__(
        self,
        tx: Tx,
        row: ChatRow,
        committed: Callable[[Committed], None],
        about: Callable[[Tx, ChatRow], About],
        stored: Stored,
    ) -> None:
        self._stored = stored
        self._tx = tx
        self._row = row
        self._committed = committed
        self._about = about

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
            waiting_since=row.reply_owed_since, by=by, at=at,
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
        self._tx.session.flush()
        self._notify(Committed(self.chat, (), (), None))

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
        public, previous = row.last_public_seq, row.last_event
        written: list[Logged] = []
        for seq, event in enumerate(events, row.last_seq + 1):
            is_last = len(written) == len(events) - 1
            entry = _place(row.id, seq, public, event, at, stamp if is_last else None, answer if is_last else None)
            previous = self._append(entry, at, previous)
            public = public if event.staff_only else seq
            size += size_of(entry.body)
            written.append(entry)
        row.last_seq += len(written)
        row.last_public_seq, row.last_at, row.last_event, row.size = public, at, previous, size
        _apply(row, changes)
        self._tx.session.flush()
        self._stored(self._tx, self.chat, events)
        logged = tuple(self._with_about(written, events, stamp))
        self._notify(Committed(self.chat, logged, tuple(events), stamp, tuple(rewritten)))
        return written

    def _append(self, entry: Logged, at: int, previous: int | None) -> int | None:
        """Store the event and return the id of its row. The caller writes the chat's row once, after all events."""
        row = _row_of(entry, at, previous)
        self._tx.session.add(row)
        self._tx.session.flush()
        return row.id

    def _with_about(
        self, written: Sequence[Logged], events: Sequence[Durable], stamp: Stamp | None
    ) -> Iterator[Logged]:
        for entry, event in zip(written, events, strict=True):
            if isinstance(event, ChatStarted):
                # The customer's other tabs join. Other devices of the account list its chats and resume them.
                yield structs.replace(entry, joins=(self._row.customer, *((stamp.person,) if stamp else ())))
            elif isinstance(event, ChatAssigned):
                about = json.encode(self._about(self._tx, self._row))
                yield structs.replace(entry, joins=(event.staff.id,), about=about)
            else:
                yield entry

    def _notify(self, news: Committed) -> None:
        self._tx.after_commit(lambda: self._committed(news))
