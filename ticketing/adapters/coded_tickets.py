"""Reads the tickets from which resolution codes are suggested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters.tables import PassageRow, TicketRow
from ticketing.codes import CODES
from ticketing.likely_codes import Coded, Conversation
from ticketing.ports import PROPERTIES
from ticketing.search_words import words_of

TEXTS_MAX = 12
"""The first texts of each chat and of the ticket's own log are read."""
_CHOSEN = [code for code, meaning in CODES.items() if meaning.set_by == "person" and not meaning.counted_apart]
_NEWEST = (
    select(col(TicketRow.number))
    .where(col(TicketRow.status) == "solved", col(TicketRow.resolution).in_(_CHOSEN))
    .order_by(col(TicketRow.updated_at).desc(), col(TicketRow.number).desc())
    .limit(bindparam("most"))
)
_TICKETS = select(
    *(col(TicketRow.number), col(TicketRow.resolution), col(TicketRow.assignee)),
    *(col(TicketRow.team), col(TicketRow.product), col(TicketRow.subject)),
).where(col(TicketRow.number).in_(bindparam("numbers", expanding=True)))
_TEXTS = (
    select(col(PassageRow.ticket), col(PassageRow.words))
    .where(
        col(PassageRow.ticket).in_(bindparam("numbers", expanding=True)),
        col(PassageRow.stream) != PROPERTIES,
        col(PassageRow.seq) <= TEXTS_MAX,
        # Texts for staff only have odd ids (`ticketing.adapters.index`).
        col(PassageRow.id) % 2 == 0,
    )
    .order_by(col(PassageRow.ticket), col(PassageRow.stream), col(PassageRow.seq))
)


def newest_coded(tx: Tx, most: int) -> list[int]:
    """The numbers of the tickets that were solved last with a code that a person chose, newest first."""
    return list(tx.session.scalars(_NEWEST, {"most": most}))


def coded(tx: Tx, numbers: Collection[int]) -> dict[int, Coded]:
    """These tickets by number, without those that have no code any more."""
    rows = tx.session.connection().execute(_TICKETS, {"numbers": sorted(numbers)}).all()
    words = said_in(tx, numbers)
    return {
        number: Coded(code, assignee, conversation(team, product, subject, words[number]))
        for number, code, assignee, team, product, subject in rows
        if number is not None and code is not None
    }


def conversation(team: str, product: str | None, subject: str | None, said: str) -> Conversation:
    """The conversation of a ticket. `said` are the words of its texts."""
    return Conversation(team, product, f"{words_of([subject])} {said}")


def said_in(tx: Tx, numbers: Collection[int]) -> Mapping[int, str]:
    """The words of the first texts of these tickets that everybody may read, by number."""
    found = defaultdict[int, list[str]](list)
    for number, words in tx.session.connection().execute(_TEXTS, {"numbers": sorted(numbers)}):
        found[number].append(words)
    return {number: " ".join(found[number]) for number in numbers}
