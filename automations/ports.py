"""Interfaces that rules need from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from automations.events import Event
from automations.pending import Pending
from automations.rule import NewerRule, Rule
from automations.timing import Handled

Tx = TypeVar("Tx")
"""The caller's transaction. Only the store knows its type."""
Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Store(Protocol[Tx_contra]):
    def rules(self, tx: Tx_contra) -> list[Rule]:
        """All rules, in their order, without those that only a newer version of the program can read."""
        ...

    def with_newer(self, tx: Tx_contra) -> tuple[list[Rule], list[NewerRule]]:
        """The rules, and those that are switched on and that only a newer version of the program can read."""
        ...

    def find(self, tx: Tx_contra, id: str) -> Rule | None:
        """A rule. No other transaction can change it. Raises OfNewerVersion."""
        ...

    def keep(self, tx: Tx_contra, rule: Rule) -> None:
        """Add the rule, or replace the one with the same id."""
        ...

    def place(self, tx: Tx_contra, id: str, position: int) -> None:
        """Give the rule another place in the order."""
        ...

    def remove(self, tx: Tx_contra, id: str) -> None: ...

    def wanted(self, tx: Tx_contra) -> frozenset[Event]:
        """The events of the rules that are switched on, without those that only a newer version knows."""
        ...

    def ran(self, tx: Tx_contra, id: str, now: int) -> None:
        """Count a run that worked."""
        ...

    def failed(self, tx: Tx_contra, id: str, reason: str, now: int) -> bool:
        """Count a run that did not work. Returns False if the last one failed for the same reason."""
        ...

    def put(self, tx: Tx_contra, pending: Pending) -> None: ...

    def pending(self, tx: Tx_contra, limit: int) -> Sequence[Pending]:
        """The events that wait, in their order, without those that only a newer version knows."""
        ...

    def take(self, tx: Tx_contra, id: int) -> bool:
        """Remove an event that waits. Returns False if another transaction has removed it."""
        ...

    # -- rules with a time ------------------------------------------------------------------

    def look(self, tx: Tx_contra, tickets: Collection[int], due: int) -> None:
        """Have the rules with a time look at these tickets then, instead of when they would have looked."""
        ...

    def look_later(self, tx: Tx_contra, ticket: int, due: int) -> None:
        """The same, unless the rules look at the ticket already."""
        ...

    def looks(self, tx: Tx_contra, now: int, limit: int) -> Sequence[int]:
        """The tickets to look at, the longest overdue first."""
        ...

    def take_look(self, tx: Tx_contra, ticket: int, now: int) -> bool:
        """The ticket is looked at. Returns False if another transaction has done so."""
        ...

    def handled(self, tx: Tx_contra, ticket: int) -> Mapping[str, Handled]:
        """What the rules have done on the ticket, by their ids."""
        ...

    def handle(self, tx: Tx_contra, rule: str, ticket: int, handled: Handled) -> None: ...

    def begin_anew(self, tx: Tx_contra, rule: str, tickets: Collection[int], after: int) -> None:
        """Let the rule run again on these tickets for times that began after this moment."""
        ...

    def look_at_all(self, tx: Tx_contra, id: str, calendar: str) -> None:
        """Have the rule look at all tickets, from the first one on. `calendar` names the opened hours by which it is
        done."""
        ...

    def looking(self, tx: Tx_contra) -> Mapping[str, tuple[int | None, str]]:
        """For each rule that looks or has looked at all tickets: the number up to which it has, None for all, and the
        opened hours."""
        ...

    def looked(self, tx: Tx_contra, ids: Collection[str], after: int, upto: int | None) -> None:
        """These rules have looked at the tickets above `after` up to this number, None for all. A rule that has begun
        again meanwhile goes on from its new place."""
        ...
