"""Where chats of unproven customers were started from, so that a supervisor can block the network of a chat."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col, select

from chat.adapters.tables import IS_OPEN, ChatNetworkRow, ChatRow
from storage.ports import Tx

KEPT_MS = 30 * 86_400_000
"""A network is forgotten so long after the chat began."""


def keep(tx: Tx, chat: str, network: str, now: int) -> None:
    """Remember the network of a new chat."""
    tx.session.add(ChatNetworkRow(chat=chat, network=network, at=now))


def of(tx: Tx, chat: str) -> str | None:
    """The network of a chat; None where it is not known, or not any more."""
    row = tx.session.get(ChatNetworkRow, chat)
    return row.network if row is not None else None


def of_open_chats(tx: Tx) -> dict[str, str]:
    """The networks of the chats that are open, by chat."""
    found = tx.session.exec(
        select(ChatNetworkRow.chat, ChatNetworkRow.network)
        .join(ChatRow, col(ChatRow.id) == col(ChatNetworkRow.chat))
        .where(IS_OPEN)
    )
    return dict(found.all())


def forget(tx: Tx, now: int) -> None:
    """Forget those that were kept for long enough."""
    tx.session.execute(delete(ChatNetworkRow).where(col(ChatNetworkRow.at) < now - KEPT_MS))
