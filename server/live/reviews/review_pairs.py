"""Reads the chats of which two judgements differ, as one supervisor sees them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, select
from sqlmodel import col

from reviews.agreement import Pair
from server.live.reviews.review_list import Judgement, Named, Names, judgement_view
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

PAIRS_MAX = 50
"""Maximum number of pairs in one answer, the newest first."""
_SUBJECTS = select(col(TicketRow.number), col(TicketRow.subject)).where(
    col(TicketRow.number).in_(bindparam("numbers", expanding=True))
)


class Difference(Struct, frozen=True):
    """A ticket of which two judgements have different codes, or different answers to a row of the scorecard."""

    ticket: int
    day: str
    subject: str | None
    agent: Named | None
    first: Judgement
    second: Judgement


def differences(tx: Tx, names: Names, pairs: Sequence[Pair]) -> list[Difference]:
    """The first PAIRS_MAX of `pairs`, with the subjects of their tickets."""
    shown = pairs[:PAIRS_MAX]
    subjects: dict[int | None, str | None] = {}
    numbers = sorted({first.ticket for first, _ in shown})
    subjects.update((number, subject) for number, subject in tx.session.execute(_SUBJECTS, {"numbers": numbers}))
    people = {person for pair in shown for one in pair for person in (one.reviewer, one.agent) if person is not None}
    known = names.names(tx, sorted(people))
    return [
        Difference(
            ticket=first.ticket,
            day=first.day,
            subject=subjects.get(first.ticket),
            agent=Named(first.agent, known.get(first.agent, "")) if first.agent is not None else None,
            first=judgement_view(first, known),
            second=judgement_view(second, known),
        )
        for first, second in shown
    ]
