"""Stores changed tickets and their history. Also adjusts waiting clocks, letters, hand-overs and the search index to
the changes. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET, UnsetType

from identity.actor import Actor
from ticketing import rules
from ticketing.awaiting import Awaiting
from ticketing.indexing import Indexing, found_by
from ticketing.mailing import Mailing
from ticketing.ports import People, Store, Teams, Tx
from ticketing.service_levels import ServiceLevels
from ticketing.ticket import Change, Ticket
from ticketing.training import step_of
from ticketing.training_port import Trainings
from ticketing.wanted import TrainingWanted


@dataclass(frozen=True, slots=True)
class Changed:
    """A locked ticket before and after a change, and the new lines of its history."""

    before: Ticket
    after: Ticket
    changes: Sequence[Change] = ()
    training: TrainingWanted | UnsetType = UNSET
    """The training that staff chose in the same step."""


class Keeping:
    def __init__(
        self,
        store: Store,
        indexing: Indexing,
        people: People,
        teams: Teams,
        awaiting: Awaiting,
        mailing: Mailing,
        trainings: Trainings,
        service_levels: ServiceLevels,
    ) -> None:
        self._store = store
        self._indexing = indexing
        self._people = people
        self._teams = teams
        self._awaiting = awaiting
        self._mailing = mailing
        self._trainings = trainings
        self._service_levels = service_levels

    def keep(self, tx: Tx, tickets: Sequence[Changed], by: Actor, now: int) -> Sequence[Ticket]:
        """Store changed tickets, and return them as stored. A ticket must not occur twice. Many tickets are stored with
        few queries."""
        tickets = [self._flagged(tx, each) for each in tickets]
        served = self._service_levels.followed(tx, [(each.before, each.after) for each in tickets], now)
        tickets = [
            each if after is each.after else replace(each, after=after)
            for each, after in zip(tickets, served, strict=True)
        ]
        kept = [each.after for each in tickets]
        tickets = [each for each in tickets if each.after != each.before]
        if not tickets:
            return kept
        moved = [each.after.number for each in tickets if each.after.participants != each.before.participants]
        self._store.save(tx, [(each.before, each.after) for each in tickets], moved)
        self._store.record(tx, {each.after.number: each.changes for each in tickets}, by, now)
        self._awaiting.follow(tx, [(each.before, each.after) for each in tickets])
        for each in tickets:
            self._mailing.confirmed(tx, each.before, each.after, now)
            if rules.handed_over(each.before, each.after):
                self.hand_over(tx, each.after, now)
            self.train(tx, each.before, each.after, each.training, by, now)
            if found_by(each.before) != found_by(each.after):
                self._indexing.properties_changed(tx, each.after.number)
        self._mailing.issues_solved(tx, [(each.before, each.after) for each in tickets], now)
        return kept

    def _flagged(self, tx: Tx, changed: Changed) -> Changed:
        after = self._mailing.flagged(tx, changed.before, changed.after)
        return changed if after is changed.after else replace(changed, after=after)

    def train(
        self, tx: Tx, before: Ticket | None, after: Ticket, wanted: TrainingWanted | UnsetType, by: Actor, now: int
    ) -> None:
        """Attach training to a solved ticket, or take it away, as its code demands. Raises Refused(`invalid`) for
        training that cannot be attached."""
        step = step_of(before, after, chosen=wanted is not UNSET)
        if step == "attach":
            self._trainings.attach(tx, after, None if wanted is UNSET else wanted, by, now)
        elif step == "take_away":
            self._trainings.take_away(tx, after, now)

    def hand_over(self, tx: Tx, ticket: Ticket, now: int) -> None:
        """Hand a solved ticket over to its account team, at most once each time the ticket is solved."""
        client = self._people.client(tx, ticket.client) if ticket.client is not None else None
        team = self._teams().get(ticket.team)
        address = (client.account_team if client is not None else None) or (team.account_team if team else None)
        if self._store.hand_over(tx, ticket, address, now):
            self._mailing.handed_over(tx, ticket, address, now)
