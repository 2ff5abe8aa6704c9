"""Tickets as they were: the history is undone from the present ticket backwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct, json
from sqlmodel import col, select

from identity.actor import RULE
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow, TicketEventRow
from ticketing.custom_fields import PREFIX
from ticketing.ticket import Ticket, Value
from ticketing.views import By, HistoryLine

_AT_ONCE = 500
"""Tickets whose history one query reads."""


class _By(Struct, frozen=True):
    kind: str = "system"
    id: str | None = None


class _Told(Struct, frozen=True, rename={"from_": "from"}):
    type: str
    from_: _By = _By()


_event = json.Decoder(_Told)
_NOBODY = By("system", None, None)


def histories_of(tx: Tx, numbers: Sequence[int]) -> Mapping[int, list[HistoryLine]]:
    """The lines of the history of each ticket, oldest first."""
    found: dict[int, list[HistoryLine]] = {}
    row = TicketChangeRow
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(row).where(col(row.ticket).in_(numbers[start : start + _AT_ONCE])).order_by(col(row.id))
        for one in tx.session.exec(query):
            line = HistoryLine(one.at, _NOBODY, one.field, _value(one.was), _value(one.became))
            found.setdefault(one.ticket, []).append(line)
    return found


def replies_of(tx: Tx, numbers: Sequence[int], since: int) -> Mapping[int, list[tuple[int, str]]]:
    """The time and the kind of author of each reply, by ticket."""
    found: dict[int, list[tuple[int, str]]] = {}
    row = TicketEventRow
    for start in range(0, len(numbers), _AT_ONCE):
        theirs = select(row.ticket, row.at, row.body).where(col(row.ticket).in_(numbers[start : start + _AT_ONCE]))
        for ticket, at, body in tx.session.exec(theirs.where(col(row.at) >= since).order_by(col(row.seq))):
            said = _event.decode(body)
            if said.type == "reply":
                by_rule = (said.from_.id or "").startswith(RULE)
                found.setdefault(ticket, []).append((at, "rule" if by_rule else said.from_.kind))
    return found


def _value(text: str | None) -> Value:
    return None if text is None else json.decode(text, type=Value)


_with: Callable[..., Ticket] = replace
_NAMES = {"with": "with_"}
_FIRST = {"priority": "normal", "status": "open"}
"""The values of new tickets, of properties that always have one."""
_KEPT = frozenset({"requester", "participants"})
"""Properties whose lines are not undone: they are for reading only."""


def as_of(ticket: Ticket, history: Sequence[HistoryLine], at: int) -> Ticket:
    """The ticket as it was right after what happened at this time."""
    values: dict[str, object] = {}
    custom = dict(ticket.custom_fields)
    for line in reversed(history):
        if line.at <= at or line.field in _KEPT:
            continue
        if not line.field.startswith(PREFIX):
            values[_NAMES.get(line.field, line.field)] = _undone(line)
        elif line.was is None:
            custom.pop(line.field.removeprefix(PREFIX), None)
        else:
            custom[line.field.removeprefix(PREFIX)] = line.was
    values["custom_fields"] = custom
    solved = values.get("status", ticket.status) == "solved"
    if not solved:
        values |= {"solved_at": None, "reopen_until": None}
    if ticket.closed_at is not None and ticket.closed_at > at:
        values["closed_at"] = None
    return _with(ticket, **values)


def _undone(line: HistoryLine) -> object:
    """The value that the property had before this line of the history."""
    if line.field == "tags":
        return tuple(line.was) if isinstance(line.was, list) else ()
    return _FIRST.get(line.field) if line.was is None else line.was
