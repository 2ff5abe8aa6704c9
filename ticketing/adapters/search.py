"""Searches the full text index over `ticket_passages`, on SQLite or PostgreSQL.

The index contains the words into which `ticketing.search_words` splits the texts, so a search finds the same tickets on
SQLite and on PostgreSQL. For a rare word, the index returns all its tickets at once. For a common word, it is faster to
check the tickets one by one, in the order of the list, until the page is full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import json
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    text,
)
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.index import ID_OF_TICKET
from ticketing.adapters.tables import PassageRow, TicketRow
from ticketing.ports import IMPORTED, PROPERTIES
from ticketing.search_words import Said, Term, terms_of


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """Limits of a search. They change how fast a search is and which excerpts it shows, but not which tickets it
    finds."""

    common: int = 10_000
    """A word is common if more than this number of tickets contain it."""
    together: int = 50
    """A search compares the first tickets of each common term. If at least this many of these tickets contain all
    terms, the search checks tickets in list order, because this fills a page soon."""
    sampled: int = 4_000
    """A search first looks at this number of texts that contain the word."""
    texts: int = 40_000
    """To tell whether a word is common, a search then looks at this number of texts that contain the word."""
    dense: float = 0.1
    """A word is also common if this part of the texts contain it; on SQLite, of the newest tickets."""
    many: int = 100_000
    """A common word does not narrow a search for several if PostgreSQL estimates more than this number of texts with
    it, as it would read all of them; on SQLite, if it is dense and there are more tickets than this."""
    quoted: int = 500
    """At most this many texts of a ticket are searched for an excerpt.

    This limits the cost of a page of very long tickets.
    """


LIMITS = SearchLimits()

_SAYING = {
    "sqlite": "SELECT rowid >> 20 AS ticket FROM ticket_index WHERE ticket_index MATCH :{name}",
    "postgresql": "SELECT id >> 20 AS ticket FROM ticket_index WHERE words @@ CAST(CAST(:{name} AS text) AS tsquery)",
}
"""The id of a passage encodes its ticket and whether it is for staff only."""
_FOR_EVERYBODY = {"sqlite": " AND rowid & 1 = 0", "postgresql": " AND id & 1 = 0"}
_DISTINCT = "SELECT DISTINCT ticket FROM ({saying}) AS found"
_COUNTED = "SELECT ticket, count(*) FROM ({saying} LIMIT :texts) AS found GROUP BY ticket"
_NEWEST = (
    "SELECT count(DISTINCT ticket), min(ticket), (SELECT max(number) FROM tickets) "
    "FROM ({saying} ORDER BY rowid DESC LIMIT :texts) AS found"
)
_ESTIMATED = "EXPLAIN (FORMAT JSON) {saying} UNION ALL SELECT id FROM ticket_index"
_PLAN_FOR_THESE_WORDS = text("SET LOCAL plan_cache_mode = force_custom_plan")
_LISTED = {
    "sqlite": text("SELECT value AS number FROM json_each(:numbers)"),
    "postgresql": text(
        "SELECT CAST(value AS bigint) AS number FROM json_array_elements_text(CAST(CAST(:numbers AS text) AS json))"
    ),
}


@dataclass(frozen=True, slots=True)
class _First:
    """Tickets that contain a term. `more`: there are more of them, so the term is common. `everywhere`: so many texts
    contain it that the index should not return them."""

    tickets: Sequence[int]
    more: bool
    everywhere: bool = False


def mentions(
    tx: Tx, q: str, *, for_staff: bool, looking: bool = False, limits: SearchLimits = LIMITS
) -> ColumnElement[bool]:
    """The condition for tickets that `q` finds, by number or by text. Texts for staff only are searched only with
    `for_staff`.

    With `looking`, the index is not used. This is faster if other conditions leave only a few tickets.
    """
    terms = terms_of(q)
    if looking and terms:
        found = _by_looking(tx, terms, for_staff=for_staff)
    else:
        found = _saying(tx, terms, limits, for_staff=for_staff)
    number = q.strip().removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        return or_(col(TicketRow.number) == int(number), found)
    return found


def _saying(tx: Tx, terms: Sequence[Term], limits: SearchLimits, *, for_staff: bool) -> ColumnElement[bool]:
    """The condition for tickets that contain every term, in one text or in several."""
    if not terms:
        return false()
    if tx.dialect == "postgresql":
        # Without it, a connection that has searched five times plans for any word. For a common word, this plan takes
        # five times as long.
        tx.session.connection().execute(_PLAN_FOR_THESE_WORDS)
    found = [(term, _first(tx, term, limits, for_staff=for_staff)) for term in terms]
    rare = [frozenset(first.tickets) for _, first in found if not first.more]
    common = [term for term, first in found if first.more]
    if rare:
        listed = _one_of(tx, sorted(frozenset.intersection(*rare)))
        return and_(listed, _by_looking(tx, common, for_staff=for_staff)) if common else listed
    if len(common) > 1 and not _together((first.tickets for _, first in found), limits.together):
        narrowing = [term for term, first in found if not first.everywhere]
        # One common term alone has too many tickets.
        numbers = _by_index(tx, narrowing, limits.common, for_staff=for_staff) if len(narrowing) > 1 else None
        if numbers is not None and len(numbers) <= limits.common:
            others = [term for term in common if term not in narrowing]
            listed = _one_of(tx, numbers)
            return and_(listed, _by_looking(tx, others, for_staff=for_staff)) if others else listed
    return _by_looking(tx, common, for_staff=for_staff)


def _together(found: Iterable[Sequence[int]], enough: int) -> bool:
    """True if the common terms often occur in the same tickets. Compares only the first tickets of each term.

    If the result is true, checking tickets in list order fills a page soon. Then the index does not have to return all
    tickets of each term.
    """
    first = [frozenset(numbers) for numbers in found]
    reach = min(map(max, first))
    return sum(number <= reach for number in frozenset.intersection(*first)) >= enough


def _first(tx: Tx, term: Term, limits: SearchLimits, *, for_staff: bool) -> _First:
    """The tickets that the index finds for the term, or the first of them if the term is common."""
    if not term.whole:
        # SQLite merges the lists of all words with a beginning before it returns the first ticket. For a common word,
        # this takes 40 times as long as the list of the word itself.
        first = _found(tx, replace(term, whole=True), limits, for_staff=for_staff)
        if first.more:
            return first
    return _found(tx, term, limits, for_staff=for_staff)


def _found(tx: Tx, term: Term, limits: SearchLimits, *, for_staff: bool) -> _First:
    texts, tickets = _in_first_texts(tx, term, limits.sampled, for_staff=for_staff)
    if texts < limits.sampled:
        return _First(tickets, len(tickets) > limits.common)
    if tx.dialect == "sqlite":
        dense, newest = _is_dense(tx, term, limits, for_staff=for_staff)
        if dense:
            return _First(tickets, more=True, everywhere=newest > limits.many)
    else:
        estimated, of_all = _estimated(tx, term)
        dense = estimated >= limits.dense * of_all
        if dense or estimated * len(tickets) > limits.common * texts:
            return _First(tickets, more=True, everywhere=estimated > limits.many)
        texts, tickets = _in_first_texts(tx, term, limits.texts, for_staff=for_staff)
        if texts < limits.texts or len(tickets) > limits.common:
            return _First(tickets, len(tickets) > limits.common)
        # A few long tickets contain all these texts. Others may contain the term too.
    tickets = _by_index(tx, [term], limits.common, for_staff=for_staff)
    return _First(tickets, len(tickets) > limits.common)


def _is_dense(tx: Tx, term: Term, limits: SearchLimits, *, for_staff: bool) -> tuple[bool, int]:
    """Whether the newest texts with the term belong to a large enough part of the newest tickets, with which lists
    begin; and the number of the newest ticket."""
    saying = _saying_in(tx, for_staff=for_staff).format(name="term")
    query = text(_NEWEST.format(saying=saying))
    values = {"term": _query(tx, term), "texts": limits.sampled}
    tickets, first, newest = tx.session.connection().execute(query, values).one()
    return tickets >= limits.dense * (newest - first + 1), newest


def _estimated(tx: Tx, term: Term) -> tuple[int, int]:
    """The number of texts that contain the term, and of all texts, as PostgreSQL estimates them from its statistics."""
    query = text(_ESTIMATED.format(saying=_SAYING["postgresql"].format(name="term")))
    plan = tx.session.connection().execute(query, {"term": _query(tx, term)}).scalar_one()
    having, of_all = plan[0]["Plan"]["Plans"]
    return having["Plan Rows"], of_all["Plan Rows"]


def _in_first_texts(tx: Tx, term: Term, most: int, *, for_staff: bool) -> tuple[int, Sequence[int]]:
    """The number of texts that contain the term, at most `most`, and their tickets."""
    saying = _saying_in(tx, for_staff=for_staff).format(name="term")
    values = {"term": _query(tx, term), "texts": most}
    found: dict[int, int] = dict(tx.session.connection().execute(text(_COUNTED.format(saying=saying)), values).all())
    return sum(found.values()), list(found)


def _by_index(tx: Tx, terms: Sequence[Term], common: int, *, for_staff: bool) -> Sequence[int]:
    """The tickets that the index finds for all these terms. If there are more than `common`, `common` + 1 of them."""
    saying = _saying_in(tx, for_staff=for_staff)
    query = " INTERSECT ".join(
        _DISTINCT.format(saying=saying.format(name=f"term{place}")) for place in range(len(terms))
    )
    values = {f"term{place}": _query(tx, term) for place, term in enumerate(terms)}
    return tx.session.connection().execute(text(f"{query} LIMIT :most"), {**values, "most": common + 1}).scalars().all()


def _saying_in(tx: Tx, *, for_staff: bool) -> str:
    """SQL for the ticket of each text that contains a term. `{name}`: the parameter with the term."""
    return _SAYING[tx.dialect] + ("" if for_staff else _FOR_EVERYBODY[tx.dialect])


def _one_of(tx: Tx, numbers: Sequence[int]) -> ColumnElement[bool]:
    # All numbers are one parameter: thousands of parameters would take longer than the search.
    listed = _LISTED[tx.dialect].bindparams(numbers=json.encode(numbers).decode())
    return col(TicketRow.number).in_(listed.columns(column("number", BigInteger)))


def _query(tx: Tx, term: Term) -> str:
    """The term in the query language of the index. Words consist of letters and digits, so nothing needs escaping."""
    if tx.dialect == "sqlite":
        return f'"{" ".join(term.words)}"{"" if term.whole else " *"}'
    return " <-> ".join(f"'{word}'" for word in term.words) + ("" if term.whole else ":*")


def _by_looking(tx: Tx, terms: Sequence[Term], *, for_staff: bool) -> ColumnElement[bool]:
    theirs = _passages(col(TicketRow.number) * ID_OF_TICKET, for_staff=for_staff)
    return and_(*(exists().where(*theirs, _contains(tx, term)) for term in terms))


def _passages(first: int | ColumnElement[int | None], *, for_staff: bool) -> list[ColumnElement[bool]]:
    """The conditions for the passages of one ticket. `first`: the lowest id that a passage of the ticket can have."""
    id_ = col(PassageRow.id)
    theirs: list[ColumnElement[bool]] = [id_.between(first, first + (ID_OF_TICKET - 1))]
    return theirs if for_staff else [*theirs, id_ % 2 == 0]


def _contains(tx: Tx, term: Term) -> ColumnElement[bool]:
    place_of = func.instr if tx.dialect == "sqlite" else func.strpos
    return place_of(literal(" ") + col(PassageRow.words) + literal(" "), term.within) > 0


def saying(
    tx: Tx, numbers: Collection[int], terms: Sequence[Term], limits: SearchLimits, *, for_staff: bool
) -> dict[int, Said]:
    """Implements `ticketing.ports.Store.saying`."""
    if not numbers or not terms:
        return {}
    number, id_, score = col(TicketRow.number), col(PassageRow.id), _score(tx, terms)
    first = number * ID_OF_TICKET
    # A query for each ticket within this one. As a join, PostgreSQL would read all passages.
    best = (
        select(id_)
        .where(*_passages(first, for_staff=for_staff), id_ < first + 2 * (limits.quoted + 1), score > 0)
        .where(col(PassageRow.stream).not_in((PROPERTIES, IMPORTED)))
        .order_by(score.desc(), id_)
        .limit(1)
        .correlate(TicketRow)
        .scalar_subquery()
    )
    ids = [found for found in tx.session.exec(select(best).where(number.in_(numbers))) if found is not None]
    query = select(PassageRow.ticket, PassageRow.stream, PassageRow.seq, score).where(id_.in_(ids))
    return {ticket: Said(stream, seq, found) for ticket, stream, seq, found in tx.session.exec(query)}


def _score(tx: Tx, terms: Sequence[Term]) -> ColumnElement[int]:
    """The number of terms that a passage contains."""
    return sum((case((_contains(tx, term), 1), else_=0) for term in terms), start=literal(0))
