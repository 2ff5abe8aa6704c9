"""What rules need from the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from automations.events import Event
from automations.pending import Pending
from automations.rule import Rule

Tx = Any
"""The caller's transaction. Only the store knows its type."""


class Store(Protocol):
    def rules(self, tx: Tx) -> list[Rule]:
        """All rules, in their order."""
        ...

    def find(self, tx: Tx, id: str) -> Rule | None:
        """A rule. No other transaction can change it."""
        ...

    def keep(self, tx: Tx, rule: Rule) -> None:
        """Add the rule, or replace the one with the same id."""
        ...

    def remove(self, tx: Tx, id: str) -> None: ...

    def wanted(self, tx: Tx) -> frozenset[Event]:
        """The events of the rules that are switched on."""
        ...

    def ran(self, tx: Tx, id: str, now: int) -> None:
        """Count a run that worked."""
        ...

    def failed(self, tx: Tx, id: str, reason: str, now: int) -> bool:
        """Count a run that did not work. Returns False if the last one failed for the same reason."""
        ...

    def put(self, tx: Tx, pending: Pending) -> None: ...

    def pending(self, tx: Tx, limit: int) -> Sequence[Pending]:
        """The events that wait, in their order."""
        ...

    def take(self, tx: Tx, id: int) -> bool:
        """Remove an event that waits. Returns False if another transaction has removed it."""
        ...
