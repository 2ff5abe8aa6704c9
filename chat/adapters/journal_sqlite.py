"""The lane of messages and notes on SQLite: stores many appends in one savepoint, on the writer thread.

A batch is first written as if it had no repeated commands. If the unique index of the command ids refuses a row, the
batch is rolled back. Then the command ids are looked up, and the batch is written again without the repeated commands.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from chat.adapters.rows import event_of, moves_of, rows_of
from chat.events import Logged
from chat.numbering import Append, Duplicate, Head, Outcome, number
from chat.size import SIZE_MAX
from refusals import Refused

_HEADS = """
SELECT id, team, state, customer, agent, ticket, last_seq, last_public_seq, last_at,
       reply_owed_since, first_reply_at, silent_due_at, agent_reply_at, last_event, size
FROM chats WHERE id IN (SELECT value FROM json_each(?))
"""
_KNOWN = """
SELECT chat, seq, public_prev, staff_only, at, body, person, command, answer
FROM events WHERE person = ? AND command = ?
"""
_INSERT = """
INSERT INTO events (id, previous, chat, seq, public_prev, staff_only, at, body, person, command)
VALUES {rows}
"""
_LAST = "SELECT coalesce(max(id), 0) FROM events"
_MOVE = """
UPDATE chats SET last_seq = column2, last_public_seq = column3, last_at = column4,
       reply_owed_since = column5, first_reply_at = column6, silent_due_at = column7, agent_reply_at = column8,
       last_event = column9, size = column10
FROM (VALUES {rows}) AS moved WHERE chats.id = column1
"""

_AT_ONCE = 64
"""Maximum number of rows in one statement."""


def _by_size(statement: str, width: int) -> dict[int, str]:
    """The variants of a statement for 1, 2, 4, 8 … rows, by number of rows.

    Only these few sizes are used, so that SQLite has few statements to prepare.
    """
    row = f"({', '.join('?' * width)})"
    sizes = (1 << power for power in range(_AT_ONCE.bit_length()))
    return {size: statement.format(rows=", ".join([row] * size)) for size in sizes}


_INSERTS = _by_size(_INSERT, 10)
_MOVES = _by_size(_MOVE, 10)


class SqliteJournal:
    """Provides `apply`, with which `Storage.lane` stores messages and notes on SQLite.

    `silent_ms(team)` is the length of the customer's silence, in ms, that ends a chat. If a chat has `size_max` bytes
    or more, messages of its customer are refused.
    """

    def __init__(self, silent_ms: Callable[[str], int], size_max: int = SIZE_MAX) -> None:
        self._silent_ms = silent_ms
        self._size_max = size_max

    def apply(self, connection: sqlite3.Connection, appends: Sequence[Append]) -> list[Outcome]:
        """Store the batch. Returns the outcome of each append, in order.

        Refused and repeated commands store nothing.
        """
        connection.execute("SAVEPOINT appends")
        try:
            outcomes = self._write(connection, appends, {})
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK TO appends")
            outcomes = self._write(connection, appends, _look_up(connection, appends))
        connection.execute("RELEASE appends")
        return _instead_of_refusals(connection, appends, outcomes)

    def _write(
        self, connection: sqlite3.Connection, appends: Sequence[Append], known: dict[tuple[str, str], Logged]
    ) -> list[Outcome]:
        chats = json.dumps(list({append.chat for append in appends}))
        heads = {row[0]: Head(*row) for row in connection.execute(_HEADS, (chats,))}
        outcomes, moved = number(appends, heads, known, self._silent_ms, self._size_max)
        (last,) = connection.execute(_LAST).fetchone()
        _execute(connection, _INSERTS, rows_of(appends, outcomes, heads, count(last + 1)))
        _execute(connection, _MOVES, moves_of(heads, moved))
        return outcomes


def _execute(connection: sqlite3.Connection, statements: dict[int, str], rows: Sequence[Sequence[object]]) -> None:
    """Write the rows in as few statements as possible.

    Each statement costs a wait: it releases the interpreter lock and must get the lock back.
    """
    at = 0
    while left := len(rows) - at:
        size = min(_AT_ONCE, 1 << (left.bit_length() - 1))
        connection.execute(statements[size], [value for row in rows[at : at + size] for value in row])
        at += size


def _look_up(connection: sqlite3.Connection, appends: Iterable[Append]) -> dict[tuple[str, str], Logged]:
    known = {}
    for append in appends:
        key = (append.actor.id, append.command)
        row = connection.execute(_KNOWN, key).fetchone()
        if row is not None:
            known[key] = event_of(row)
    return known


def _instead_of_refusals(
    connection: sqlite3.Connection, appends: Sequence[Append], outcomes: list[Outcome]
) -> list[Outcome]:
    """`outcomes`, in which a refusal is replaced by the stored answer if its command was stored before."""
    refused = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Refused)]
    if refused:
        known = _look_up(connection, [appends[index] for index in refused])
        for index in refused:
            earlier = known.get((appends[index].actor.id, appends[index].command))
            if earlier is not None:
                outcomes[index] = Duplicate(earlier)
    return outcomes
