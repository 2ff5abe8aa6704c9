"""The functions that the page of reports needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor
from reports.asking import Wanted
from reports.overview import Overview
from reports.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the reader may choose: the names of teams and agents by key, and the products."""

    teams: Mapping[str, str]
    agents: Mapping[str, str]
    products: Sequence[str]


class Reports(Protocol):
    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    def usual_period(self) -> Period:
        """The period of a report for which none was chosen."""
        ...

    async def choices(self, request: Request, by: Actor) -> Choices:
        """The choices of the reader `by`. Raises Refused(`unavailable`) in an outage."""
        ...

    async def overview(self, request: Request, by: Actor, wanted: Wanted) -> Overview:
        """The figures. Raises Refused: `invalid`; `unavailable` in an outage, or if the read takes too long."""
        ...
