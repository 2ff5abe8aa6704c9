"""The time after which a rule runs on a ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct

HOURS_MAX = 2_160
RUNS_MAX = 100
"""Runs of a rule on the same ticket. A rule that gets there does something that starts its time again."""
HOUR_MS = 3_600_000

Since = Literal["created", "waiting", "customer_message", "staff_reply", "status", "sla_due"]


class Time(Struct, frozen=True, forbid_unknown_fields=True):
    """`hours` since something happened on the ticket: it was created, the customer began to wait for a reply, the last
    message of the customer, the last reply of staff, the status was set. With `sla_due`, the hours that are left until
    the next service level target is due. `business`: only opened hours of the ticket's team count.
    """

    since: Since
    hours: Annotated[int, Meta(ge=0, le=HOURS_MAX)]
    business: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """`began` is the time from which the hours count, or for a target the time at which it is due. `known` is the time
    at which this came about."""

    began: int
    known: int


@dataclass(frozen=True, slots=True)
class Handled:
    """What a rule has done on a ticket. `began` is the moment for which it last ran, None if its time began anew since
    then."""

    began: int | None
    runs: int


def due_of(time: Time, began: int, after: Callable[[int, int], int | None] | None) -> int | None:
    """The time at which the rule is due. `after` gives the moment at which so much opened time has passed. None if it
    will never be due, because the team does not open."""
    wait = time.hours * HOUR_MS
    if time.since == "sla_due":
        return began - wait
    if time.business:
        return after(began, wait) if after is not None else None
    return began + wait


def is_new(time: Time, moment: Moment, handled: Handled | None) -> bool:
    """True if the rule has not run yet for this time. A target that gets another due time while its rule is due is the
    same time."""
    if handled is None or handled.began is None:
        return True
    return time.since != "sla_due" and handled.began != moment.began


def fault_of(time: Time | None, *, needed: bool) -> str | None:
    if time is None:
        return "Say after which time the rule runs." if needed else None
    if not needed:
        return "Only a rule that runs when some time has passed has a time."
    if time.since == "sla_due" and time.business:
        return "The time until a target is due counts in clock hours."
    if time.hours > HOURS_MAX or time.hours < 0 or (time.hours == 0 and time.since != "sla_due"):
        return f"Choose 1 to {HOURS_MAX} hours."
    return None
