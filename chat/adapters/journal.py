"""The journal inside a transaction that does more than write messages: starts, assignments, ends.

Messages and notes come by the lane instead: `journal_sqlite`, `journal_postgres`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import json, structs
from sqlmodel import col, select

from chat.adapters.archive import chat_of, place_in_line, row_at
from chat.adapters.closing import asked_of
from chat.adapters.tables import IS_OPEN, ChatRow, EventRow
from chat.closing_time import Asked
from chat.conversation import Chat, Clocks
from chat.errors import NotFound
from chat.events import Logged, body_of
from chat.frames import About, ChatAssigned, ChatStarted, Durable
from chat.ports import Changes, Closing, Committed, Opened, Stamp
from chat.size import size_of
from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from storage.ports import Tx


def _place(
    chat: str, seq: int, public_prev: int, event: Durable, at: int, stamp: Stamp | None, answer: dict[str, Any] | None
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
    """Returns by how many bytes the log grew; negative where it is smaller now."""
    row = row_at(tx, entry.chat, entry.seq)
    if row is None:
        raise NotFound
    grown = size_of(entry.body) - size_of(row.body)
    row.body = entry.body
    tx.session.add(row)
    return grown


def _change(tx: Tx, row: ChatRow, changes: Changes) -> None:
    for column, value in changes.items():
        setattr(row, column, json.encode(sorted(value)).decode() if column == "passed" else value)
    tx.session.add(row)
    tx.session.flush()


class TransactionalJournal:
    """`chat.ports.Journal` by SQLModel, for both databases. `committed` is told what is stored, in order; `about`
    says what staff are told of a chat."""

    def __init__(self, committed: Callable[[Committed], None], about: Callable[[Tx, ChatRow], About]) -> None:
        self._committed = committed
        self._about = about

    def open(self, tx: Tx, opened: Opened) -> Chat:
        present = tx.session.exec(
            select(ChatRow.id).where(col(ChatRow.customer).in_(opened.customer_ids), IS_OPEN)
        ).first()
        if present is not None:
            raise Refused("already_chatting", "You are in a chat already. Go on in that one.", chat=present)
        # A clock that was set back puts nobody before those who came earlier.
        joined_at = opened.at if opened.behind is None else max(opened.at, opened.behind)
        row = ChatRow(
            id=opened.id, team=opened.team, state="queued", customer=opened.customer,
            name=opened.name, email=opened.email, verified=opened.verified,
            product=opened.product, subject=opened.subject, page=opened.page, referrer=opened.referrer,
            locale=opened.locale, timezone=opened.timezone, user_agent=opened.user_agent,
            first_line=opened.first_line, started_at=opened.at, queued_at=joined_at, waiting_since=opened.at,
            last_at=opened.at, reply_owed_since=opened.at, about_ticket=opened.about,
            priority=opened.priority, preferred=opened.preferred,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        return chat_of(row)

    def chat(self, tx: Tx, chat: str) -> Chat | None:
        row = self._row(tx, chat)
        return chat_of(row) if row else None

    def event(self, tx: Tx, chat: str, seq: int) -> Logged | None:
        row = row_at(tx, chat, seq)
        return None if row is None else _entry_of(row)

    def place_in_line(self, tx: Tx, chat: str) -> int:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        return place_in_line(tx, row)

    def clocks(self, tx: Tx, chat: str) -> Clocks:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        return Clocks(row.reply_owed_since, row.first_reply_at, row.silent_due_at, row.agent_reply_at)

    def asked(self, tx: Tx, chat: str) -> Asked:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        return asked_of(row)

    def closing(self, tx: Tx, chat: str, by: Actor, at: int) -> Closing:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        return Closing(
            chat=row.id, team=row.team, customer=row.customer, name=row.name, email=row.email, verified=row.verified,
            product=row.product, subject=row.subject or row.first_line, agent=row.agent,
            waiting_since=row.reply_owed_since, by=by, at=at,
            about=row.about_ticket,
        )  # fmt: skip

    def stand(self, tx: Tx, chat: str, changes: Changes) -> None:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        _change(tx, row, changes)
        news = Committed(chat_of(row), (), (), None)
        tx.after_commit(lambda: self._committed(news))

    def write(
        self,
        tx: Tx,
        chat: str,
        events: Sequence[Durable],
        at: int,
        changes: Changes,
        stamp: Stamp | None = None,
        answer: dict[str, Any] | None = None,
        rewritten: Sequence[Logged] = (),
    ) -> list[Logged]:
        row = self._row(tx, chat)
        if row is None:
            raise NotFound
        size = row.size + sum(_rewrite(tx, entry) for entry in rewritten)
        written: list[Logged] = []
        seq, public = row.last_seq, row.last_public_seq
        for event in events:
            seq += 1
            last = len(written) == len(events) - 1
            written.append(_place(chat, seq, public, event, at, stamp if last else None, answer if last else None))
            public = public if event.staff_only else seq
        for entry in written:
            event_row = _row_of(entry, at, row.last_event)
            tx.session.add(event_row)
            tx.session.flush()
            row.last_event = event_row.id
            size += size_of(entry.body)
        _change(tx, row, {"last_seq": seq, "last_public_seq": public, "last_at": at, "size": size, **changes})
        told = tuple(self._with_about(tx, row, written, events, stamp))
        news = Committed(chat_of(row), told, tuple(events), stamp, tuple(rewritten))
        tx.after_commit(lambda: self._committed(news))
        return written

    def _with_about(
        self, tx: Tx, row: ChatRow, written: Sequence[Logged], events: Sequence[Durable], stamp: Stamp | None
    ) -> Iterator[Logged]:
        for entry, event in zip(written, events, strict=True):
            if isinstance(event, ChatStarted):
                # Their other tabs, that is. Other devices of the account have its chats listed and resume them.
                yield structs.replace(entry, joins=(row.customer, *((stamp.person,) if stamp else ())))
            elif isinstance(event, ChatAssigned):
                yield structs.replace(entry, joins=(event.staff.id,), about=json.encode(self._about(tx, row)))
            else:
                yield entry

    def _row(self, tx: Tx, chat: str) -> ChatRow | None:
        return tx.session.exec(
            select(ChatRow).where(ChatRow.id == chat).with_for_update().execution_options(populate_existing=True)
        ).first()
