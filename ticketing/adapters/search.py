"""What tickets are found by: the full text index of either database over `ticket_texts`.

Both hold words alone, as `ticketing.words` makes them, so that a search finds the same in either. The index
gives the tickets of a rare word at once; a word that stands almost everywhere is found sooner by looking at
tickets in the order of the list until the page is full.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import json
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    text,
)
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters.tables import TicketRow, TicketTextRow
from ticketing.words import Term, terms_of

COMMON = 4_000
"""Tickets; what more of them have is a common word."""

PLACE_MAX = 16_383
"""PostgreSQL counts no further."""

_FOUND = {
    "sqlite": text("SELECT rowid FROM ticket_index WHERE ticket_index MATCH :words LIMIT :most"),
    "postgresql": text(
        "SELECT ticket FROM ticket_index WHERE words @@ CAST(CAST(:words AS text) AS tsquery) LIMIT :most"
    ),
}
_LISTED = {
    "sqlite": text("SELECT value AS number FROM json_each(:numbers)"),
    "postgresql": text(
        "SELECT CAST(value AS bigint) AS number FROM json_array_elements_text(CAST(CAST(:numbers AS text) AS json))"
    ),
}
_FORGET = text(
    "INSERT INTO ticket_index (ticket_index, rowid, public, internal) VALUES ('delete', :ticket, :public, :internal)"
)
_ADD = text("INSERT INTO ticket_index (rowid, public, internal) VALUES (:ticket, :public, :internal)")


def index(tx: Tx, number: int, public: str, internal: str) -> None:
    """Have the ticket found by these words and no others."""
    row = tx.session.get(TicketTextRow, number, populate_existing=True)
    before = None if row is None else (row.public, row.internal)
    if before == (public, internal):
        return
    if row is None:
        tx.session.add(TicketTextRow(ticket=number, public=public, internal=internal))
    else:
        row.public, row.internal = public, internal
    tx.session.flush()
    if tx.dialect == "sqlite":
        _index_on_sqlite(tx, number, before, (public, internal))
    else:
        _index_on_postgres(tx, number, public, internal)


def _index_on_sqlite(tx: Tx, number: int, before: tuple[str, str] | None, after: tuple[str, str]) -> None:
    connection = tx.session.connection()
    if before is not None:
        # The index keeps no text: it is told what to forget.
        connection.execute(_FORGET, {"ticket": number, "public": before[0], "internal": before[1]})
    connection.execute(_ADD, {"ticket": number, "public": after[0], "internal": after[1]})


def _index_on_postgres(tx: Tx, number: int, public: str, internal: str) -> None:
    # Each with its place, in PostgreSQL's own writing: its parser would have words of its own.
    said = public.split()
    placed = [*enumerate(said, 1), *enumerate(internal.split(), len(said) + 2)]
    words = " ".join(f"'{word}':{min(place, PLACE_MAX)}" for place, word in placed)
    tx.session.connection().execute(
        text(
            "INSERT INTO ticket_index (ticket, words) VALUES (:ticket, CAST(CAST(:words AS text) AS tsvector)) "
            "ON CONFLICT (ticket) DO UPDATE SET words = excluded.words"
        ),
        {"ticket": number, "words": words},
    )


def mentions(tx: Tx, q: str, *, for_staff: bool, looking: bool = False) -> ColumnElement[bool]:
    """The tickets that `q` finds: by number, or by what was said. Customers find nothing by what is for staff.

    `looking`: do not ask the index. Cheaper where other conditions leave a few tickets anyway.
    """
    terms = terms_of(q)
    if looking and terms:
        found = _by_looking(tx, terms, for_staff=for_staff)
    else:
        found = _saying(tx, terms, for_staff=for_staff)
    number = q.strip().removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        return or_(col(TicketRow.number) == int(number), found)
    return found


def _saying(tx: Tx, terms: Sequence[Term], *, for_staff: bool) -> ColumnElement[bool]:
    if not terms:
        return false()
    numbers = _by_index(tx, terms)
    if len(numbers) > COMMON:
        return _by_looking(tx, terms, for_staff=for_staff)
    indexed = _one_of(tx, numbers)
    # The index does not tell whom a word is for.
    return indexed if for_staff else and_(indexed, _by_looking(tx, terms, for_staff=False))


def _by_index(tx: Tx, terms: Sequence[Term]) -> Sequence[int]:
    """The numbers of tickets that the index has for the terms; no more than tell that they are common."""
    values = {"words": _query(tx, terms), "most": COMMON + 1}
    return tx.session.connection().execute(_FOUND[tx.dialect], values).scalars().all()


def _one_of(tx: Tx, numbers: Sequence[int]) -> ColumnElement[bool]:
    # As one value, however many they are: thousands of parameters would take longer than the search.
    listed = _LISTED[tx.dialect].bindparams(numbers=json.encode(numbers).decode())
    return col(TicketRow.number).in_(listed.columns(column("number", BigInteger)))


def _query(tx: Tx, terms: Sequence[Term]) -> str:
    """The terms in the index's own language. Words are letters and digits: nothing in them means anything to it."""
    if tx.dialect == "sqlite":
        return " AND ".join(f'"{" ".join(term.words)}"{"" if term.whole else " *"}' for term in terms)
    phrases = (" <-> ".join(f"'{word}'" for word in term.words) + ("" if term.whole else ":*") for term in terms)
    return " & ".join(f"({phrase})" for phrase in phrases)


def _by_looking(tx: Tx, terms: Sequence[Term], *, for_staff: bool) -> ColumnElement[bool]:
    place_of = func.instr if tx.dialect == "sqlite" else func.strpos
    texts = [col(TicketTextRow.public), col(TicketTextRow.internal)] if for_staff else [col(TicketTextRow.public)]
    held = (or_(*(place_of(literal(" ") + words + literal(" "), term.within) > 0 for words in texts)) for term in terms)
    return exists().where(col(TicketTextRow.ticket) == col(TicketRow.number), *held)
