"""The functions that the pages of system availability need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from starlette.requests import Request

from availability.board import Board, Component
from availability.incident import Correction, Incident, NewIncident, NewUpdate, Reported
from availability.link import Link, LinkState, Run, RunKind
from availability.maintenance import Maintenance, MaintenanceChange, NewMaintenance
from availability.reading import Overview
from availability.states import State
from identity.actor import Actor


class SystemChanges(Protocol):
    """What supervisors and admins do. The caller checks that the actor is one. Every method may raise Refused."""

    async def add_component(self, actor: Actor, name: str, product: str, position: int) -> Component: ...

    async def change_component(
        self, actor: Actor, id_: int, *, retired: bool | None = None, state: State | None = None
    ) -> tuple[Component, bool]:
        """A pair: the changed component, and whether to offer to open an incident."""
        ...

    async def open_incident(self, actor: Actor, new: NewIncident) -> Reported: ...

    async def update_incident(self, actor: Actor, id_: int, said: NewUpdate) -> Reported: ...

    async def correct_incident(self, actor: Actor, id_: int, change: Correction) -> Reported: ...

    def team(self, wanted: str | None, touched: Collection[int]) -> str:
        """The team for requests about an incident: the one wanted, or one with a product of these components."""
        ...

    async def give_workaround(self, actor: Actor, id_: int, text: str) -> Run: ...

    async def publish_finding(self, actor: Actor, id_: int, text: str, code: str) -> Run: ...

    async def switch_run(self, actor: Actor, id_: int, kind: RunKind, *, on: bool) -> Run: ...

    async def standing(self, id_: int) -> tuple[Mapping[LinkState, int], list[Run], list[Link]]:
        """The linked tickets: their number by state, the runs, and those that stay open."""
        ...

    async def plan(self, actor: Actor, new: NewMaintenance) -> Maintenance: ...

    async def change_maintenance(self, actor: Actor, id_: int, change: MaintenanceChange) -> Maintenance: ...


class Availability(Protocol):
    @property
    def changes(self) -> SystemChanges: ...

    def board(self) -> Board:
        """The state of the systems, at most some seconds old. Reads nothing."""
        ...

    async def overview(self, request: Request) -> Overview:
        """The state with ninety days of history. Raises Refused(unavailable) during an outage."""
        ...

    async def calendar(self) -> list[Maintenance]:
        """The maintenances for calendars: planned, cancelled, and those of the last ninety days. Raises
        Refused(unavailable) during an outage."""
        ...

    async def products(self, request: Request) -> Collection[str] | None:
        """The products of the reader's client. None if they are unknown, and for staff."""
        ...

    async def tickets_of(self, customer: Actor | None) -> Mapping[int, int]:
        """The tickets that this person has about open incidents and those of the banner, by incident."""
        ...

    async def open_incident(self, id_: int) -> Incident:
        """An open incident. Raises Refused: `not_found`, or `conflict` if it is over."""
        ...

    async def affected(self, request: Request, customer: Actor, id_: int, text: str, name: str, email: str) -> int:
        """Open a ticket for a person whom the incident affects, and link it. Returns its number, or that of the ticket
        that the person has for this incident already. Raises the refusals of `open_incident` and `Portal.submit`."""
        ...

    def closing_codes(self) -> Sequence[str]:
        """The resolution codes with which linked tickets can be closed."""
        ...

    def products_of_desk(self) -> Sequence[str]: ...

    def base_url(self) -> str:
        """The URL of the desk, without a slash at its end."""
        ...
