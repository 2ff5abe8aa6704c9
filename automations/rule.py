"""A rule: when an event happens, if all conditions hold, then its actions are taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from automations.events import Event

NAME_MAX = 80
RULES_MAX = 100
CONDITIONS_MAX = 20
VALUES_MAX = 20
NOTIFIED_MAX = 20
TAGS_MAX = 20

Test = Literal[
    "team",
    "product",
    "status",
    "resolution",
    "priority",
    "tag",
    "client",
    "vip",
    "channel",
    "domain",
    "subject",
    "author",
    "changed",
    "rating",
]
TESTS: tuple[Test, ...] = get_args(Test)
OF_TICKETS: frozenset[Test] = frozenset({"status", "resolution", "priority", "tag", "rating"})
"""Conditions on what only tickets have."""
ONLY_ON: Mapping[Test, Event] = {"author": "ticket.replied", "changed": "ticket.updated"}
"""Conditions that only one event has."""

# PostgreSQL cannot store a text with a NUL.
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\u0000]*$")]
Value = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\u0000]*$")]


class Condition(Struct, frozen=True, forbid_unknown_fields=True, rename={"test": "if", "negated": "not"}):
    """`if` names what is tested. It holds if any of `any` fits; with `not`, if none does.

    `any` has keys and ids (team, product, status, code, priority, tag, client, channel), words of the subject, domains
    of the requester's address, authors of a reply (`customer`, `staff`, `rule`), names of changed properties, scores
    of a rating, or `yes` for a VIP.
    """

    test: Test
    any: Annotated[list[Value], Meta(min_length=1, max_length=VALUES_MAX)]
    negated: bool = False


class Actions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a rule does. What is null or empty is left alone.

    The first seven change the ticket. `reply` is the id of a canned reply, which is sent to the requester. `notify` has
    ids of staff and `notify_team` a team, who get a letter. `webhook` is the id of a webhook, which gets a message.
    """

    team: Key | None = None
    assignee: Key | None = None
    priority: Key | None = None
    add_tags: Annotated[list[Value], Meta(max_length=TAGS_MAX)] = []
    remove_tags: Annotated[list[Value], Meta(max_length=TAGS_MAX)] = []
    status: Key | None = None
    resolution: Key | None = None
    reply: Key | None = None
    notify: Annotated[list[Key], Meta(max_length=NOTIFIED_MAX)] = []
    notify_team: Key | None = None
    webhook: Key | None = None

    @property
    def change(self) -> Mapping[str, object]:
        """The fields that change the ticket, by their names in a change of a ticket."""
        return {name: value for name in _CHANGES if (value := getattr(self, name))}


_NOTHING = Actions()
_CHANGES = ("team", "assignee", "priority", "add_tags", "remove_tags", "status", "resolution")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRule:
    """The fields of a rule as an admin sent them."""

    name: str
    event: Event
    conditions: tuple[Condition, ...] = ()
    actions: Actions = _NOTHING
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A stored rule. Rules run in the order of `position`. Times are in ms since the epoch, UTC.

    `runs` counts the events for which its actions were taken. `failure` says why they were not, the last time that
    they could not be taken; None after a run that worked.
    """

    id: str
    name: str
    position: int
    enabled: bool
    event: Event
    conditions: tuple[Condition, ...]
    actions: Actions
    created_at: int
    version: int = 1
    runs: int = 0
    ran_at: int | None = None
    failures: int = 0
    failure: str | None = None
    failed_at: int | None = None

    @property
    def wanted(self) -> WantedRule:
        return WantedRule(
            name=self.name,
            event=self.event,
            conditions=self.conditions,
            actions=self.actions,
            enabled=self.enabled,
        )
