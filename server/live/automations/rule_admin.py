"""Rules as admins keep them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from automations import errors
from automations.rule import Rule, WantedRule
from automations.service import Rules
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.errors import Outdated
from identity.permissions import may
from refusals import Refused
from server.live.automations.rule_checks import RuleChecks
from server.live.automations.rule_events import RuleEvents
from server.live.automations.rule_trial import RuleTrial, Trial
from storage.ports import Storage, TookTooLong, Tx
from ticketing.custom_fields import Fields

T = TypeVar("T")
_THING = "rule"
TRIAL_S = 5.0
"""The longest time of a trial. It reads up to 2,000 tickets, and lists and searches wait for it."""


class RuleAdmin:
    """Every method raises Refused(forbidden) for people who may not change settings, and StorageUnavailable."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        rules: Rules[Tx],
        events: RuleEvents,
        trial: RuleTrial,
        checks: RuleChecks,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._rules = rules
        self._events = events
        self._trial = trial
        self._checks = checks
        self._trying = asyncio.Lock()

    async def all(self, by: Actor) -> list[Rule]:
        """The rules, in the order in which they run. Auditors read them too."""
        if not may(by, "read", "settings"):
            raise Refused("forbidden", "Only admins and auditors read rules.")
        return await self._storage.read(self._rules.all)

    async def problems(self, by: Actor) -> Mapping[str, str]:
        """Why rules need a change, by their ids: they name what the desk no longer has, such as a team."""
        if not may(by, "read", "settings"):
            raise Refused("forbidden", "Only admins and auditors read rules.")
        return await self._storage.read(self._problems)

    def _problems(self, tx: Tx) -> Mapping[str, str]:
        rules = self._rules.all(tx)
        found = self._checks.faults_of(tx, [rule.wanted for rule in rules])
        return {rule.id: next(iter(faults.values())) for rule, faults in zip(rules, found, strict=True) if faults}

    async def choices(self, by: Actor) -> Mapping[str, Mapping[str, str]]:
        """What rules can name: for each kind, the names by key or id."""
        _check(by)
        return await self._storage.read(self._checks.choices)

    async def fields(self, by: Actor) -> Fields:
        """The custom fields of tickets, which rules can test and set."""
        _check(by)
        return await self._storage.read(self._checks.fields)

    async def add(self, by: Actor, wanted: WantedRule) -> Rule:
        """Add a rule behind the others. Raises Refused: `invalid`, `conflict`."""

        def unit(tx: Tx, now: int) -> Rule:
            added = self._rules.add(tx, wanted, now)
            self._record(tx, by, "add", added.id, _properties(added), now)
            return added

        return await self._change(by, unit)

    async def change(
        self, by: Actor, id_: str, merge: Callable[[Rule], WantedRule], versions: Collection[int] | None
    ) -> Rule:
        """Change a rule into what `merge` makes of it. Raises Refused: `invalid`, `not_found`. Raises Outdated."""

        def unit(tx: Tx, now: int) -> Rule:
            try:
                before, after = self._rules.change(tx, id_, merge, versions, now)
            except errors.Outdated:
                raise Outdated("Somebody changed this rule while you looked. Nothing was saved.") from None
            was, is_ = _properties(before), _properties(after)
            changed: dict[str, object] = {name: [value, was[name]] for name, value in is_.items() if value != was[name]}
            if before.conditions != after.conditions:
                changed["conditions"] = [len(after.conditions), len(before.conditions)]
            if before.time != after.time:
                changed["time"] = [_hours(after), _hours(before)]
            if changed:
                self._record(tx, by, "change", id_, changed | {"name": after.name}, now)
            return after

        return await self._change(by, unit)

    async def remove(self, by: Actor, id_: str) -> Rule:
        """Remove a rule. Raises Refused(not_found)."""

        def unit(tx: Tx, now: int) -> Rule:
            removed = self._rules.remove(tx, id_)
            self._record(tx, by, "remove", id_, _properties(removed), now)
            return removed

        return await self._change(by, unit)

    async def order(self, by: Actor, ids: Sequence[str]) -> list[Rule]:
        """Put the rules into this order. Raises Refused(conflict) if `ids` are not all rules."""

        def unit(tx: Tx, now: int) -> list[Rule]:
            ordered = self._rules.order(tx, ids)
            self._record(tx, by, "order", None, {"rules": [rule.name for rule in ordered]}, now)
            return ordered

        return await self._change(by, unit)

    async def try_out(self, by: Actor, wanted: WantedRule) -> Trial:
        """What the rule would have done in the last week. Raises Refused: `invalid`, `rate_limited` while another trial
        runs, `unavailable` if it takes too long."""
        _check(by)
        now = self._clock()

        plain = await self._storage.read(lambda tx: self._rules.checked(tx, wanted))
        # A trial tells which tickets have a word or a tag.
        tests = {"event": plain.event, "tests": sorted({one.test for one in plain.conditions})}
        await self._storage.write(lambda tx: self._people.record(tx, by, "try", _THING, None, tests, now))
        rule = Rule(
            id="trial",
            name=plain.name,
            position=0,
            enabled=True,
            event=plain.event,
            conditions=plain.conditions,
            actions=plain.actions,
            created_at=now,
            time=plain.time,
        )
        if self._trying.locked():
            raise Refused("rate_limited", "Another rule is being tried. Try again in a moment.", retry_after_s=TRIAL_S)
        async with self._trying:
            try:
                return await self._storage.read(lambda tx: self._trial.of(tx, rule, now), "heavy", TRIAL_S)
            except TookTooLong:
                raise Refused(
                    "unavailable", "The trial took too long. Try again later.", retry_after_s=TRIAL_S
                ) from None

    async def _change(self, by: Actor, work: Callable[[Tx, int], T]) -> T:
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> T:
            result = work(tx, now)
            self._events.changed(tx)
            return result

        return await self._storage.write(unit)

    def _record(self, tx: Tx, by: Actor, verb: str, id_: str | None, detail: Mapping[str, object], now: int) -> None:
        self._people.record(tx, by, verb, _THING, id_, detail, now)


def _properties(rule: Rule) -> dict[str, object]:
    """What the audit log says of a rule. Its values are left out: a domain or a word may be somebody's name."""
    return {
        "name": rule.name,
        "event": rule.event,
        "enabled": rule.enabled,
        "actions": sorted(rule.actions.__struct_fields__[place] for place in _given(rule)),
    }


def _hours(rule: Rule) -> int | None:
    return rule.time.hours if rule.time is not None else None


def _given(rule: Rule) -> list[int]:
    return [place for place, name in enumerate(rule.actions.__struct_fields__) if getattr(rule.actions, name)]


def _check(by: Actor) -> None:
    if not may(by, "change", "settings"):
        raise Refused("forbidden", "Only admins keep rules.")
