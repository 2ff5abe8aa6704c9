"""The lane of messages and notes on PostgreSQL: stores many appends in one transaction with two statements.

A chat stays locked while its events are numbered, so `seq` has no gaps and no duplicates. Chats are locked in the order
of their ids, which prevents deadlocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncpg

from chat.adapters.rows import event_of, moves_of, rows_of
from chat.numbering import Append, Head, Outcome, number
from chat.size import SIZE_MAX

_READ = """
WITH heads AS (
    SELECT id, team, state, customer, agent, ticket, last_seq, last_public_seq, last_at,
           reply_owed_since, first_reply_at, silent_due_at, agent_reply_at, last_event, size
    FROM chats WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
)
SELECT heads.*, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL::bigint FROM heads
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       chat, seq, public_prev, staff_only, at, body, person, command, answer, NULL
FROM events JOIN unnest($2::text[], $3::text[]) AS asked (p, c) ON person = p AND command = c
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, nextval('events_id_seq') FROM generate_series(1, $4)
"""
"""The heads of the chats, then the events of repeated commands, then ids for new events: one row each."""
_OF_HEAD = 15
"""The number of columns of a head."""
_WRITE = """
WITH added AS (
    INSERT INTO events (id, previous, chat, seq, public_prev, staff_only, at, body, person, command)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bool[], $7::bigint[],
                         $8::text[], $9::text[], $10::text[])
)
UPDATE chats SET last_seq = moved.seq, last_public_seq = moved.public, last_at = moved.at,
       reply_owed_since = moved.owed, first_reply_at = moved.first, silent_due_at = moved.due,
       agent_reply_at = moved.agents_first, last_event = moved.event, size = moved.size
FROM unnest($11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
            $18::bigint[], $19::bigint[], $20::bigint[])
     AS moved (id, seq, public, at, owed, first, due, agents_first, event, size)
WHERE chats.id = moved.id
"""


class PostgresJournal:
    """Provides `apply`, with which `Storage.lane` stores messages and notes on PostgreSQL.

    `silent_ms(team)` is the length of the customer's silence, in ms, that ends a chat. If a chat has `size_max` bytes
    or more, messages of its customer are refused.
    """

    def __init__(self, silent_ms: Callable[[str], int], size_max: int = SIZE_MAX) -> None:
        self._silent_ms = silent_ms
        self._size_max = size_max

    async def apply(self, connection: asyncpg.Connection, appends: Sequence[Append]) -> list[Outcome]:
        """Store the batch. Returns the outcome of each append, in order.

        Refused and repeated commands store nothing. Raises UniqueViolationError if another process stores one of these
        commands at the same time. In the next transaction it is known.
        """
        heads: dict[str, Head] = {}
        known, ids = {}, []
        commands = [append.actor.id for append in appends], [append.command for append in appends]
        for row in await connection.fetch(_READ, list({append.chat for append in appends}), *commands, len(appends)):
            values = tuple(row)
            if values[0] is not None:
                heads[values[0]] = Head(*values[:_OF_HEAD])
            elif values[-1] is None:
                event = event_of(values[_OF_HEAD:-1])
                known[event.person or "", event.command or ""] = event
            else:
                ids.append(values[-1])
        outcomes, moved = number(appends, heads, known, self._silent_ms, self._size_max)
        if moved:
            added = _columns(rows_of(appends, outcomes, heads, iter(ids)))
            await connection.execute(_WRITE, *added, *_columns(moves_of(heads, moved)))
        return outcomes


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
