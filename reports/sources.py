"""Facts of the packages below, as reports read them. Values only. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

TurnKind = Literal["queued", "assigned", "left", "customer", "staff", "closed"]


class Turn(NamedTuple):
    """A step of a chat: it joins the queue of a team, gets or loses an agent, somebody writes, it ends.

    `team` is set if the step gives the chat to a team, `agent` if it gives it to an agent.
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
    turns: tuple[Turn, ...]


class TicketLine(NamedTuple):
    """A line of a ticket's history. Values are texts; empty for none. `by` is the id of a staff member, or empty."""

    at: int
    field: str
    was: str
    became: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNow:
    """A ticket as it is, with its history, oldest first."""

    number: int
    version: int
    status: str
    with_product: bool
    team: str
    product: str
    channel: str
    assignee: str
    code: str
    rating: int | None
    created_at: int
    lines: tuple[TicketLine, ...]


@dataclass(frozen=True, slots=True)
class Goals:
    """A team's goals in seconds: for the wait in the queue, and for the first response."""

    wait_s: int
    first_s: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """What reports take from the hours file."""

    zone: str
    goals: Callable[[str], Goals]
    open_ms: Callable[[str, int, int], int]
    """The part of a span, in ms, within the hours of a team."""


KnownGoals = Mapping[str, Goals]
"""The goals with which chats were counted before, by chat."""
