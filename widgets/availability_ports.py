"""The functions that the pages of system availability need."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from starlette.requests import Request

from availability.board import Board
from availability.maintenance import Maintenance
from availability.reading import Overview


class Availability(Protocol):
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

    def base_url(self) -> str:
        """The URL of the desk, without a slash at its end."""
        ...
