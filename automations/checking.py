"""The faults of a rule that show without the desk. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from msgspec import ValidationError, convert, to_builtins

from automations.events import EVENTS, TIMED, WITHOUT_TICKET, Event
from automations.loops import triggers_itself
from automations.matching import words_of
from automations.rule import (
    CONDITIONS_MAX,
    NAME_MAX,
    NOTIFIED_MAX,
    OF_TICKETS,
    ONLY_ON,
    TAGS_MAX,
    VALUES_MAX,
    Actions,
    Condition,
    WantedRule,
)
from automations.timing import fault_of
from refusals import Refused
from texts.visible import fault_of_name, shows_something

OWN_LOOP = (
    "This rule would trigger itself: what it does is what it waits for. Add a condition that no longer holds once it "
    "ran, such as that the priority is not yet the new one, or that the customer wrote the reply."
)

_DOMAIN = re.compile(r"[^\s@,.]+(\.[^\s@,.]+)+")


def checked(wanted: WantedRule) -> WantedRule:
    """The rule without surrounding blanks. Raises Refused(invalid) with a sentence for each wrong field."""
    name = wanted.name.strip()
    faults: dict[str, str] = {}
    if (fault := fault_of_name(name, NAME_MAX)) is not None:
        faults["name"] = fault
    if (fault := fault_of(wanted.time, needed=wanted.event == TIMED)) is not None:
        faults["time"] = fault
    faults |= _of_conditions(wanted) | _of_actions(wanted) | _of_limits(wanted)
    if not faults and triggers_itself(wanted):
        faults["actions"] = OWN_LOOP
    refuse(faults)
    return replace(wanted, name=name)


def refuse(faults: Mapping[str, str]) -> None:
    """Raises Refused(invalid) if there are faults."""
    if faults:
        raise Refused("invalid", next(iter(faults.values())), dict(faults))


def _of_conditions(wanted: WantedRule) -> dict[str, str]:
    if len(wanted.conditions) > CONDITIONS_MAX:
        return {"conditions": f"At most {CONDITIONS_MAX} conditions."}
    if len({(condition.test, condition.field) for condition in wanted.conditions}) < len(wanted.conditions):
        return {"conditions": "Each condition once. It may have several values."}
    for condition in wanted.conditions:
        if (fault := _of_condition(condition, wanted)) is not None:
            return {"conditions": fault}
    return {}


def _of_condition(condition: Condition, wanted: WantedRule) -> str | None:
    only = ONLY_ON.get(condition.test)
    if only is not None and wanted.event != only:
        return f"The condition {condition.test} is only for rules that run when {EVENTS[only]}."
    if (condition.field is not None) != (condition.test == "custom_field"):
        return "A condition on a custom field names the field, and no other condition does."
    if condition.test in OF_TICKETS and wanted.event in WITHOUT_TICKET:
        return (
            f"The chat is no ticket yet when {EVENTS[wanted.event]}, so it has no {condition.test.replace('_', ' ')}."
        )
    if condition.test == "vip" and set(condition.any) - {"yes", "no"}:
        return "The condition vip is yes or no."
    if condition.test == "author" and set(condition.any) - {"customer", "staff", "rule"}:
        return "The author of a reply is customer, staff or rule."
    if condition.test == "rating" and set(condition.any) - {"1", "2", "3", "4", "5"}:
        return "A rating is 1 to 5."
    if condition.test == "subject" and not all(words_of(value) for value in condition.any):
        return "Give words of the subject, with letters or digits."
    if condition.test == "subject" and any("," in value for value in condition.any):
        return "Give words of the subject without commas."
    if condition.test == "domain" and not all(_DOMAIN.fullmatch(value) for value in condition.any):
        return "Give domains like acme.example, without an @."
    return None


def _of_limits(wanted: WantedRule) -> dict[str, str]:
    try:
        convert(to_builtins(wanted.conditions), tuple[Condition, ...])
    except ValidationError:
        return {"conditions": f"A condition has at most {VALUES_MAX} values, each of at most 200 characters."}
    try:
        convert(to_builtins(wanted.actions), Actions)
    except ValidationError:
        return {
            "actions": f"A rule has at most {TAGS_MAX} tags of at most 200 characters, and tells {NOTIFIED_MAX} people."
            " A field has at most 500 characters, and so has what the customer reads."
        }
    return {}


def _of_actions(wanted: WantedRule) -> dict[str, str]:
    actions = wanted.actions
    if actions == Actions():
        return {"actions": "Choose what the rule does."}
    if actions.end_chat is not None and (fault := _of_end(actions.end_chat, wanted.event)) is not None:
        return {"end_chat": fault}
    of_chat = wanted.event in WITHOUT_TICKET
    # The chat becomes a ticket when it ends.
    has_ticket = not of_chat or actions.end_chat is not None
    if len(set(actions.inbox)) < len(actions.inbox):
        return {"inbox": "Name each of them once."}
    if set(actions.inbox) - {"supervisors"} and not has_ticket:
        return {"inbox": f"The chat is no ticket yet when {EVENTS[wanted.event]}, so it has no assignee or followers."}
    if (actions.change and not has_ticket) or (actions.reply is not None and of_chat):
        sentence = (
            f"The chat is no ticket yet when {EVENTS[wanted.event]}. Such a rule can end the chat, and tell people and "
            "programs."
        )
        return {"actions": sentence}
    if (actions.change or actions.reply is not None) and wanted.event == "ticket.closed":
        return {
            "actions": "A ticket that is closed for good stays as it is. Such a rule can only tell people and programs."
        }
    if actions.resolution is not None and actions.status is None:
        return {"resolution": "A code needs a status."}
    return {}


def _of_end(why: str, event: Event) -> str | None:
    if event not in WITHOUT_TICKET:
        return f"When {EVENTS[event]}, no chat is open. Such a rule can't end one."
    return None if shows_something(why) else "Tell the customer why the chat ends."
