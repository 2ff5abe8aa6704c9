"""Counts the messages of customers that no staff member has read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field, json
from sqlalchemy import bindparam, text

from chat.adapters.tables import ChatRow
from chat.frames.people import Sender
from storage.ports import Tx
from storage.row_by_row import row_by_row

_NEWEST_MAX = 100
"""Number of newest events of a chat that are read."""
_MESSAGES = text("""
WITH RECURSIVE back (chat, above, previous, body, count) AS (
    SELECT chats.id, chats.read_staff, event.previous, event.body, 1
    FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id IN :chats AND event.seq > chats.read_staff
  UNION ALL
    SELECT back.chat, back.above, event.previous, event.body, back.count + 1
    FROM back JOIN events AS event ON event.id = back.previous
    WHERE event.seq > back.above AND back.count < :most
)
SELECT chat, body FROM back WHERE body LIKE '{"type":"message"%'
""").bindparams(bindparam("chats", expanding=True))


class _EventHead(Struct):
    """The sender of an event."""

    from_: Sender = field(name="from")


_head_of = json.Decoder(_EventHead).decode


def unread(tx: Tx, rows: Sequence[ChatRow]) -> Counter[str]:
    """The number of unread messages of each chat, by its id. Costs one query."""
    chats = [row.id for row in rows if row.read_staff < row.last_seq]
    if not chats:
        return Counter()
    found = row_by_row(tx).execute(_MESSAGES, {"chats": chats, "most": _NEWEST_MAX})
    return Counter(chat for chat, body in found if _head_of(body).from_.kind == "customer")
