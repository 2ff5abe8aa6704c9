"""The chats and tickets behind a figure. Pure."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

ChatMetric = Literal[
    "offered",
    "answered",
    "abandoned",
    "missed",
    "void",
    "wait",
    "wait_late",
    "first_response",
    "first_response_late",
    "handle",
    "rating",
]
StepMetric = Literal["created", "solved", "reopened"]
Metric = ChatMetric | StepMetric
CHAT_METRICS: tuple[ChatMetric, ...] = get_args(ChatMetric)
STEP_METRICS: tuple[StepMetric, ...] = get_args(StepMetric)
METRICS: tuple[str, ...] = (*CHAT_METRICS, *STEP_METRICS)
PAGE = 50


class Counted(Struct, frozen=True):
    """A chat, or a step of a ticket, that a figure counts. `seconds` is its duration, or null if the figure measures no
    duration.

    `at` is the time at which the chat joined the queue, or the time of the step.
    """

    ticket: int
    chat: str | None
    at: str
    team: str
    agent: str | None
    product: str | None
    seconds: int | None
    rating: int | None
    code: str | None


class CountedPage(Struct, frozen=True):
    """A page of what a figure counts. `count` is the figure. Pass `next` as `after` for the next page. `next` is null
    on the last page."""

    count: int
    rows: list[Counted]
    next: int | None
