"""A rule: when an event happens, if all conditions hold, then its actions are taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from automations.events import Event
from automations.timing import Time

NAME_MAX = 80
RULES_MAX = 100
CONDITIONS_MAX = 20
VALUES_MAX = 20
NOTIFIED_MAX = 20
WHY_MAX = 500
TAGS_MAX = 20
FIELDS_MAX = 100

Test = Literal[
    "team",
    "product",
    "status",
    "resolution",
    "priority",
    "assignee",
    "tag",
    "client",
    "vip",
    "channel",
    "domain",
    "subject",
    "author",
    "changed",
    "rating",
    "custom_field",
]
TESTS: tuple[Test, ...] = get_args(Test)
OF_TICKETS: frozenset[Test] = frozenset(
    {"status", "resolution", "priority", "assignee", "tag", "rating", "custom_field"}
)
"""Conditions on what only tickets have."""
ONLY_ON: Mapping[Test, Event] = {"author": "ticket.replied", "changed": "ticket.updated"}
"""Conditions that only one event has."""

# PostgreSQL cannot store a text with a NUL.
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\u0000]*$")]
Value = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\u0000]*$")]
FieldValue = (
    Annotated[str, Meta(max_length=500, pattern=r"^[^\u0000]*$")]
    | int
    | float
    | bool
    | Annotated[list[Annotated[str, Meta(max_length=40, pattern=r"^[^\u0000]*$")]], Meta(max_length=FIELDS_MAX)]
    | None
)
FieldValues = Annotated[dict[Annotated[str, Meta(max_length=40)], FieldValue], Meta(max_length=FIELDS_MAX)]
"""The custom fields to set, by key. Null clears a field."""


class Condition(Struct, frozen=True, forbid_unknown_fields=True, rename={"test": "if", "negated": "not"}):
    """`if` names what is tested. It holds if any of `any` fits; with `not`, if none does.

    `any` has keys and ids (team, product, status, code, priority, tag, client, channel, assignee or `none`), words
    of the subject, domains of the requester's address, authors of a reply (`customer`, `staff`, `rule`), names of
    changed properties, scores of a rating, or `yes` for a VIP.

    `field` is the key of a custom field, only with `custom_field`. Its values are keys of options, `yes` or `no`,
    numbers, dates, or words of a text; `*` is any value.
    """

    test: Test
    any: Annotated[list[Value], Meta(min_length=1, max_length=VALUES_MAX)]
    negated: bool = False
    field: Key | None = None


Notified = Literal["assignee", "followers", "supervisors"]
NOTIFIED: tuple[Notified, ...] = get_args(Notified)
NOBODY = "none"
"""The value of a condition on the assignee that a ticket without one fits."""
ANY = "*"
"""The value of a condition on a custom field that every value fits."""


class Actions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a rule does. What is null or empty is left alone.

    The first eight change the ticket. `end_chat` ends the chat, and is what the customer reads as the last message.
    `reply` is the id of a canned reply, which is sent to the requester. `notify` has ids of staff and `notify_team` a
    team, who get a letter. `inbox` and `inbox_people` (ids of staff) get an entry in their inbox. `webhook` is the id
    of a webhook, which gets a message.
    """

    team: Key | None = None
    assignee: Key | None = None
    priority: Key | None = None
    add_tags: Annotated[list[Value], Meta(max_length=TAGS_MAX)] = []
    remove_tags: Annotated[list[Value], Meta(max_length=TAGS_MAX)] = []
    status: Key | None = None
    resolution: Key | None = None
    custom_fields: FieldValues = {}
    end_chat: Annotated[str, Meta(min_length=1, max_length=WHY_MAX, pattern=r"^[^\u0000]*$")] | None = None
    reply: Key | None = None
    notify: Annotated[list[Key], Meta(max_length=NOTIFIED_MAX)] = []
    notify_team: Key | None = None
    inbox: Annotated[list[Notified], Meta(max_length=len(NOTIFIED))] = []
    inbox_people: Annotated[list[Key], Meta(max_length=NOTIFIED_MAX)] = []
    webhook: Key | None = None

    @property
    def change(self) -> Mapping[str, object]:
        """The fields that change the ticket, by their names in a change of a ticket."""
        return {name: value for name in _CHANGES if (value := getattr(self, name))}


_NOTHING = Actions()
_CHANGES = ("team", "assignee", "priority", "add_tags", "remove_tags", "status", "resolution", "custom_fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRule:
    """The fields of a rule as an admin sent them."""

    name: str
    event: Event
    conditions: tuple[Condition, ...] = ()
    actions: Actions = _NOTHING
    enabled: bool = True
    time: Time | None = None


@dataclass(frozen=True, slots=True)
class NewerRule:
    """A rule that is switched on, and that only a newer version of the program can read."""

    id: str
    name: str
    event: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A stored rule. Rules run in the order of `position`. Times are in ms since the epoch, UTC.

    `since` is the time at which it was switched on or got another event, time or conditions: it does not run on what
    happened before. `runs` counts the events for which its actions were taken. `failure` says why they were not, the
    last time that they could not be taken; None after a run that worked.
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
    time: Time | None = None
    since: int = 0

    @property
    def wanted(self) -> WantedRule:
        return WantedRule(
            name=self.name,
            event=self.event,
            conditions=self.conditions,
            actions=self.actions,
            enabled=self.enabled,
            time=self.time,
        )
