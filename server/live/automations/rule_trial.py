"""The trial of a rule on the events of the last week. It changes nothing.

The tickets are as they were at the time of each event: the history is undone from the present ticket backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import Struct, json
from sqlmodel import col, select

from automations.events import Event
from automations.matching import holds
from automations.pending import Pending
from automations.rule import Rule
from refusals import Refused
from server.live.automations.rule_effects import by_rule, wanted_of
from server.live.automations.rule_facts import RuleFacts
from storage.ports import Tx
from ticketing import rules
from ticketing.adapters.tables import TicketChangeRow, TicketEventRow, TicketRow
from ticketing.custom_fields import PREFIX
from ticketing.fact_finding import FactFinding
from ticketing.ports import Store
from ticketing.ticket import Change, Ticket, Value
from ticketing.views import By, HistoryLine

WEEK_MS = 7 * 86_400_000
READ_MAX = 2_000
"""Tickets that a trial reads: those that changed last."""
HITS_MAX = 100
"""Hits that a trial shows."""
_AT_ONCE = 500
"""Tickets whose history one query reads."""


class _By(Struct, frozen=True):
    kind: str = "system"


class _Told(Struct, frozen=True, rename={"from_": "from"}):
    type: str
    from_: _By = _By()


_event = json.Decoder(_Told)
_NOBODY = By("system", None, None)


@dataclass(frozen=True, slots=True)
class Hit:
    """An event on which the rule would have run. `refused` says why its actions could not have been taken."""

    ticket: int
    at: int
    changes: Sequence[Change] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """The newest hits. `hits` is the number of all, on `tickets` tickets. `read` is the number of tickets that were
    read; `is_whole` is false if more had changed."""

    shown: Sequence[Hit]
    hits: int
    tickets: int
    read: int
    is_whole: bool


class RuleTrial:
    def __init__(self, store: Store, facts: RuleFacts, finding: FactFinding) -> None:
        self._store = store
        self._facts = facts
        self._finding = finding

    def of(self, tx: Tx, rule: Rule, now: int) -> Trial:
        """The trial of a rule on the week before `now`. It uses few queries, however many tickets there are."""
        since = now - WEEK_MS
        newest = select(TicketRow.number).where(col(TicketRow.updated_at) >= since)
        newest = newest.order_by(col(TicketRow.updated_at).desc(), col(TicketRow.number).desc()).limit(READ_MAX + 1)
        numbers = [number for number in tx.session.exec(newest) if number is not None]
        found = self._store.find_all(tx, numbers[:READ_MAX])
        histories = _histories(tx, list(found))
        replies = _replies(tx, list(found), since) if rule.event == "ticket.replied" else {}
        vips = self._facts.vips(tx, {one.client for one in found.values() if one.client is not None})
        hits = []
        for ticket in found.values():
            history = histories.get(ticket.number, [])
            for pending in _events(rule.event, ticket, history, replies.get(ticket.number, [])):
                then = as_of(ticket, history, pending.at)
                if pending.at >= since and holds(rule.conditions, self._facts.of_ticket(tx, then, pending, vips)):
                    hits.append((Hit(ticket.number, pending.at), then))
        hits.sort(key=lambda hit: (-hit[0].at, -hit[0].ticket))
        shown = [self._told(tx, rule, then, hit) for hit, then in hits[:HITS_MAX]]
        tickets = len({hit.ticket for hit, _ in hits})
        return Trial(shown, len(hits), tickets, len(found), len(numbers) <= READ_MAX)

    def _told(self, tx: Tx, rule: Rule, then: Ticket, hit: Hit) -> Hit:
        """The hit, with what the rule would have changed."""
        if not rule.actions.change:
            return hit
        by, wanted = by_rule(rule), wanted_of(rule)
        try:
            _, changes = rules.change(then, wanted, by, hit.at, self._finding.of_change(tx, by, then, wanted))
        except Refused as refused:
            return replace(hit, refused=refused.message)
        return replace(hit, changes=changes)


def _histories(tx: Tx, numbers: Sequence[int]) -> Mapping[int, list[HistoryLine]]:
    """The lines of the history of each ticket, oldest first."""
    found: dict[int, list[HistoryLine]] = {}
    row = TicketChangeRow
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(row).where(col(row.ticket).in_(numbers[start : start + _AT_ONCE])).order_by(col(row.id))
        for one in tx.session.exec(query):
            line = HistoryLine(one.at, _NOBODY, one.field, _value(one.was), _value(one.became))
            found.setdefault(one.ticket, []).append(line)
    return found


def _replies(tx: Tx, numbers: Sequence[int], since: int) -> Mapping[int, list[tuple[int, str]]]:
    """The time and the kind of author of each reply, by ticket."""
    found: dict[int, list[tuple[int, str]]] = {}
    row = TicketEventRow
    for start in range(0, len(numbers), _AT_ONCE):
        theirs = select(row.ticket, row.at, row.body).where(col(row.ticket).in_(numbers[start : start + _AT_ONCE]))
        for ticket, at, body in tx.session.exec(theirs.where(col(row.at) >= since).order_by(col(row.seq))):
            said = _event.decode(body)
            if said.type == "reply":
                found.setdefault(ticket, []).append((at, said.from_.kind))
    return found


def _value(text: str | None) -> Value:
    return None if text is None else json.decode(text, type=Value)


def _events(
    event: Event, ticket: Ticket, history: Sequence[HistoryLine], replies: Sequence[tuple[int, str]]
) -> Iterator[Pending]:
    """The events of this kind that the ticket has had."""
    if event == "ticket.replied":
        for at, author in replies:
            yield Pending(event=event, at=at, ticket=ticket.number, author=author)
    elif event == "ticket.updated":
        for at in sorted({line.at for line in history if line.at > ticket.created_at}):
            names = tuple(line.field for line in history if line.at == at)
            yield Pending(event=event, at=at, ticket=ticket.number, changed=names)
    else:
        for at in _moments(event, ticket, history):
            yield Pending(event=event, at=at, ticket=ticket.number)


def _moments(event: Event, ticket: Ticket, history: Sequence[HistoryLine]) -> Sequence[int]:
    statuses = [line for line in history if line.field == "status"]
    match event:
        case "ticket.created":
            return [ticket.created_at]
        case "ticket.solved":
            return [line.at for line in statuses if line.became == "solved"]
        case "ticket.reopened":
            return [line.at for line in statuses if line.was == "solved"]
        case "ticket.closed":
            return [ticket.closed_at] if ticket.closed_at is not None else []
        case "chat.rated":
            return [ticket.updated_at] if ticket.rating is not None else []
    # A chat becomes a ticket when it ends, so this is the time of its end for all events of it.
    if event == "chat.assigned":
        return [ticket.created_at] if ticket.chat is not None and ticket.assignee is not None else []
    return [ticket.created_at] if ticket.chat is not None else []


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
