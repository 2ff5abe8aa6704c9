"""Runs the rules on the events that wait for them, after the commits of these events.

One transaction removes an event and takes the actions of its rules. So each rule runs once on an event, whatever
happens to the process, and however many processes there are. Each rule has a savepoint: if one of its actions is
refused or fails, none of them is taken, and the other rules run all the same.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog
from sqlalchemy.exc import DBAPIError

from automations.loops import stopped
from automations.matching import Facts, holds
from automations.pending import Pending
from automations.ports import Store
from automations.rule import NewerRule, Rule
from clock import Clock
from identity.actor import SYSTEM
from identity.adapters.people import People
from refusals import Refused
from server.live.automations.rule_effects import RuleEffects
from server.live.automations.rule_events import RuleEvents
from server.live.automations.rule_facts import RuleFacts
from server.live.automations.rule_fields import gone
from storage.ports import Storage, StorageUnavailable, Tx
from ticketing.custom_fields import Fields
from ticketing.ports import Store as TicketStore
from ticketing.ticket import Ticket

AT_ONCE = 50
"""Events that one query reads."""
PAUSE_S = 0.002
"""Seconds between two transactions, in which messages are stored."""
FAILED = "The program failed on this rule. The log says more."
NEWER = "A server of an older version took the event, and cannot read this rule. Update all servers."

log = structlog.get_logger(__name__)


class RuleRunning:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        store: Store[Tx],
        events: RuleEvents,
        facts: RuleFacts,
        effects: RuleEffects,
        tickets: TicketStore,
        people: People,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self.store = store
        self._events = events
        self._facts = facts
        self._effects = effects
        self._tickets = tickets
        self._people = people
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Run the rules on all events that wait, and remove those that no rule waits for. Raises StorageUnavailable."""
        async with self._turn:
            while waiting := await self._storage.read(lambda tx: self.store.pending(tx, AT_ONCE)):
                for pending in waiting:
                    await self.on(pending)
                    await asyncio.sleep(PAUSE_S)

    async def on(self, pending: Pending) -> None:
        """Run the rules on one event, unless somebody has done so. Raises StorageUnavailable."""
        try:
            await self._storage.write(lambda tx: self._unit(tx, pending))
        except StorageUnavailable:
            raise
        except Exception:
            # The event must not hold up those behind it.
            log.exception("rule_failed", event_name=pending.event, ticket=pending.ticket)
            await self._storage.write(lambda tx: self._give_up(tx, pending))

    def _give_up(self, tx: Tx, pending: Pending) -> None:
        if self.store.take(tx, pending.id):
            for rule in self._of(tx, pending):
                self.fail(tx, rule, pending, FAILED)

    def _of(self, tx: Tx, pending: Pending) -> list[Rule]:
        """The rules for this event. A rule does not run on what happened before it was switched on. Marks those that
        this version of the program cannot read."""
        rules, newer = self.store.with_newer(tx)
        for one in newer:
            if one.event == pending.event and one.since <= pending.at:
                self.fail(tx, one, pending, NEWER)
        rules = [rule for rule in rules if rule.enabled and rule.event == pending.event]
        return [rule for rule in rules if rule.since <= pending.at]

    def _unit(self, tx: Tx, pending: Pending) -> None:
        if not self.store.take(tx, pending.id):
            return
        rules = self._of(tx, pending)
        fields = self._facts.fields(tx, rules)
        found = self._subject(tx, pending, fields) if rules else None
        for rule in rules:
            if found is None:
                return
            after = self.try_rule(tx, rule, pending, *found, fields)
            if after is not pending:
                pending, found = after, self._subject(tx, pending, fields)

    def try_rule(
        self,
        tx: Tx,
        rule: Rule,
        pending: Pending,
        facts: Facts,
        ticket: Ticket | None,
        fields: Fields,
        refused: str | None = None,
    ) -> Pending:
        """Take the actions of the rule if its conditions hold, and count it. `refused` is a reason why it may not.
        Returns what the next rule needs: the event with the rules that have run. It is the same object if the
        conditions do not hold."""
        if (reason := gone(rule.conditions, fields)) is not None:
            self.fail(tx, rule, pending, reason)
            return pending
        if not holds(rule.conditions, facts):
            return pending
        reason = stopped(rule, pending.chain) if refused is None else refused
        if reason is None:
            # A rule sees what those before it did, so they belong to its chain.
            pending = replace(pending, chain=(*pending.chain, rule.id))
            reason = self._take(tx, rule, pending, ticket, facts.team)
        if reason is None:
            self.store.ran(tx, rule.id, self._clock())
        else:
            self.fail(tx, rule, pending, reason)
            pending = replace(pending)
        return pending

    def _take(self, tx: Tx, rule: Rule, pending: Pending, ticket: Ticket | None, team: str) -> str | None:
        """Take all actions of the rule, the last one of the chain, or none. Returns why none was taken."""
        try:
            with self._events.run_by(tx, pending.chain), tx.savepoint():
                self._effects.take(tx, rule, pending, ticket, team, self._clock())
        except Refused as refused:
            return refused.message
        except (DBAPIError, StorageUnavailable):
            # The whole transaction may have to run again.
            raise
        except Exception:
            log.exception("rule_failed", rule=rule.id, event_name=pending.event, ticket=pending.ticket)
            return FAILED
        return None

    def _subject(self, tx: Tx, pending: Pending, fields: Fields) -> tuple[Facts, Ticket | None] | None:
        """What the conditions test, and the ticket, locked. None if there is neither the ticket nor the chat."""
        chat = self._facts.chat(tx, pending.chat)
        number = pending.ticket if pending.ticket is not None or chat is None else chat.ticket
        ticket = self._tickets.find(tx, number, lock=True) if number is not None else None
        if ticket is not None:
            return self._facts.of_ticket(tx, ticket, pending, fields), ticket
        return (self._facts.of_chat(tx, chat), None) if chat is not None else None

    def fail(self, tx: Tx, rule: Rule | NewerRule, pending: Pending, reason: str) -> None:
        """Mark the rule as failing. The audit log gets a line the first time, and when the reason changes."""
        now = self._clock()
        if self.store.failed(tx, rule.id, reason, now):
            detail = {"name": rule.name, "event": pending.event, "ticket": pending.ticket, "reason": reason}
            self._people.record(tx, SYSTEM, "fail", "rule", rule.id, detail, now)
