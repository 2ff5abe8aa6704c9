"""When a rule with a time would have been due on a ticket. For trials.

The waiting and the targets of a service level are only known as they are now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import col, select

from automations.timing import Moment, Time, due_of
from server.live.automations.rule_messages import writers_of
from server.live.automations.rule_moments import targets_of, waiting_since
from storage.ports import Tx
from ticketing.adapters.tables import AT_WORK, NOT_CLOSED, TicketRow
from ticketing.targets import Time as Opened
from ticketing.ticket import Ticket
from ticketing.views import HistoryLine


@dataclass(frozen=True, slots=True)
class Span:
    """The rule is due at `due`, and the time begins anew at `until`; None if it has not. `known` is the time at which
    this came about."""

    due: int
    until: int | None
    known: int


def candidates(tx: Tx, since: int, limit: int) -> list[int]:
    """The tickets on which a rule with a time could have run since then, those that changed last first."""
    number, updated = col(TicketRow.number), col(TicketRow.updated_at)
    found: dict[int, int] = {}
    for kept, order in (
        (text(AT_WORK), updated.desc()),
        (text(NOT_CLOSED), col(TicketRow.reopen_until).desc()),
        (updated >= since, updated.desc()),
    ):
        query = select(number, updated).where(kept).order_by(order).limit(limit)
        found |= {one: at for one, at in tx.session.exec(query) if one is not None}
    return sorted(found, key=lambda one: (-found[one], -one))[:limit]


class TimePast:
    def __init__(self, opened: Callable[[], Mapping[str, Opened]]) -> None:
        self._opened = opened

    def said(self, tx: Tx, time: Time, numbers: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """The times of the messages that this time counts from, by ticket."""
        match time.since:
            case "customer_message":
                return writers_of(tx, numbers, "customer")
            case "staff_reply":
                return writers_of(tx, numbers, "staff")
            case _:
                return {}

    def spans(
        self, time: Time, ticket: Ticket, history: Sequence[HistoryLine], said: Sequence[int], now: int
    ) -> Iterator[Span]:
        """The spans of the ticket in which the rule was due until `now`, oldest first."""
        opened = self._opened().get(ticket.team)
        moments = _moments(time, ticket, history, said)
        for place, moment in enumerate(moments):
            due = due_of(time, moment.began, opened.after if opened is not None else None)
            # Each target is due for itself.
            ends = place + 1 < len(moments) and time.since != "sla_due"
            until = moments[place + 1].began if ends else None
            if due is not None and due <= now and (until is None or due < until):
                yield Span(due, until, moment.known)


def _moments(time: Time, ticket: Ticket, history: Sequence[HistoryLine], said: Sequence[int]) -> Sequence[Moment]:
    match time.since:
        case "created":
            times = [ticket.created_at]
        case "waiting":
            since = waiting_since(ticket)
            times = [since] if since is not None else []
        case "status":
            set_ = (line.at for line in history if line.field == "status" and line.was is not None)
            times = sorted({ticket.created_at, *set_})
        case "sla_due":
            return targets_of(ticket)
        case _:
            times = list(said)
    return [Moment(at, at) for at in times]
