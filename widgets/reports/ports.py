"""The functions that the page of reports needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor
from reports.asking import Wanted
from reports.drill import Behind, CountedPage
from reports.overview import Overview
from reports.periods import Period
from reports.sources import Goals
from reports.ticket_times import TicketTimes
from reports.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the reader may choose: the names of teams and agents by key, and the products. `goals` are those of the
    teams."""

    teams: Mapping[str, str]
    goals: Mapping[str, Goals]
    agents: Mapping[str, str]
    products: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Feedback of a review on one of the agent's chats. `at` is in ms since the epoch, UTC. `code` is the one that the
    reviewer considers right."""

    ticket: int
    at: int
    reviewer: str
    code: str | None
    text: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """One agent: the figures of the usual period without hints and backlog, a day, and the newest feedback that the
    reader may see."""

    name: str
    overview: Overview
    timeline: Timeline
    feedback: Sequence[Feedback]


class Reports(Protocol):
    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    def zone(self) -> str:
        """The time zone of the hours file."""
        ...

    def usual_period(self) -> Period:
        """The period of a report for which none was chosen. It ends with yesterday, in the zone of the hours file."""
        ...

    def team_name(self, key: str) -> str:
        """The name of a team. The key, if there is no such team."""
        ...

    async def choices(self, request: Request, by: Actor) -> Choices:
        """The choices of the reader `by`. Raises Refused(`unavailable`) in an outage."""
        ...

    async def overview(self, request: Request, by: Actor, wanted: Wanted) -> Overview:
        """The figures. Raises Refused: `invalid`; `unavailable` in an outage, or if the read takes too long."""
        ...

    async def counted(self, request: Request, by: Actor, wanted: Wanted, behind: Behind) -> CountedPage:
        """A page of the chats or tickets that a figure counts. Raises Refused like `overview`."""
        ...

    async def ticket_times(self, request: Request, by: Actor, number: int) -> tuple[TicketTimes, Mapping[str, str]]:
        """The intervals of a ticket, and the names of the people who held it, by id. Raises Refused: `not_found` if
        the ticket is of no team of the reader; `unavailable` in an outage."""
        ...

    async def weekly(self, by: Actor) -> bool | None:
        """True if the reader chose the weekly mail. None if they may not have it. Raises Refused(`unavailable`) in an
        outage."""
        ...

    async def choose_weekly(self, by: Actor, *, wanted: bool) -> None:
        """Start or stop the weekly mail. Raises Refused: `forbidden` unless the reader is a supervisor; `unavailable`
        in an outage."""
        ...

    async def stop_weekly(self, token: str) -> bool:
        """Stop the weekly mail to the person that a token names. False if the token is not valid. Raises
        Refused(`unavailable`) in an outage."""
        ...

    async def agent_day(self, request: Request, by: Actor, agent: str, day: int | None) -> AgentDay:
        """A day of an agent; `day` None means today. Raises Refused: `not_found` if the reader may not see the agent's
        day; `unavailable` in an outage."""
        ...
