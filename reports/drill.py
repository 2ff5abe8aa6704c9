"""The chats and tickets behind a figure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
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
    "promised",
    "promise_broken",
]
TargetMetric = Literal[
    "first_reply_met",
    "first_reply_missed",
    "next_reply_met",
    "next_reply_missed",
    "resolution_met",
    "resolution_missed",
]
StepMetric = Literal["created", "solved", "reopened"] | TargetMetric
StayMetric = Literal["open_time", "with_product_time", "awaiting_reply_time", "fixed_pending_rca_time"]
Metric = ChatMetric | StepMetric | StayMetric | Literal["backlog", "late_now"]
CHAT_METRICS: tuple[ChatMetric, ...] = get_args(ChatMetric)
TARGET_METRICS: tuple[TargetMetric, ...] = get_args(TargetMetric)
STEP_METRICS: tuple[StepMetric, ...] = ("created", "solved", "reopened", *TARGET_METRICS)
STAY_METRICS: tuple[StayMetric, ...] = get_args(StayMetric)
METRICS: tuple[str, ...] = (*CHAT_METRICS, *STEP_METRICS, *STAY_METRICS, "backlog", "late_now")
PROMISES = ("promised", "promise_broken")
TIMED: tuple[ChatMetric, ...] = (
    "wait",
    "wait_late",
    "first_response",
    "first_response_late",
    "handle",
    "promised",
    "promise_broken",
)
"""Metrics whose lists can have the longest duration first."""
CURRENT = ("backlog", "late_now")
"""Metrics of the present, whatever the period."""
HOURS = 168
"""Hours in a week."""
PAGE = 50
FILE_MAX = 5_000
"""Maximum number of rows in a CSV file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What to list: what the figure `metric` counts. The other fields limit the list, each for certain metrics only.

    `code` is for `solved`, `hour` (24 times the weekday plus the hour) for chats, `status` and `age` (a place in AGES)
    for `backlog`, `told` (a place in `reports.promises.TOLD_FROM_S`) for promises. `client` (its id) is for `solved`.
    `longest` is for TIMED, and puts the longest duration first. `after` is the number of rows before the page, and
    `most` the maximum number of rows on it.
    """

    metric: str = "offered"
    code: str | None = None
    hour: int | None = None
    status: str | None = None
    age: int | None = None
    told: int | None = None
    client: str | None = None
    longest: bool = False
    after: int = 0
    most: int = PAGE

    def faults(self) -> dict[str, str]:
        """The fields that do not belong to the metric, each with a sentence."""
        found = {}
        if self.code is not None and self.metric != "solved":
            found["code"] = "Only `solved` has codes."
        if self.hour is not None and self.metric not in CHAT_METRICS:
            found["hour"] = "Only chats have hours."
        if self.status is not None and self.metric != "backlog":
            found["status"] = "Only `backlog` has statuses."
        if self.age is not None and self.metric != "backlog":
            found["age"] = "Only `backlog` has ages."
        if self.told is not None and self.metric not in PROMISES:
            found["told"] = "Only `promised` and `promise_broken` have told waits."
        if self.client is not None and self.metric != "solved":
            found["client"] = "Only `solved` has clients."
        if self.longest and self.metric not in TIMED:
            found["order"] = "Only chats with a duration have the order `longest`."
        return found


class Counted(Struct, frozen=True):
    """A chat, a step of a ticket, or a ticket, that a figure counts. `seconds` is its duration, or null if the figure
    measures no duration.

    `at` is the time at which the chat joined the queue, the time of the step, the time at which the ticket got the
    status, the time at which the ticket was created, or for `late_now`, the time since which it is late.
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
