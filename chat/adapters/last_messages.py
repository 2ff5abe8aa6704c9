"""Reads the last message of each chat of some tickets."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, text

from storage.ports import Tx
from storage.row_by_row import row_by_row

_LAST = text("""
WITH RECURSIVE back (ticket, closed_at, chat, previous, said, count) AS (
    SELECT chats.ticket, chats.closed_at, chats.id, event.previous,
           CASE WHEN event.body LIKE :message AND NOT event.staff_only THEN event.body END, 1
    FROM chats JOIN events AS event ON event.id = chats.last_event WHERE chats.ticket IN :tickets
  UNION ALL
    SELECT back.ticket, back.closed_at, back.chat, event.previous,
           CASE WHEN event.body LIKE :message AND NOT event.staff_only THEN event.body END, back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE back.said IS NULL AND back.count < :most
)
SELECT ticket, said FROM back WHERE said IS NOT NULL OR previous IS NULL OR count = :most
ORDER BY ticket, closed_at, chat
""").bindparams(bindparam("tickets", expanding=True), message='{"type":"message",%')
"""Reads each chat backwards, along `EventRow.previous`. Returns one row for each chat."""
_MOST = 100
"""Number of newest events of a chat that are read."""


def last_messages(tx: Tx, tickets: Collection[int]) -> list[tuple[int, str | None]]:
    """Each chat of these tickets, oldest first, as (ticket, body of the chat's last message).

    Notes are not messages. The body is None if none of the newest events of the chat is a message.
    """
    rows = row_by_row(tx).execute(_LAST, {"tickets": sorted(tickets), "most": _MOST})
    return [(ticket, said) for ticket, said in rows]
