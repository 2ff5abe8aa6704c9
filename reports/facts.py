"""Facts that reports count: chats, steps of tickets, intervals. Values only. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal["answered", "abandoned", "missed"]
StepKind = Literal[
    "created",
    "solved",
    "reopened",
    "first_reply_met",
    "first_reply_missed",
    "next_reply_met",
    "next_reply_missed",
    "resolution_met",
    "resolution_missed",
]
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
IntervalKind = Literal[
    "queued", "waiting_for_agent", "waiting_for_customer", "open", "with_product", "awaiting_reply", "fixed_pending_rca"
]
NOBODY = ""
"""Stands for no agent, no product, no client or no code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFact:
    """A closed chat.

    `team` and `agent` had it last. `answered_team` and `answered_by` answered it first. `day` and `hour` say when it
    joined the queue, in local time: `day` is a proleptic ordinal, `hour` is 24 times the weekday (Monday is 0) plus the
    hour. `void` chats are left out of times and ratings.
    """

    chat: str
    ticket: int
    day: int
    hour: int
    team: str
    agent: str
    answered_team: str
    answered_by: str
    product: str
    outcome: Outcome
    void: bool
    queued_at: int
    closed_at: int
    wait_ms: int | None
    told_s: int | None
    """The wait that the customer was told when the chat started, in seconds. None if none was told."""
    wait_goal_s: int
    """The goal in force when the chat was first counted. It stays when the goal of the team changes later."""
    first_ms: int | None
    first_goal_s: int
    next_ms: tuple[int, ...]
    """How long the customer waited for each reply after the first, in ms."""
    handle_ms: int | None
    rating: int | None

    @property
    def waited_within(self) -> bool:
        return self.wait_ms is not None and self.wait_ms <= self.wait_goal_s * 1000

    @property
    def replied_within(self) -> bool:
        return self.first_ms is not None and self.first_ms <= self.first_goal_s * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFact:
    """The creation, solving or reopening of a ticket, or the end of one of its service level targets.

    For a solving, `agent` is the person who solved the ticket. For a reopening, it is the person who solved it last.
    For the end of a target, it is the assignee of that time. A creation has no agent. Only a solving has a `code`.
    `client` is the id of the ticket's present client.
    """

    ticket: int
    place: int
    kind: StepKind
    at: int
    day: int
    team: str
    agent: str
    product: str
    channel: str
    code: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A span of time in which a chat or ticket was in one state (`kind`), with one team and one holder. It lasts from
    `began` until just before `ended`.

    `chat` is empty for an interval of the ticket itself. `ended` is None while the interval lasts. `day` is the local
    day on which it ended, a proleptic ordinal. `open_ms` is the part within the team's hours, and 0 while the interval
    lasts.
    """

    ticket: int
    place: int
    chat: str
    kind: IntervalKind
    team: str
    holder: str
    began: int
    ended: int | None
    day: int | None
    product: str
    channel: str
    open_ms: int

    @property
    def is_of_ticket(self) -> bool:
        return self.chat == NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """All facts of a ticket that reports count, as they were at this `version` of the ticket."""

    number: int
    version: int
    chats: tuple[ChatFact, ...]
    steps: tuple[StepFact, ...]
    intervals: tuple[Interval, ...]
