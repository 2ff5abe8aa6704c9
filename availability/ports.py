"""Interfaces that system availability needs.

`Tx` is the type of the caller's transaction, which only adapters know. Every call with a `tx` is part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from availability.board import Component
from availability.incident import Incident, Reported, Update
from availability.intervals import Cause, Interval
from availability.maintenance import Maintenance
from identity.actor import Actor

Tx = TypeVar("Tx", contravariant=True)


class Store(Protocol[Tx]):
    def components(self, tx: Tx, *, retired: bool = False) -> list[Component]:
        """The components in the order of the page. `retired`: also those that are not shown any more."""
        ...

    def put_component(self, tx: Tx, component: Component) -> int:
        """Store a component, a new one if its id is 0. Returns its id."""
        ...

    def intervals(self, tx: Tx, since: int) -> list[Interval]:
        """All intervals that were not over at `since`."""
        ...

    def of_incidents(self, tx: Tx, incidents: Collection[int]) -> Mapping[int, list[Interval]]:
        """By incident: the intervals that it caused, oldest first."""
        ...

    def of_cause(self, tx: Tx, cause: Cause, cause_id: int) -> list[Interval]: ...

    def set_intervals(self, tx: Tx, cause: Cause, cause_id: int, intervals: Sequence[Interval]) -> None:
        """Store the intervals of one cause. They replace its earlier ones."""
        ...

    def add_interval(self, tx: Tx, interval: Interval) -> None: ...

    def end_manual(self, tx: Tx, component: int, now: int) -> None:
        """End the interval of a state that was set by hand."""
        ...

    def add_incident(self, tx: Tx, incident: Incident, by: str | None) -> int: ...

    def put_incident(self, tx: Tx, incident: Incident) -> None: ...

    def incident(self, tx: Tx, id_: int, *, lock: bool = False) -> Incident | None: ...

    def incidents(self, tx: Tx, *, open_only: bool, since: int, limit: int) -> list[Incident]:
        """Incidents that were not over at `since`, newest first."""
        ...

    def last_resolved(self, tx: Tx) -> int | None: ...

    def add_update(self, tx: Tx, update: Update) -> int: ...

    def updates(self, tx: Tx, incidents: Collection[int]) -> Mapping[int, list[Update]]:
        """By incident: its updates, newest first."""
        ...

    def put_maintenance(self, tx: Tx, maintenance: Maintenance, by: str | None) -> int:
        """Store maintenance, new if its id is 0. Returns its id."""
        ...

    def maintenance(self, tx: Tx, id_: int, *, lock: bool = False) -> Maintenance | None: ...

    def maintenances(self, tx: Tx, since: int, limit: int) -> list[Maintenance]:
        """Maintenances that end after `since`, in the order of their starts."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """One piece of news for followers of system notifications and of the components.

    `version` tells two notices about the same thing apart. `products` are those of the components: none if one of
    them belongs to all products.
    """

    kind: Literal["incident", "maintenance"]
    id: int
    version: int
    new: bool
    title: str
    line: str
    components: tuple[int, ...]
    products: tuple[str, ...]
    at: int
    step: str = ""
    """The step of an incident."""


class Announcing(Protocol[Tx]):
    def announce(self, tx: Tx, notice: Notice) -> None:
        """Tell followers, in the transaction of the change."""
        ...


class Finding(Protocol[Tx]):
    def put(self, tx: Tx, reported: Reported) -> None:
        """Let the search find an incident."""
        ...


class Audit(Protocol[Tx]):
    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str, detail: Mapping[str, object], now: int
    ) -> None:
        """Add a line to the audit log."""
        ...
