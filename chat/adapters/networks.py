"""Where chats of unproven customers were started from, so that a supervisor can block the network of a chat."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select

from chat.adapters.tables import IS_OPEN, ChatNetworkRow, ChatRow
from storage.ports import Tx

KEPT_MS = 30 * 86_400_000
"""A network is forgotten so long after the chat began."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an open chat was started from. `agent_wrote`: its present agent has; `answered`: then the last word is the
    customer's."""

    network: str
    agent_wrote: bool = False
    answered: bool = False


def keep(tx: Tx, chat: str, network: str, now: int) -> None:
    """Remember the network of a new chat."""
    tx.session.add(ChatNetworkRow(chat=chat, network=network, at=now))


def of(tx: Tx, chat: str) -> str | None:
    """The network of a chat; None where it is not known, or not any more."""
    row = tx.session.get(ChatNetworkRow, chat)
    return row.network if row is not None else None


def of_open_chats(tx: Tx) -> dict[str, Origin]:
    """The origins of the open chats whose network is known, by chat."""
    found = tx.session.exec(
        select(ChatNetworkRow.chat, ChatNetworkRow.network, ChatRow.agent_reply_at, ChatRow.reply_owed_since)
        .join(ChatRow, col(ChatRow.id) == col(ChatNetworkRow.chat))
        .where(IS_OPEN)
    )
    return {
        chat: Origin(network, agent_wrote=wrote is not None, answered=wrote is not None and owed is not None)
        for chat, network, wrote, owed in found
    }


def forget(tx: Tx, now: int) -> None:
    """Forget those that were kept for long enough."""
    tx.session.execute(delete(ChatNetworkRow).where(col(ChatNetworkRow.at) < now - KEPT_MS))
