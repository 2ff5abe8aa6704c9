"""The networks from which unverified customers started chats. A supervisor can block the network of a chat."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select

from chat.adapters.tables import IS_OPEN, ChatNetworkRow, ChatRow
from storage.ports import Tx

KEPT_MS = 30 * 86_400_000
"""The network of a chat is kept for this long (ms) after the chat's start."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The network from which an open chat was started.

    `agent_wrote` is True if the present agent has written. `answered` is True if the customer has written since the
    agent's last message.
    """

    network: str
    agent_wrote: bool = False
    answered: bool = False


def keep(tx: Tx, chat: str, network: str, now: int) -> None:
    tx.session.add(ChatNetworkRow(chat=chat, network=network, at=now))


def of(tx: Tx, chat: str) -> str | None:
    """The network of a chat. None if it is unknown or no longer kept."""
    row = tx.session.get(ChatNetworkRow, chat)
    return row.network if row is not None else None


def of_open_chats(tx: Tx) -> dict[str, Origin]:
    """The origin of each open chat whose network is known."""
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
    tx.session.execute(delete(ChatNetworkRow).where(col(ChatNetworkRow.at) < now - KEPT_MS))
