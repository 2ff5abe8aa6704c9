"""The lane of messages and notes on PostgreSQL: stores many appends in one transaction with four round trips.

A chat stays locked while its events are numbered, so `seq` has no gaps and no duplicates. Chats are locked in the order
of their ids, which prevents deadlocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import asyncpg

from chat.adapters.rows import event_of, moves_of, rows_of
from chat.events import Logged
from chat.numbering import Append, Head, Outcome, number
from chat.size import SIZE_MAX

_HEADS = """
SELECT id, team, state, customer, agent, ticket, last_seq, last_public_seq, last_at,
       reply_owed_since, first_reply_at, silent_due_at, agent_reply_at, last_event, size
FROM chats WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE
"""
_KNOWN = """
SELECT chat, seq, public_prev, staff_only, at, body, person, command, answer
FROM events JOIN unnest($1::text[], $2::text[]) AS asked (p, c) ON person = p AND command = c
"""
_INSERT = """
INSERT INTO events (id, previous, chat, seq, public_prev, staff_only, at, body, person, command)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bool[], $7::bigint[],
                     $8::text[], $9::text[], $10::text[])
"""
_IDS = "SELECT nextval(pg_get_serial_sequence('events', 'id')) FROM generate_series(1, $1)"
_MOVE = """
UPDATE chats SET last_seq = moved.seq, last_public_seq = moved.public, last_at = moved.at,
       reply_owed_since = moved.owed, first_reply_at = moved.first, silent_due_at = moved.due,
       agent_reply_at = moved.agents_first, last_event = moved.event, size = moved.size
FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[])
     AS moved (id, seq, public, at, owed, first, due, agents_first, event, size)
WHERE chats.id = moved.id
"""
_ATTEMPTS = 5


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

        Refused and repeated commands store nothing.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with connection.transaction():
                    return await self._write(connection, appends)
            except asyncpg.UniqueViolationError:
                # Another process stored one of these commands after the check. Now it is visible.
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _write(self, connection: asyncpg.Connection, appends: Sequence[Append]) -> list[Outcome]:
        rows = await connection.fetch(_HEADS, list({append.chat for append in appends}))
        heads = {row[0]: Head(*row) for row in rows}
        known = await self._look_up(connection, appends)
        outcomes, moved = number(appends, heads, known, self._silent_ms, self._size_max)
        if moved:
            ids = [row[0] for row in await connection.fetch(_IDS, len(appends))]
            await connection.execute(_INSERT, *_columns(rows_of(appends, outcomes, heads, iter(ids))))
            await connection.execute(_MOVE, *_columns(moves_of(heads, moved)))
        return outcomes

    async def _look_up(
        self, connection: asyncpg.Connection, appends: Sequence[Append]
    ) -> dict[tuple[str, str], Logged]:
        rows = await connection.fetch(
            _KNOWN, [append.actor.id for append in appends], [append.command for append in appends]
        )
        return {(row["person"], row["command"]): event_of(tuple(row)) for row in rows}


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
