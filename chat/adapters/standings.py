"""Reads the facts of chats that a supervisor's floor shows."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import col

from chat.adapters.tables import IS_OPEN, IS_OVER, ChatRow
from chat.standing import ClosedChat, OpenChat
from storage.ports import Tx

# These queries run every second while a floor is open, so they are built only once.
_OPEN = select(
    col(ChatRow.id),
    col(ChatRow.team),
    col(ChatRow.state),
    col(ChatRow.name),
    col(ChatRow.agent),
    col(ChatRow.offered_to),
    col(ChatRow.queued_at),
    col(ChatRow.waiting_since),
    col(ChatRow.assigned_at),
    col(ChatRow.first_reply_at),
    col(ChatRow.agent_reply_at),
    col(ChatRow.reply_owed_since),
    col(ChatRow.silent_due_at),
).where(IS_OPEN)
_CLOSED = select(
    col(ChatRow.id),
    col(ChatRow.team),
    col(ChatRow.agent),
    col(ChatRow.queued_at),
    col(ChatRow.first_reply_at),
    col(ChatRow.closed_at),
    col(ChatRow.closed_reason),
    col(ChatRow.ticket),
).where(IS_OVER, col(ChatRow.closed_at) >= bindparam("since"))


def of_open_chats(tx: Tx) -> list[OpenChat]:
    return list(map(OpenChat._make, tx.session.connection().execute(_OPEN)))


def of_chats_closed_since(tx: Tx, since: int) -> list[ClosedChat]:
    """The chats that were closed at `since` or later."""
    return list(map(ClosedChat._make, tx.session.connection().execute(_CLOSED, {"since": since})))
