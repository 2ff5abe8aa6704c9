"""What was stored, read back: the log of a chat for replays and transcripts, and what staff are told about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Raw, json
from sqlmodel import col, select

from chat import wire
from chat.adapters.tables import ChatRow, EventRow
from chat.events import Logged
from chat.frames import About, Customer
from clock import rfc3339
from storage.ports import Tx

_UNREAD_MAX = 100
"""More unread messages than this are not counted one by one."""


def logged(row: EventRow) -> Logged:
    """A stored row as the event it holds."""
    return Logged(
        row.chat, row.seq, row.public_prev, row.staff_only, rfc3339(row.at), row.body,
        row.person, row.command, row.answer,
    )  # fmt: skip


def after(tx: Tx, chat: str, seq: int, limit: int) -> list[Logged]:
    """The events of `chat` after `seq`, in order, `limit` at most."""
    table: Any = EventRow.__table__  # type: ignore[attr-defined]  # columns alone are read: no object a row
    rows = tx.session.connection().execute(
        table.select().where(table.c.chat == chat, table.c.seq > seq).order_by(table.c.seq).limit(limit)
    )
    return [
        Logged(row.chat, row.seq, row.public_prev, row.staff_only, rfc3339(row.at), row.body,
               row.person, row.command, row.answer)
        for row in rows
    ]  # fmt: skip


def transcript(tx: Tx, chats: Iterable[str], *, for_staff: bool) -> list[Raw]:
    """The chats' durable events as on the wire, in order, as one audience may see them."""
    return [
        Raw(wire.durable(logged(row), staff=for_staff))
        for chat in chats
        for row in tx.session.exec(select(EventRow).where(EventRow.chat == chat).order_by(col(EventRow.seq)))
        if for_staff or not row.staff_only
    ]


def known(tx: Tx, person: str, command: str) -> Logged | None:
    """What this person's command wrote when it was stored, if it ever was."""
    row = tx.session.exec(select(EventRow).where(EventRow.person == person, EventRow.command == command)).first()
    return logged(row) if row else None


def chat_row(tx: Tx, chat: str) -> ChatRow | None:
    """The chat as it stands."""
    return tx.session.get(ChatRow, chat)


def open_chats(tx: Tx, *, visitor: str | None = None, agent: str | None = None) -> Sequence[ChatRow]:
    """The chats that are not closed: of a visitor, of an agent, or all of them. Oldest first."""
    query = select(ChatRow).where(ChatRow.state != "closed").order_by(col(ChatRow.queued_at), col(ChatRow.id))
    if visitor is not None:
        query = query.where(ChatRow.visitor == visitor)
    if agent is not None:
        query = query.where(ChatRow.agent == agent)
    return tx.session.exec(query).all()


def about(tx: Tx, row: ChatRow) -> About:
    """What staff are told of a chat beside its events."""
    return About(
        chat=row.id, state=row.state, team=row.team, seq=row.last_seq,
        customer=Customer(row.visitor, row.name, row.email, row.verified, None),
        product=row.product, subject=row.subject, page=row.page, referrer=row.referrer, locale=row.locale,
        timezone=row.timezone, user_agent=row.user_agent,
        started_at=rfc3339(row.started_at), assigned_at=_moment(row.assigned_at), last_at=rfc3339(row.last_at),
        unread=_unread(tx, row), reply_owed_since=_moment(row.reply_owed_since),
    )  # fmt: skip


def _moment(value: int | None) -> str | None:
    return None if value is None else rfc3339(value)


def _unread(tx: Tx, row: ChatRow) -> int:
    bodies = tx.session.exec(
        select(EventRow.body)
        .where(EventRow.chat == row.id, EventRow.seq > row.read_staff, EventRow.person == row.visitor)
        .limit(_UNREAD_MAX)
    )
    return sum(json.decode(body)["type"] == "message" for body in bodies)
