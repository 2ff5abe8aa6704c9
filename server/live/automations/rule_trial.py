"""The trial of a rule on the events of the last week. It changes nothing.

The tickets are as they were at the time of each event: the history is undone from the present ticket backwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import col, select

from automations.events import Event
from automations.matching import holds
from automations.pending import Pending
from automations.rule import Rule
from automations.timing import Time
from refusals import Refused
from server.live.automations.rule_effects import by_rule, wanted_of
from server.live.automations.rule_facts import RuleFacts
from server.live.automations.rule_past import as_of, histories_of, replies_of
from server.live.automations.rule_time_past import Span, TimePast, candidates
from storage.ports import Tx
from ticketing import rules
from ticketing.adapters.tables import TicketRow
from ticketing.custom_fields import PREFIX, Fields
from ticketing.fact_finding import FactFinding
from ticketing.ports import Store
from ticketing.ticket import Change, Ticket
from ticketing.views import HistoryLine

WEEK_MS = 7 * 86_400_000
READ_MAX = 2_000
"""Tickets that a trial reads: those that changed last."""
HITS_MAX = 100
"""Hits that a trial shows."""


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
    read; `is_whole` is false if more had changed. `already` is the number of tickets that match now, and that a rule
    with a time leaves alone when it is switched on; None for other rules."""

    shown: Sequence[Hit]
    hits: int
    tickets: int
    read: int
    is_whole: bool
    already: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a trial knows of all tickets that it reads."""

    histories: Mapping[int, Sequence[HistoryLine]]
    vips: frozenset[str]
    fields: Fields


_Hits = list[tuple[Hit, Ticket]]


class RuleTrial:
    def __init__(self, store: Store, facts: RuleFacts, finding: FactFinding, past: TimePast) -> None:
        self._store = store
        self._facts = facts
        self._finding = finding
        self._past = past

    def of(self, tx: Tx, rule: Rule, now: int) -> Trial:
        """The trial of a rule on the week before `now`. It uses few queries, however many tickets there are."""
        since = now - WEEK_MS
        numbers = _newest(tx, since) if rule.time is None else candidates(tx, since, READ_MAX + 1)
        found = self._store.find_all(tx, numbers[:READ_MAX])
        vips = self._facts.vips(tx, {one.client for one in found.values() if one.client is not None})
        known = _Known(histories_of(tx, list(found)), vips, self._facts.fields(tx, [rule]))
        if rule.time is None:
            hits, already = self._on_events(tx, rule, found, known, since), None
        else:
            hits, already = self._in_time(tx, rule, rule.time, found, known, now)
        hits.sort(key=lambda hit: (-hit[0].at, -hit[0].ticket))
        shown = [self._told(tx, rule, then, hit) for hit, then in hits[:HITS_MAX]]
        tickets = len({hit.ticket for hit, _ in hits})
        return Trial(shown, len(hits), tickets, len(found), len(numbers) <= READ_MAX, already)

    def _on_events(self, tx: Tx, rule: Rule, found: Mapping[int, Ticket], known: _Known, since: int) -> _Hits:
        replies = replies_of(tx, list(found), since) if rule.event == "ticket.replied" else {}
        hits: _Hits = []
        for ticket in found.values():
            history = known.histories.get(ticket.number, [])
            for pending in _events(rule.event, ticket, history, replies.get(ticket.number, [])):
                then = as_of(ticket, history, pending.at)
                if pending.at >= since and self._holds(tx, rule, then, pending, known):
                    hits.append((Hit(ticket.number, pending.at), then))
        return hits

    def _in_time(
        self, tx: Tx, rule: Rule, time: Time, found: Mapping[int, Ticket], known: _Known, now: int
    ) -> tuple[_Hits, int]:
        """The hits, and the number of tickets that match now."""
        said = self._past.said(tx, time, list(found))
        hits: _Hits = []
        already = 0
        for ticket in found.values():
            history = known.histories.get(ticket.number, [])
            spans = list(self._past.spans(time, ticket, history, said.get(ticket.number, ()), now))
            # One run is for all targets on which the rule is due at the same time.
            for span in {max(one.due, one.known): one for one in spans}.values():
                if max(span.due, span.known) >= now - WEEK_MS:
                    hits += self._first_of(tx, rule, ticket, span, known)
            at_present = Pending(event=rule.event, at=now, ticket=ticket.number)
            if any(span.until is None for span in spans) and not ticket.closed_for_good(now):
                already += self._holds(tx, rule, ticket, at_present, known)
        return hits, already

    def _first_of(self, tx: Tx, rule: Rule, ticket: Ticket, span: Span, known: _Known) -> _Hits:
        """The first moment of this span in which the conditions held: when the rule was due, or a later change."""
        history = known.histories.get(ticket.number, [])
        due = max(span.due, span.known)
        later = {line.at for line in history if line.at > due and (span.until is None or line.at < span.until)}
        for at in (due, *sorted(later)):
            then = as_of(ticket, history, at)
            if then.closed_for_good(at):
                return []
            if self._holds(tx, rule, then, Pending(event=rule.event, at=at, ticket=ticket.number), known):
                return [(Hit(ticket.number, at), then)]
        return []

    def _holds(self, tx: Tx, rule: Rule, ticket: Ticket, pending: Pending, known: _Known) -> bool:
        return holds(rule.conditions, self._facts.of_ticket(tx, ticket, pending, known.fields, known.vips))

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


def _newest(tx: Tx, since: int) -> list[int]:
    """The tickets that changed since then, the last change first."""
    newest = select(TicketRow.number).where(col(TicketRow.updated_at) >= since)
    newest = newest.order_by(col(TicketRow.updated_at).desc(), col(TicketRow.number).desc()).limit(READ_MAX + 1)
    return [number for number in tx.session.exec(newest) if number is not None]


def _events(
    event: Event, ticket: Ticket, history: Sequence[HistoryLine], replies: Sequence[tuple[int, str]]
) -> Iterator[Pending]:
    """The events of this kind that the ticket has had."""
    if event == "ticket.replied":
        for at, author in replies:
            yield Pending(event=event, at=at, ticket=ticket.number, author=author)
    elif event == "ticket.updated":
        for at in sorted({line.at for line in history if line.at > ticket.created_at}):
            fields = (line.field for line in history if line.at == at)
            names = tuple("custom_fields" if name.startswith(PREFIX) else name for name in fields)
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
