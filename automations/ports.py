"""Interfaces that rules need from the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from automations.events import Event
from automations.pending import Pending
from automations.rule import Rule

Tx = TypeVar("Tx")
"""The caller's transaction. Only the store knows its type."""
Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Store(Protocol[Tx_contra]):
    def rules(self, tx: Tx_contra) -> list[Rule]:
        """All rules, in their order."""
        ...

    def find(self, tx: Tx_contra, id: str) -> Rule | None:
        """A rule. No other transaction can change it."""
        ...

    def keep(self, tx: Tx_contra, rule: Rule) -> None:
        """Add the rule, or replace the one with the same id."""
        ...

    def remove(self, tx: Tx_contra, id: str) -> None: ...

    def wanted(self, tx: Tx_contra) -> frozenset[Event]:
        """The events of the rules that are switched on."""
        ...

    def ran(self, tx: Tx_contra, id: str, now: int) -> None:
        """Count a run that worked."""
        ...

    def failed(self, tx: Tx_contra, id: str, reason: str, now: int) -> bool:
        """Count a run that did not work. Returns False if the last one failed for the same reason."""
        ...

    def put(self, tx: Tx_contra, pending: Pending) -> None: ...

    def pending(self, tx: Tx_contra, limit: int) -> Sequence[Pending]:
        """The events that wait, in their order."""
        ...

    def take(self, tx: Tx_contra, id: int) -> bool:
        """Remove an event that waits. Returns False if another transaction has removed it."""
        ...
