"""Implements `widgets.availability_ports.Availability`: the pages of system availability."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from starlette.requests import Request

from availability.board import Board
from availability.incident import Incident
from availability.maintenance import Maintenance
from availability.ninety_days import DAYS
from availability.reading import Overview
from identity.actor import Actor
from identity.adapters.client_products import products_of
from server.edge.authentication import Authentication
from server.edge.outages import as_refusals
from server.edge.ticket_writing import TicketWriting
from server.live.help_center import HelpCenter
from server.live.systems.incident_tickets import CLOSING_CODES
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.requests import NewTicket
from widgets.ports import Portal

_DAY_MS = 86_400_000


class AvailabilityAdapter:
    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        authentication: Authentication,
        teams: Teams,
        help_center: HelpCenter,
        portal: Portal,
        writing: TicketWriting,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._authentication = authentication
        self._teams = teams
        self._status = help_center.status
        self._linking = help_center.incident_runs.linking
        self._portal = portal
        self._writing = writing
        self.changes = help_center.changes

    def board(self) -> Board:
        return self._status.board

    @as_refusals
    async def overview(self, request: Request) -> Overview:
        return await self._status.overview(self._teams.desk.timezone)

    @as_refusals
    async def calendar(self) -> list[Maintenance]:
        since = self._portal.now() - DAYS * _DAY_MS
        return await self._storage.read(lambda tx: self._status.reader.calendar(tx, since))

    @as_refusals
    async def products(self, request: Request) -> Collection[str] | None:
        actor = await self._authentication.actor_of_page(request)
        client = actor.client if actor is not None else None
        if client is None:
            return None
        return await self._storage.read(lambda tx: products_of(tx, client)) or None

    @as_refusals
    async def tickets_of(self, customer: Actor | None) -> Mapping[int, int]:
        board = self._status.board
        incidents = [one.incident.id for one in (*board.open, *board.over)]
        if customer is None or not incidents:
            return {}
        return await self._storage.read(lambda tx: self._linking.tickets_of(tx, customer.customer, incidents))

    @as_refusals
    async def open_incident(self, id_: int) -> Incident:
        return await self._storage.read(lambda tx: self._linking.open_incident(tx, id_))

    @as_refusals
    async def affected(self, request: Request, customer: Actor, id_: int, text: str, name: str, email: str) -> int:
        def found(tx: Tx) -> tuple[Incident, int | None]:
            return self._linking.open_incident(tx, id_), self._linking.ticket_of(tx, id_, customer.customer)

        incident, before = await self._storage.read(found)
        if before is not None:
            return before
        known = customer.identified
        given = (None, None) if known else (name or None, email or None)
        team = incident.team or self.changes.team(None, ())
        wanted = NewTicket(team=team, text=text, subject=incident.title, name=given[0], email=given[1])
        now, person = self._portal.now(), customer.customer

        def link(tx: Tx, number: int) -> None:
            self._linking.link(tx, id_, number, person, now)

        # The key makes two clicks at once one ticket.
        outcome = await self._writing.create(request, customer, wanted, f"incident-{id_}", link)
        return outcome.number

    def closing_codes(self) -> Sequence[str]:
        return CLOSING_CODES

    def products_of_desk(self) -> Sequence[str]:
        return self._teams.products

    def base_url(self) -> str:
        return self._settings.base_url
