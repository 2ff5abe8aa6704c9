"""The original of a duplicate ticket, and the duplicates of a ticket, directly or through other duplicates. `tx` is
opaque."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ticketing.ports import Store, Tx
from ticketing.ticket import Ticket

_LONGEST = 50
"""Maximum number of tickets that are followed in a chain of duplicates. Staff rarely make a chain of more than two."""
_ANSWERED_BY_NOBODY = ("duplicate", "void")
"""Codes of a solved ticket that say nothing about the issue itself."""


def is_issue_solved(ticket: Ticket) -> bool:
    """True if the ticket is solved, and its code is neither duplicate nor void."""
    return ticket.status == "solved" and ticket.resolution not in _ANSWERED_BY_NOBODY


def issue_solved(store: Store, tx: Tx, ticket: Ticket) -> bool | None:
    """True if the issue behind a duplicate is solved. None if the ticket is no duplicate."""
    if ticket.duplicate_of is None:
        return None
    original: Ticket | None = ticket
    for _ in range(_LONGEST):
        if original is None or original.duplicate_of is None:
            break
        original = store.find(tx, original.duplicate_of)
    return original is not None and is_issue_solved(original)


def duplicates_of(store: Store, tx: Tx, numbers: Collection[int]) -> Sequence[Ticket]:
    """The duplicates of these tickets, directly or through others."""
    found: dict[int, Ticket] = {}
    level: Collection[int] = numbers
    for _ in range(_LONGEST):
        by_original = store.duplicates(tx, level) if level else {}
        level = {one for group in by_original.values() for one in group} - found.keys() - {*numbers}
        if not level:
            break
        found |= store.find_all(tx, sorted(level))
    return [found[number] for number in sorted(found)]
