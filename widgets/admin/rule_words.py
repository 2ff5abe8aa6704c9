"""Rules in words, for admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automations.rule import Rule, Test
from widgets.admin.rule_ports import RuleChoices

TESTS: Mapping[Test, str] = {
    "team": "Team",
    "product": "Product",
    "status": "Status",
    "resolution": "Resolution code",
    "priority": "Priority",
    "tag": "Tags",
    "client": "Client",
    "vip": "VIP",
    "channel": "Channel",
    "domain": "Domain of the requester",
    "subject": "Words in the subject",
    "author": "Author of the reply",
    "changed": "Changed property",
    "rating": "Rating",
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
}


def told(rule: Rule, choices: RuleChoices) -> Sequence[str]:
    """The conditions of a rule, each as a line."""
    names: Mapping[Test, Mapping[str, str]] = {
        "team": choices.teams,
        "status": choices.statuses,
        "resolution": choices.codes,
        "client": choices.clients,
        "channel": CHANNELS,
        "changed": PROPERTIES,
    }
    return [
        f"{TESTS[one.test]} {'is not' if one.negated else 'is'} "
        + " or ".join(names.get(one.test, {}).get(value, value) for value in one.any)
        for one in rule.conditions
    ]


def effects(rule: Rule, choices: RuleChoices) -> Sequence[str]:
    """The actions of a rule, each as a line."""
    actions = rule.actions
    lines: Sequence[tuple[str, Mapping[str, str], str | None]] = (
        ("Team", choices.teams, actions.team),
        ("Assign to", choices.people, actions.assignee),
        ("Priority", {}, actions.priority),
        ("Status", choices.statuses, actions.status),
        ("Resolution code", choices.codes, actions.resolution),
        ("Reply", choices.replies, actions.reply),
        ("Notify the team", choices.teams, actions.notify_team),
        ("Send to", choices.webhooks, actions.webhook),
    )
    found = [f"{name}: {known.get(value, value)}" for name, known, value in lines if value is not None]
    if actions.add_tags:
        found.append(f"Add {', '.join(actions.add_tags)}")
    if actions.remove_tags:
        found.append(f"Remove {', '.join(actions.remove_tags)}")
    if actions.notify:
        found.append(f"Notify {', '.join(choices.people.get(id_, 'somebody who left') for id_ in actions.notify)}")
    return found
