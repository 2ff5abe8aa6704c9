"""The time after which a rule runs on a ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
    a service level target is due. `business`: only opened hours of the ticket's team count.
    """

    since: Since
    hours: Annotated[int, Meta(ge=0, le=HOURS_MAX)]
    business: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """`began` is the time from which the hours count, or for a target the time at which it is due. `known` is the time
    at which this came about. `target` is the name of a target, and the time from which it counts."""

    began: int
    known: int
    target: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """What a rule has done on a ticket. `began` is the moment for which it last ran, None if its time began anew since
    then. For a rule before targets, `targets` are those for which it has run, each with the time from which it counts,
    and `began` is the earliest of these times."""

    began: int | None
    runs: int
    targets: Mapping[str, int] = field(default_factory=dict)


def of_targets(targets: Mapping[str, int], runs: int) -> Handled:
    return Handled(min(targets.values(), default=None), runs, targets)


def due_of(time: Time, began: int, after: Callable[[int, int], int | None] | None) -> int | None:
    """The time at which the rule is due. `after` gives the moment at which so much opened time has passed. None if it
    will never be due, because the team does not open."""
    wait = time.hours * HOUR_MS
    if time.since == "sla_due":
        return began - wait
    if time.business:
        return after(began, wait) if after is not None else None
    return began + wait


def is_new(moment: Moment, handled: Handled | None) -> bool:
    """True if the rule has not run yet for this time. A target that gets another due time while its rule is due is the
    same time."""
    if handled is None or handled.began is None:
        return True
    if moment.target is not None:
        return moment.target not in handled.targets.items()
    return handled.began != moment.began


def still_handled(handled: Handled, running: Sequence[Moment], due: Sequence[Moment]) -> Handled:
    """What a rule before targets has done, of what counts now: its runs for the targets on which it is due. `running`
    are the targets that run."""
    targets = handled.targets if handled.began is not None else {}
    if handled.began is not None and handled.began not in targets.values():
        # The program before this one knows only the target that is due next.
        first = min(running, key=lambda moment: moment.began, default=None)
        targets = dict([first.target]) if first is not None and first.target is not None else {}
    present = {moment.target for moment in due}
    return of_targets({name: began for name, began in targets.items() if (name, began) in present}, handled.runs)


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
