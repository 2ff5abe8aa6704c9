"""The waiting clock of a ticket that awaits its customer's reply: two reminders, then the ticket is solved. Pure.

All dates are counted in business days of the team's calendar, from the start of the wait. If a step runs late, or its
letter is sent late, the later steps move too. A date that the requester was told never becomes earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from clock.zones import end_of_day
from ticketing.targets import Time

Step = Literal["reminder_1", "reminder_2", "auto_solve"]
STEPS: tuple[Step, ...] = get_args(Step)

State = Literal["running", "unreachable", "not_delivered"]
"""`unreachable`: the requester cannot be reached, so nothing is due. `not_delivered`: the last reminder failed, so the
ticket is not solved. The step is tried again on each business day, because staff can send the reminder again."""

Settled = tuple[Literal["accepted", "failed"], int]
"""The result of a letter, and the moment at which the result was known."""

DaysAfter = Callable[[int, int], int | None]
"""Called with a moment and a number of business days. Returns the moment that is this many business days later. None if
there are not that many business days ahead."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The steps of a team's waiting clock, in business days of the team's calendar."""

    reminders: tuple[int, int]
    auto_solve: int
    reopen_days: int
    """Calendar days in `zone` for which a solved ticket can be reopened."""
    zone: str
    calendar: str
    """Identifies the rules that give the dates. Two paces that may give different dates have different values."""
    after: DaysAfter
    opened: Time | None = None
    """The opened hours of the team, for targets. None: there are no targets."""


class Wait(Struct, frozen=True, kw_only=True):
    """One wait for a customer's reply. Times are in ms since the epoch, UTC."""

    ticket: int
    team: str
    since: int | None
    """The start of the wait. It is None if the wait began before waiting clocks existed. Then the wait starts when its
    dates are first computed."""
    step: Step = "reminder_1"
    """The next step."""
    due: int | None = None
    """The time at which the next step may run, as far as is known. None if no step is due."""
    reminder_1: int | None = None
    reminder_2: int | None = None
    auto_solve: int | None = None
    """`reminder_1`, `reminder_2` and `auto_solve`: the dates of the steps, as told to the requester. For a reminder
    that has run, the time at which it ran."""
    letter: int | None = None
    """The id of the last reminder's letter."""
    calendar: str = ""
    """The calendar by which the dates were computed. Empty if there are none yet."""
    state: State = "running"

    def date(self, step: Step) -> int | None:
        date: int | None = getattr(self, step)
        return date

    def with_date(self, step: Step, date: int | None) -> Wait:
        if step == "reminder_1":
            return replace(self, reminder_1=date)
        return replace(self, reminder_2=date) if step == "reminder_2" else replace(self, auto_solve=date)

    def moved_to(self, team: str) -> Wait:
        return replace(self, team=team)


@dataclass(frozen=True, slots=True)
class Promise:
    """The dates that the requester is promised. A date is None if its step will not run, or has run already."""

    reminder_1: int | None = None
    reminder_2: int | None = None
    auto_solve: int | None = None
    reopen_until: int | None = None


def begun(ticket: int, team: str, since: int, pace: Pace | None, told: Wait | None = None) -> Wait:
    """A wait that starts at `since`. Without a pace, no step is due.

    `told`: the previous wait, if the requester has not answered since it started. Its remaining dates do not become
    earlier, because the requester was told them.
    """
    bare = Wait(ticket=ticket, team=team, since=since)
    if told is not None:
        for step in STEPS[STEPS.index(told.step) :]:
            bare = bare.with_date(step, told.date(step))
    return planned(bare, pace, since)


def planned(wait: Wait, pace: Pace | None, now: int) -> Wait:
    """The wait with the dates of its next steps, computed with this pace. No date becomes earlier than it was."""
    wait = replace(wait, calendar="" if pace is None else pace.calendar)
    if wait.state == "unreachable":
        return wait
    since = now if wait.since is None else wait.since
    wait = replace(wait, since=since)
    computed = [] if pace is None else [pace.after(since, days) for days in (*pace.reminders, pace.auto_solve)]
    if pace is None or None in computed:
        return replace(wait, due=None)
    for step, date in zip(STEPS, computed, strict=True):
        if not _is_over(wait, step):
            wait = _not_before(wait, step, date)
    return _in_order(wait, pace)


def paused(wait: Wait) -> Wait:
    """The wait without a due step, because the requester cannot be reached. The dates stay."""
    return replace(wait, state="unreachable", due=None)


def reminded(wait: Wait, letter: int, now: int, pace: Pace) -> Wait:
    """The wait after its next reminder was queued as `letter`."""
    following = STEPS[STEPS.index(wait.step) + 1]
    after = replace(wait.with_date(wait.step, now), step=following, letter=letter)
    return _in_order(after, pace)


def held(wait: Wait, settled: Settled | None, now: int, pace: Pace) -> Wait | None:
    """The wait with a later date, if its next step must not run yet. None if the step may run.

    `settled`: the result of the last reminder, None while the reminder waits to be sent. The next step may run one
    business day after the result became known. If the last reminder failed, the ticket is not solved.
    """
    if wait.step == "auto_solve" and settled is not None and settled[0] == "failed":
        return replace(wait, state="not_delivered", due=pace.after(now, 1))
    if wait.letter is not None:
        # If the reminder still waits to be sent, its result is known now at the earliest.
        earliest = pace.after(now if settled is None else settled[1], 1)
        if earliest is None:
            return replace(wait, due=None)
        wait = _not_before(wait, wait.step, earliest)
    date = wait.date(wait.step)
    return None if date is not None and date <= now else _in_order(replace(wait, state="running"), pace)


def promise_of(wait: Wait | None, pace: Pace | None) -> Promise:
    """The dates promised to the requester of a ticket that awaits a reply."""
    if wait is None or pace is None or wait.state != "running" or wait.due is None:
        return Promise()
    dates = {step: wait.date(step) for step in STEPS if not _is_over(wait, step)}
    solves = wait.auto_solve
    return Promise(**dates, reopen_until=None if solves is None else end_of_day(solves, pace.reopen_days, pace.zone))


def _is_over(wait: Wait, step: Step) -> bool:
    return STEPS.index(step) < STEPS.index(wait.step)


def _in_order(wait: Wait, pace: Pace) -> Wait:
    """The wait with each step at least a business day after the step before it. Sets `due`."""
    for before, step in pairwise(STEPS):
        previous = wait.date(before)
        if previous is not None and not _is_over(wait, step):
            wait = _not_before(wait, step, pace.after(previous, 1))
    return replace(wait, due=wait.date(wait.step))


def _not_before(wait: Wait, step: Step, earliest: int | None) -> Wait:
    told = wait.date(step)
    if earliest is None or (told is not None and told >= earliest):
        return wait
    return wait.with_date(step, earliest)
