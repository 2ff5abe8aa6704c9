"""The search index and its queue: `ticketing.ports.Index` on SQLite and PostgreSQL.

A ticket has one *passage* for each text, and two for its properties: one for everybody and one for staff only. A
passage contains the words into which `ticketing.search_words` splits the text, so a search finds the same tickets on
SQLite and on PostgreSQL. The id of a passage encodes the ticket and whether the passage is for staff only, so a search
needs no other table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, text

from storage.ports import Tx
from ticketing.ports import Passage, Waiting

PASSAGES_MAX = 1 << 19
"""Maximum number of passages per ticket. Texts beyond this number are not indexed, so searches do not find them."""
ID_OF_TICKET = 2 * PASSAGES_MAX
"""Distance between the ids of two tickets. Even ids are for everybody, odd ones for staff only."""

_WAIT = text(
    "INSERT INTO ticket_to_index (ticket, stream, position, last, version, failed) "
    "VALUES (:ticket, :stream, :position, :last, 0, FALSE)"
)
_WAITING = text(
    "SELECT id, ticket, stream, position, last, version FROM ticket_to_index WHERE NOT failed ORDER BY id LIMIT :most"
)
_DONE = text("DELETE FROM ticket_to_index WHERE id = :id AND version = :version")
_GO_ON = text("UPDATE ticket_to_index SET position = :position WHERE id = :id AND version = :version")
_FAILED = text("UPDATE ticket_to_index SET failed = TRUE WHERE id = :id")
_TRY_AGAIN = text("UPDATE ticket_to_index SET failed = FALSE WHERE failed")
_READ_AGAIN = text("UPDATE ticket_to_index SET version = version + 1 WHERE ticket = :ticket")

_LAST = text("SELECT max(id) FROM ticket_passages WHERE id BETWEEN :first AND :last")
_KNOWN = text(
    "SELECT seq FROM ticket_passages WHERE ticket = :ticket AND stream = :stream AND seq BETWEEN :low AND :high"
)
_HAS = text("SELECT id FROM ticket_passages WHERE ticket = :ticket AND stream = :stream LIMIT 1")
_STREAM = text("SELECT id, words FROM ticket_passages WHERE ticket = :ticket AND stream = :stream")
_ONE = text("SELECT id, words FROM ticket_passages WHERE ticket = :ticket AND stream = :stream AND seq = :seq")
_ALL = text("SELECT id, words FROM ticket_passages WHERE ticket = :ticket")
_FORGET_QUEUE = text("DELETE FROM ticket_to_index WHERE ticket = :ticket")
_ADD = text("INSERT INTO ticket_passages (id, ticket, stream, seq, words) VALUES (:id, :ticket, :stream, :seq, :words)")
_REMOVE = text("DELETE FROM ticket_passages WHERE id = :id")
_INDEX = {
    "sqlite": text("INSERT INTO ticket_index (rowid, words) VALUES (:id, :words)"),
    "postgresql": text("INSERT INTO ticket_index (id, words) VALUES (:id, CAST(CAST(:words AS text) AS tsvector))"),
}
_FORGET = {
    # The index keeps no text, so it must get the words to remove.
    "sqlite": text("INSERT INTO ticket_index (ticket_index, rowid, words) VALUES ('delete', :id, :words)"),
    "postgresql": text("DELETE FROM ticket_index WHERE id = :id"),
}


class SqlIndex:
    """Implements `ticketing.ports.Index`. `wake` is called after each commit that queued texts."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake

    # -- what is waiting ----------------------------------------------------------------------

    def wait(self, tx: Tx, number: int, stream: str, first: int, last: int) -> None:
        values = {"ticket": number, "stream": stream, "position": first, "last": last}
        tx.session.connection().execute(_WAIT, values)
        tx.after_commit(self._wake)

    def waiting(self, tx: Tx, limit: int) -> list[Waiting]:
        return [Waiting(*row) for row in tx.session.connection().execute(_WAITING, {"most": limit})]

    def advance(self, tx: Tx, waiting: Waiting, position: int | None) -> bool:
        known = {"id": waiting.id, "version": waiting.version}
        connection = tx.session.connection()
        if position is None:
            return connection.execute(_DONE, known).rowcount == 1
        return connection.execute(_GO_ON, known | {"position": position}).rowcount == 1

    def failed(self, tx: Tx, waiting: Waiting) -> None:
        tx.session.connection().execute(_FAILED, {"id": waiting.id})

    def try_again(self, tx: Tx) -> None:
        tx.session.connection().execute(_TRY_AGAIN)

    # -- what is found --------------------------------------------------------------------------

    def add(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        if not passages:
            return
        connection = tx.session.connection()
        places = [passage.seq for passage in passages]
        between = {"ticket": number, "stream": stream, "low": min(places), "high": max(places)}
        known = set(connection.execute(_KNOWN, between).scalars())
        new = [passage for passage in passages if passage.words and passage.seq not in known]
        first = number * ID_OF_TICKET
        last = connection.execute(_LAST, {"first": first, "last": first + ID_OF_TICKET - 1}).scalar()
        place = 1 if last is None else (last - first) // 2 + 1
        rows = [
            {
                "id": first + 2 * (place + offset) + passage.staff_only,
                "ticket": number,
                "stream": stream,
                "seq": passage.seq,
                "words": passage.words,
            }
            for offset, passage in enumerate(new[: PASSAGES_MAX - place])
        ]
        if rows:
            connection.execute(_ADD, rows)
            connection.execute(_INDEX[tx.dialect], [{"id": row["id"], "words": _indexed(tx, row)} for row in rows])

    def replace(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        connection = tx.session.connection()
        stored = connection.execute(_STREAM, {"ticket": number, "stream": stream}).all()
        _forget(tx, connection, [(id_, words) for id_, words in stored])
        self.add(tx, number, stream, passages)

    def remove(self, tx: Tx, number: int, stream: str, seq: int) -> None:
        connection = tx.session.connection()
        # The queue changes before the index. So an indexer at work has either stored its words already, or notices this
        # change and stores nothing.
        connection.execute(_READ_AGAIN, {"ticket": number})
        stored = connection.execute(_ONE, {"ticket": number, "stream": stream, "seq": seq}).all()
        _forget(tx, connection, [(id_, words) for id_, words in stored])

    def forget(self, tx: Tx, number: int) -> None:
        """Remove all texts of a ticket from the index and the queue."""
        connection = tx.session.connection()
        # As in `remove`, the queue changes before the index.
        connection.execute(_FORGET_QUEUE, {"ticket": number})
        stored = connection.execute(_ALL, {"ticket": number}).all()
        _forget(tx, connection, [(id_, words) for id_, words in stored])

    def has(self, tx: Tx, number: int, stream: str) -> bool:
        return tx.session.connection().execute(_HAS, {"ticket": number, "stream": stream}).first() is not None


def _forget(tx: Tx, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    if rows:
        values = [{"id": id_, "words": words} for id_, words in rows]
        connection.execute(_FORGET[tx.dialect], values if tx.dialect == "sqlite" else [{"id": id_} for id_, _ in rows])
        connection.execute(_REMOVE, [{"id": id_} for id_, _ in rows])


def _indexed(tx: Tx, row: dict[str, object]) -> str:
    words = str(row["words"])
    if tx.dialect == "sqlite":
        return words
    # Words with positions in PostgreSQL's own notation, so that its parser does not split them differently.
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words.split(), 1))
