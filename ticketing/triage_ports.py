"""Interfaces to the stored tags, snoozes, custom fields and service level policies of tickets. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from ticketing.begun_ports import Tx
from ticketing.custom_fields import CustomField
from ticketing.listing import Place
from ticketing.targets import Policy


class FieldStore(Protocol):
    def custom_fields(self, tx: Tx) -> Sequence[CustomField]:
        """All custom fields in their order, archived ones too."""
        ...

    def lock_fields(self, tx: Tx) -> None:
        """Until this transaction ends, nobody else changes a custom field."""
        ...

    def add_field(self, tx: Tx, field: CustomField) -> bool:
        """Add a field. False if there is one with its key, even if somebody adds it at this moment."""
        ...

    def put_field(self, tx: Tx, field: CustomField) -> None:
        """Add a field, or replace the one with its key."""
        ...

    def remove_field(self, tx: Tx, key: str) -> None: ...

    def has_values(self, tx: Tx, key: str, option: str = "") -> bool:
        """True if any ticket has a value of the field, or this option of it."""
        ...


class PolicyStore(Protocol):
    def policies(self, tx: Tx) -> Sequence[Policy]:
        """The service level policies in their order."""
        ...

    def lock_policies(self, tx: Tx) -> None:
        """Until this transaction ends, nobody else changes a policy."""
        ...

    def put_policy(self, tx: Tx, policy: Policy) -> None:
        """Add a policy, or replace the one with its id."""
        ...

    def remove_policy(self, tx: Tx, id: str) -> None: ...


class TriageStore(FieldStore, PolicyStore, Protocol):
    def tags_used(self, tx: Tx, teams: Collection[str] | None, start: str, limit: int) -> list[str]:
        """At most `limit` tags that tickets of these teams have or had and that begin with `start`, in alphabetical
        order. None: of all teams."""
        ...

    def at_work(self, tx: Tx, after: Place | None, limit: int) -> list[Place]:
        """The places of at most `limit` unsolved tickets after this place, in the order of their last change."""
        ...

    def snoozed(self, tx: Tx, now: int, limit: int) -> list[int]:
        """At most `limit` tickets whose snooze is over, the longest first."""
        ...
