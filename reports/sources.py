"""Chats, tickets and opening hours, as reports read them from other packages. Values only. Times are in ms since the
epoch, UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

TurnKind = Literal["queued", "assigned", "left", "customer", "staff", "closed"]


class Turn(NamedTuple):
    """A step of a chat: the chat joins a team's queue, gets or loses an agent, or ends, or somebody writes.

    `team` is set if the step gives the chat to a team. `agent` is set if the step gives the chat to an agent.
    """

    at: int
    kind: TurnKind
    team: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class ChatLog:
    """A closed chat with its steps, oldest first."""

    id: str
    product: str
    reason: str
    told_s: int | None
    """The wait that the customer was told when the chat started, in seconds. None if none was told."""
    turns: tuple[Turn, ...]


class TicketLine(NamedTuple):
    """A line of a ticket's history. `was` and `became` are the values as text, empty for none. `by` is the id of a
    staff member, empty for anybody else."""

    at: int
    field: str
    was: str
    became: str
    by: str


class TargetEnd(NamedTuple):
    """A service level target of a ticket that ended. `metric` is `first_reply`, `next_reply` or `resolution`. `team`
    and `agent` (the assignee) are those of the ticket at that time."""

    at: int
    metric: str
    late: bool
    team: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNow:
    """The present state of a ticket. `lines` has the lines of its history that reports need, oldest first."""

    number: int
    version: int
    status: str
    with_product: bool
    team: str
    product: str
    channel: str
    assignee: str
    client: str
    code: str
    rating: int | None
    void_reviewed: bool
    """A supervisor has reviewed the ticket and says that it is void."""
    created_at: int
    lines: tuple[TicketLine, ...]
    targets: tuple[TargetEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Goals:
    """A team's goals in seconds: for the wait in the queue, and for the first response."""

    wait_s: int
    first_s: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The parts of the hours file that reports need."""

    zone: str
    goals: Callable[[str], Goals]
    open_ms: Callable[[str, int, int], int]
    """Called with a team, a start and an end. Returns the part of this span within the team's hours, in ms."""


KnownGoals = Mapping[str, Goals]
"""The goals with which chats were counted before, by chat."""
