"""Rules in words, for admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automations.events import EVENTS
from automations.rule import ANY, NOBODY, Condition, FieldValue, Notified, Rule, Test
from automations.timing import Since, Time
from widgets.admin.rule_ports import RuleChoices

TESTS: Mapping[Test, str] = {
    "team": "Team",
    "product": "Product",
    "status": "Status",
    "resolution": "Resolution code",
    "priority": "Priority",
    "assignee": "Assignee",
    "tag": "Tags",
    "client": "Client",
    "vip": "VIP",
    "channel": "Channel",
    "domain": "Domain of the requester",
    "subject": "Words in the subject",
    "author": "Author of the reply",
    "changed": "Changed property",
    "rating": "Rating",
    "custom_field": "Ticket field",
}
SINCE: Mapping[Since, str] = {
    "created": "since the ticket was created",
    "waiting": "since the customer began to wait for us",
    "customer_message": "since the last message of the customer",
    "staff_reply": "since the last reply of staff",
    "status": "since the status was set",
    "sla_due": "until a service level is due",
}
TOLD: Mapping[Notified, str] = {
    "assignee": "the assignee",
    "followers": "the followers",
    "supervisors": "the team’s supervisors",
}
CHANNELS: Mapping[str, str] = {"chat": "Chat", "form": "Form", "email": "Email", "staff": "Opened by staff"}
PROPERTIES: Mapping[str, str] = {
    "status": "Status",
    "resolution": "Resolution code",
    "duplicate_of": "Original ticket",
    "with": "With",
    "external_ref": "External reference",
    "workaround": "Workaround",
    "finding": "Finding",
    "product": "Product",
    "team": "Team",
    "assignee": "Assignee",
    "client": "Client",
    "requester": "Requester",
    "participants": "Participants",
    "subject": "Subject",
    "priority": "Priority",
    "tags": "Tags",
    "snoozed_until": "Snooze",
    "custom_fields": "A ticket field",
}

_LEFT = "somebody who left"


def starts(rule: Rule) -> str:
    """When the rule runs."""
    return f"When {EVENTS[rule.event]}" if rule.time is None else _after(rule.time)


def _after(time: Time) -> str:
    hours = "hour" if time.hours == 1 else "hours"
    kind = f"opening {hours}" if time.business else hours
    if time.since == "sla_due" and time.hours == 0:
        return "When a service level is due"
    return f"At {time.hours:,} {kind} {SINCE[time.since]}"


def told(rule: Rule, choices: RuleChoices) -> Sequence[str]:
    """The conditions of a rule, each as a line."""
    names: Mapping[Test, Mapping[str, str]] = {
        "team": choices.teams,
        "status": choices.statuses,
        "resolution": choices.codes,
        "assignee": {NOBODY: "nobody", **choices.people},
        "client": choices.clients,
        "channel": CHANNELS,
        "changed": PROPERTIES,
    }
    return [
        f"{_name(one, choices)} {'is not' if one.negated else 'is'} "
        + " or ".join(_names(one, choices, names).get(value, _unknown(one, value)) for value in one.any)
        for one in rule.conditions
    ]


def _unknown(condition: Condition, value: str) -> str:
    return _LEFT if condition.test == "assignee" else value


def _name(condition: Condition, choices: RuleChoices) -> str:
    if condition.field is None:
        return TESTS[condition.test]
    field = choices.fields.get(condition.field)
    return field.name if field is not None else condition.field


def _names(condition: Condition, choices: RuleChoices, names: Mapping[Test, Mapping[str, str]]) -> Mapping[str, str]:
    if condition.field is None:
        return names.get(condition.test, {})
    field = choices.fields.get(condition.field)
    return {ANY: "filled in", **(field.options if field is not None else {})}


def effects(rule: Rule, choices: RuleChoices) -> Sequence[str]:
    """The actions of a rule, each as a line."""
    actions = rule.actions
    lines: Sequence[tuple[str, Mapping[str, str], str | None]] = (
        ("Team", choices.teams, actions.team),
        ("Assign to", {}, actions.assignee and choices.people.get(actions.assignee, _LEFT)),
        ("Priority", {}, actions.priority),
        ("Status", choices.statuses, actions.status),
        ("Resolution code", choices.codes, actions.resolution),
        ("Reply", choices.replies, actions.reply),
        ("Notify the team", choices.teams, actions.notify_team),
        ("Send to", choices.webhooks, actions.webhook),
    )
    found = [f"{name}: {known.get(value, value)}" for name, known, value in lines if value is not None]
    if actions.end_chat is not None:
        found.insert(0, f"End the chat: “{actions.end_chat}”")
    if actions.add_tags:
        found.append(f"Add {', '.join(actions.add_tags)}")
    if actions.remove_tags:
        found.append(f"Remove {', '.join(actions.remove_tags)}")
    found += [_set(key, value, choices) for key, value in actions.custom_fields.items()]
    people = [choices.people.get(id_, _LEFT) for id_ in actions.inbox_people]
    if actions.inbox or people:
        found.append(f"Inbox of {', '.join([*(TOLD[one] for one in actions.inbox), *people])}")
    if actions.notify:
        found.append(f"Notify {', '.join(choices.people.get(id_, _LEFT) for id_ in actions.notify)}")
    return found


def _set(key: str, value: FieldValue, choices: RuleChoices) -> str:
    field = choices.fields.get(key)
    name, options = (field.name, field.options) if field is not None else (key, {})
    if value is None or value in ("", []):
        return f"Empty {name}"
    if isinstance(value, bool):
        return f"{name}: {'Yes' if value else 'No'}"
    texts = value if isinstance(value, list) else [str(value)]
    return f"{name}: {', '.join(options.get(one, one) for one in texts)}"
