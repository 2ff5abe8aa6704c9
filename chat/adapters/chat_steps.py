"""Reads the events in the chats of some tickets, to find when each side wrote and when agents joined or left."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import bindparam, text

from identity.actor import RULE
from storage.ports import Tx
from storage.row_by_row import row_by_row

_STEPS = text("""
WITH RECURSIVE back (ticket, started_at, chat, id, previous, seq) AS (
    SELECT chats.ticket, chats.started_at, chats.id, event.id, event.previous, event.seq
    FROM chats JOIN events AS event ON event.id = chats.last_event WHERE chats.ticket IN :tickets
  UNION ALL
    SELECT back.ticket, back.started_at, back.chat, event.id, event.previous, event.seq
    FROM back JOIN events AS event ON event.id = back.previous
)
SELECT back.ticket, back.chat, event.at,
       CASE WHEN event.body LIKE :customer THEN 'customer' WHEN event.body LIKE :rule THEN NULL
            WHEN event.body LIKE :staff THEN 'staff' END,
       CASE WHEN event.body LIKE :message THEN NULL ELSE event.body END
FROM back JOIN events AS event ON event.id = back.id
WHERE NOT event.staff_only
ORDER BY back.ticket, back.started_at, back.chat, back.seq
""").bindparams(
    bindparam("tickets", expanding=True),
    # The fields of a message in the order in which they are stored. The time has 24 characters.
    message='{"type":"message",%',
    customer='{"type":"message","at":"________________________","from":{"kind":"customer",%',
    staff='{"type":"message","at":"________________________","from":{"kind":"staff",%',
    rule=f'{{"type":"message","at":"________________________","from":{{"kind":"staff","id":"{RULE}%',
)
"""Reads each chat backwards, along `EventRow.previous`. The bodies of messages are not read."""
_ROWS = 500


class ChatStep(NamedTuple):
    """An event of a chat that the customer may see. `at` is in ms since the epoch, UTC.

    For a message, `writer` is set and `body` is None. For other events, `body` is set and `writer` is None. Both are
    None for what a rule wrote: nobody has answered.
    """

    ticket: int
    chat: str
    at: int
    writer: str | None
    body: str | None


def chat_steps(tx: Tx, tickets: Collection[int]) -> Iterator[ChatStep]:
    """The events that customers may see, from the chats of these tickets.

    The events are ordered by ticket, then by chat, and within a chat from the oldest to the newest. The rows are
    fetched in batches while the caller iterates.
    """
    # An option of the connection would also hold for the statements after this one.
    options = {"yield_per": _ROWS}
    rows = row_by_row(tx).execute(_STEPS, {"tickets": sorted(tickets)}, execution_options=options)
    return (ChatStep(*row) for row in rows)
