"""Implements `widgets.availability_ports.Availability`: the pages of system availability."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request

from availability.board import Board
from availability.maintenance import Maintenance
from availability.ninety_days import DAYS
from availability.reading import Overview
from clock import Clock
from identity.adapters.client_products import products_of
from server.edge.authentication import Authentication
from server.edge.outages import as_refusals
from server.live.system_status import SystemStatus
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage

_DAY_MS = 86_400_000


class AvailabilityAdapter:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        teams: Teams,
        status: SystemStatus,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._storage = storage
        self._authentication = authentication
        self._teams = teams
        self._status = status

    def board(self) -> Board:
        return self._status.board

    @as_refusals
    async def overview(self, request: Request) -> Overview:
        return await self._status.overview(self._teams.desk.timezone)

    @as_refusals
    async def calendar(self) -> list[Maintenance]:
        since = self._clock() - DAYS * _DAY_MS
        return await self._storage.read(lambda tx: self._status.reader.calendar(tx, since))

    @as_refusals
    async def products(self, request: Request) -> Collection[str] | None:
        actor = await self._authentication.actor_of_page(request)
        client = actor.client if actor is not None else None
        if client is None:
            return None
        return await self._storage.read(lambda tx: products_of(tx, client)) or None

    def base_url(self) -> str:
        return self._settings.base_url
