"""Reads when each side wrote last in some chats."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, text

from identity.actor import RULE
from storage.ports import Tx
from storage.row_by_row import row_by_row

_LAST = text("""
WITH RECURSIVE back (chat, previous, customer, staff) AS (
    SELECT chats.id, event.previous,
           CASE WHEN event.body LIKE :customer AND NOT event.staff_only THEN event.at END,
           CASE WHEN event.body LIKE :staff AND event.body NOT LIKE :rule AND NOT event.staff_only THEN event.at END
    FROM chats JOIN events AS event ON event.id = chats.last_event WHERE chats.id IN :chats
  UNION ALL
    SELECT back.chat, event.previous,
           COALESCE(back.customer, CASE WHEN event.body LIKE :customer AND NOT event.staff_only THEN event.at END),
           COALESCE(back.staff, CASE WHEN event.body LIKE :staff AND event.body NOT LIKE :rule
               AND NOT event.staff_only THEN event.at END)
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE back.customer IS NULL OR back.staff IS NULL
)
SELECT chat, MAX(customer), MAX(staff) FROM back GROUP BY chat
""").bindparams(
    bindparam("chats", expanding=True),
    # The fields of a message in the order in which they are stored. The time has 24 characters.
    customer='{"type":"message","at":"________________________","from":{"kind":"customer",%',
    staff='{"type":"message","at":"________________________","from":{"kind":"staff",%',
    rule=f'{{"type":"message","at":"________________________","from":{{"kind":"staff","id":"{RULE}%',
)
"""Reads each chat backwards, along `EventRow.previous`, until both sides have written."""


def last_written(tx: Tx, chats: Collection[str]) -> Mapping[str, tuple[int | None, int | None]]:
    """When the customer and a member of staff wrote their last messages, by chat. What a rule wrote does not count. It
    reads a whole chat if one side has written nothing."""
    if not chats:
        return {}
    rows = row_by_row(tx).execute(_LAST, {"chats": sorted(chats)})
    return {chat: (customer, staff) for chat, customer, staff in rows}
