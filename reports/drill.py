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
    """A chat or a step of a ticket that a figure counts. `seconds` is its duration, null if the figure has none.

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
    """`count` is the figure itself. `next` is the `after` of the next page, null at the end."""

    count: int
    rows: list[Counted]
    next: int | None
