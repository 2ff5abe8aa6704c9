"""Rules that trigger themselves, directly or through others. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from automations.events import Event
from automations.matching import has_value
from automations.rule import Actions, Condition, Rule, Test, WantedRule

CHAIN_MAX = 20
"""Rules that may run one after the other, each because of what the one before did."""


def caused(actions: Actions) -> frozenset[Event]:
    """The events that these actions can cause."""
    found: set[Event] = set()
    if actions.end_chat is not None:
        # The chat becomes a ticket, or goes to the ticket that it is about.
        found |= {"chat.closed", "ticket.created", "ticket.updated", "ticket.reopened"}
    if actions.change:
        found.add("ticket.updated")
    if actions.status == "solved":
        found.add("ticket.solved")
    elif actions.status is not None:
        found.add("ticket.reopened")
    if actions.reply is not None:
        found.add("ticket.replied")
    return frozenset(found)


def triggers_itself(rule: WantedRule) -> bool:
    """True if the rule could run again because of its own actions: they cause its event, and no condition is certain to
    fail then."""
    if rule.event not in caused(rule.actions):
        return False
    return not any(_fails_after(condition, rule.actions) for condition in rule.conditions)


def _fails_after(condition: Condition, actions: Actions) -> bool:
    """True if the condition cannot hold right after the actions."""
    wanted = set(condition.any)
    after = _values_after(condition.test, actions)
    if after is not None:
        return after.isdisjoint(wanted) != condition.negated
    if condition.test == "changed":
        return not condition.negated and wanted.isdisjoint(_changed(actions))
    if condition.test == "custom_field":
        if condition.field is None or condition.field not in actions.custom_fields:
            return False
        value = actions.custom_fields[condition.field]
        # The kind of the field is not known here. Only what is certain counts: this may be an option or a text.
        unclear = isinstance(value, str) and _OPTION.fullmatch(value) is not None
        is_text = not condition.negated or not unclear
        fits = has_value(None if value in ("", []) else value, condition.any, is_text=is_text)
        return fits == condition.negated
    if condition.test == "tag":
        gone, there = set(actions.remove_tags), set(actions.add_tags)
        return bool(wanted & there) if condition.negated else wanted <= gone
    return False


def _values_after(test: Test, actions: Actions) -> frozenset[str] | None:
    """The only values that the tested property can have after the actions. None if others are possible."""
    if test == "author":
        return frozenset({"rule"})
    value = getattr(actions, test) if test in _KNOWN else None
    return None if value is None else frozenset({value})


_KNOWN = ("team", "assignee", "status", "resolution", "priority")
_OPTION = re.compile("[a-z0-9_]+")
_WITH_STATUS = frozenset({"resolution", "with", "finding", "workaround", "duplicate_of"})


def _changed(actions: Actions) -> frozenset[str]:
    """The names of the properties that the actions may change."""
    found = {name for name in ("team", "assignee", "priority", "status", "resolution") if getattr(actions, name)}
    if actions.add_tags or actions.remove_tags:
        found.add("tags")
    if actions.team is not None:
        found.add("assignee")
    if actions.status is not None:
        found |= _WITH_STATUS
    if actions.custom_fields:
        found.add("custom_fields")
    return frozenset(found)


def stopped(rule: Rule, chain: Collection[str]) -> str | None:
    """Why the rule may not run at the end of this chain of rules. None if it may."""
    if rule.id in chain:
        return "Stopped: what this rule did has triggered it again. Add a condition that no longer holds after it ran."
    if len(chain) >= CHAIN_MAX:
        return f"Stopped: {CHAIN_MAX} rules had run one because of the other. Check which rules trigger each other."
    return None
