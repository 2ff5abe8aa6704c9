"""The functions that the pages of rules need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from automations.rule import Rule, WantedRule
from identity.actor import Actor
from ticketing.custom_fields import Kind
from ticketing.ticket import Change


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A custom field that rules can test and set. `options` are the names of its options by key."""

    name: str
    kind: Kind
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChoices:
    """What rules can name, each with its name by key or id."""

    teams: Mapping[str, str]
    products: Mapping[str, str]
    statuses: Mapping[str, str]
    codes: Mapping[str, str]
    clients: Mapping[str, str]
    people: Mapping[str, str]
    replies: Mapping[str, str]
    webhooks: Mapping[str, str]
    fields: Mapping[str, FieldChoice] = field(default_factory=dict[str, FieldChoice])


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An event on which the rule would have run."""

    ticket: int
    at: int
    changes: Sequence[Change]
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialShown:
    """The newest of the `hits` on `tickets` tickets. `is_whole` is False if more tickets had changed than were read.
    `already` is the number of tickets that match now, and that a rule with a time leaves alone; None for others."""

    rows: Sequence[TrialRow]
    hits: int
    tickets: int
    is_whole: bool
    already: int | None


class RulePages(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    async def all(self, by: Actor) -> Sequence[Rule]:
        """The rules, in the order in which they run."""
        ...

    async def problems(self, by: Actor) -> Mapping[str, str]:
        """Why rules need a change, by their ids: they name what the desk no longer has."""
        ...

    async def choices(self, by: Actor) -> RuleChoices: ...

    async def add(self, by: Actor, wanted: WantedRule) -> Rule: ...

    async def replace(self, by: Actor, id_: str, wanted: WantedRule, versions: Collection[int]) -> Rule: ...

    async def switch(self, by: Actor, id_: str, *, on: bool) -> Rule: ...

    async def remove(self, by: Actor, id_: str) -> Rule: ...

    async def move(self, by: Actor, id_: str, *, down: bool) -> None:
        """Let the rule run after the next one, or else before the one before it."""
        ...

    async def try_out(self, by: Actor, wanted: WantedRule) -> TrialShown:
        """What the rule would have done in the last week."""
        ...
