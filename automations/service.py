"""Keeps rules. Each method is (part of) the body of a transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Generic

from automations.checking import checked, refuse
from automations.errors import OfNewerVersion, Outdated
from automations.events import TIMED
from automations.ports import Store, Tx
from automations.rule import RULES_MAX, Rule, WantedRule
from refusals import Refused


class Rules(Generic[Tx]):
    def __init__(
        self, store: Store[Tx], new_id: Callable[[], str], check: Callable[[Tx, WantedRule], dict[str, str]]
    ) -> None:
        """`new_id` returns a unique text. `check` returns a sentence for each field that the desk
        does not allow, such as a code."""
        self._store = store
        self._new_id = new_id
        self._check = check

    def all(self, tx: Tx) -> list[Rule]:
        """The rules, in the order in which they run."""
        return self._store.rules(tx)

    def get(self, tx: Tx, id: str) -> Rule:
        """Raises Refused: `not_found`, `conflict` if only a newer version of the program can read it."""
        try:
            found = self._store.find(tx, id)
        except OfNewerVersion:
            sentence = "A newer version of Switchboard keeps this rule. Update all servers, then try again."
            raise Refused("conflict", sentence) from None
        if found is None:
            raise Refused("not_found", "There is no such rule.")
        return found

    def checked(self, tx: Tx, wanted: WantedRule) -> WantedRule:
        """The rule as it would be stored. Raises Refused(invalid) with a sentence for each wrong field."""
        plain = checked(wanted)
        refuse(self._check(tx, plain))
        return plain

    def add(self, tx: Tx, wanted: WantedRule, now: int) -> Rule:
        """Add a rule behind the others. Raises Refused: `invalid`, `conflict` if there are too many."""
        present = self._store.rules(tx)
        if len(present) >= RULES_MAX:
            raise Refused("conflict", f"There are {RULES_MAX} rules already. Remove one first.")
        plain = self.checked(tx, wanted)
        rule = Rule(
            id=self._new_id(),
            name=plain.name,
            position=max((one.position for one in present), default=0) + 1,
            enabled=plain.enabled,
            event=plain.event,
            conditions=plain.conditions,
            actions=plain.actions,
            created_at=now,
            time=plain.time,
            since=now,
        )
        self._store.keep(tx, rule)
        self._look(tx, rule)
        return rule

    def change(
        self, tx: Tx, id: str, merge: Callable[[Rule], WantedRule], versions: Collection[int] | None, now: int
    ) -> tuple[Rule, Rule]:
        """Change a rule into what `merge` makes of it. `versions` are those that the caller accepts, None for any.
        Returns the rule before and after. Its failure is forgotten.

        A rule that is switched on, or waits for something else, does not run on what happened before `now`. A rule
        that is only switched off is not checked. Raises Outdated; Refused: `invalid`, `not_found`.
        """
        before = self.get(tx, id)
        if versions is not None and before.version not in versions:
            raise Outdated(before.version)
        wanted = merge(before)
        off = replace(before.wanted, enabled=False)
        plain = wanted if wanted == off else self.checked(tx, wanted)
        if plain == before.wanted:
            return before, before
        after = replace(
            before,
            name=plain.name,
            enabled=plain.enabled,
            event=plain.event,
            conditions=plain.conditions,
            actions=plain.actions,
            time=plain.time,
            since=now if _begins(before.wanted, plain) else before.since,
            version=before.version + 1,
            failure=None,
            failed_at=None,
        )
        self._store.keep(tx, after)
        if after.since != before.since:
            self._look(tx, after)
        return before, after

    def remove(self, tx: Tx, id: str) -> Rule:
        """Remove a rule. Returns it. Raises Refused(not_found)."""
        found = self.get(tx, id)
        self._store.remove(tx, id)
        return found

    def order(self, tx: Tx, ids: Sequence[str]) -> list[Rule]:
        """Put the rules into this order. Raises Refused(conflict) unless `ids` are all rules, each once."""
        present = {one.id: one for one in self._store.rules(tx)}
        if len(ids) != len(present) or set(ids) != set(present):
            raise Refused("conflict", "The rules have changed meanwhile. Load the list again.")
        for place, id in enumerate(ids, start=1):
            if present[id].position != place:
                self._store.place(tx, id, place)
        return self._store.rules(tx)

    def _look(self, tx: Tx, rule: Rule) -> None:
        """Have all tickets looked at, so that a rule with a time knows when it is due on each of them."""
        if rule.enabled and rule.event == TIMED:
            self._store.look_at_all(tx, rule.id, "")


def _begins(before: WantedRule, after: WantedRule) -> bool:
    """True if the rule must not run on what happened before the change."""
    if not after.enabled:
        return False
    waits = (before.event, before.time, before.conditions) != (after.event, after.time, after.conditions)
    return waits or not before.enabled
