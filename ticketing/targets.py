"""Service level targets of tickets: first reply, next reply, resolution, in opened hours of the ticket's team. Pure.

A target runs from its start until it is met. While the ticket awaits the requester, it is paused. Its due time is
computed whenever it starts to run, so no sweep is needed to find out what is late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from msgspec import Struct
from msgspec.structs import replace

Metric = Literal["first_reply", "next_reply", "resolution"]
METRICS: tuple[Metric, ...] = get_args(Metric)
WARN_SHARE = 0.75
"""From this share of a target on, the ticket is due soon."""
MINUTE_MS = 60_000
ENDED_MAX = 500


class Policy(Struct, frozen=True, kw_only=True):
    """Targets in minutes of opened hours, for the tickets that it is for. Empty `teams` and `priorities` are for all.
    The first policy that fits a ticket counts. Null: there is no such target."""

    id: str
    name: str
    enabled: bool = True
    teams: list[str] = []
    priorities: list[str] = []
    vips: bool = False
    """Only for tickets of VIP clients."""
    first_reply: int | None = None
    next_reply: int | None = None
    resolution: int | None = None
    position: int = 0
    version: int = 1

    def fits(self, team: str, priority: str, *, vip: bool) -> bool:
        return (
            self.enabled
            and (not self.teams or team in self.teams)
            and (not self.priorities or priority in self.priorities)
            and (vip or not self.vips)
        )

    def target_of(self, metric: Metric) -> int | None:
        minutes: int | None = getattr(self, metric)
        return None if minutes is None else minutes * MINUTE_MS


class Running(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A target of a ticket. Times are in ms since the epoch, durations in ms of opened hours."""

    metric: Metric
    target: int
    began: int
    """What it counts from: a message, or for the resolution, the creation of the ticket."""
    spent: int = 0
    """The time that was used until `since`, or in all if it does not run."""
    since: int | None = None
    """None while it is paused, and when it is met."""
    due: int | None = None
    """Null if it does not run, or if the team never opens."""
    warn: int | None = None
    met: int | None = None
    breached: bool = False
    """It was late when it was met or paused. For one that runs, `due` says it."""

    def late(self, now: int) -> bool:
        return self.breached or (self.due is not None and self.due <= now)

    @property
    def listed(self) -> int | None:
        """The time by which lists find it. A late one that is paused has no due time, but stays among the late ones."""
        late = self.breached and self.met is None and self.due is None
        return self.began + self.target if late else self.due


class Ended(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A target that ended: it was met, in time or late. `team` and `agent` (the assignee) are those of the ticket at
    that time."""

    metric: Metric
    at: int
    team: str
    agent: str = ""
    late: bool = False


class Service(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The targets of a ticket, and what they depend on besides its properties."""

    answered_at: int | None = None
    """The first public answer of staff."""
    asked_at: int | None = None
    """The first message of the customer that staff have not answered."""
    running: tuple[Running, ...] = ()
    since: int | None = None
    """The moment from which the resolution counts, if it is not the creation of the ticket."""
    calendar: str = ""
    """The opened hours by which the due times were computed."""
    ended: tuple[Ended, ...] = ()
    """The first ENDED_MAX targets that ended, for reports."""

    def asked(self, now: int) -> Service:
        """After a message of the customer."""
        return self if self.asked_at is not None else replace(self, asked_at=now)

    def answered(self, now: int) -> Service:
        """After a public answer of staff."""
        return replace(self, asked_at=None, answered_at=self.answered_at if self.answered_at is not None else now)

    @property
    def due(self) -> int | None:
        """The next due time of a target that runs, or that was late when it was paused."""
        return min((one.listed for one in self.running if one.listed is not None), default=None)

    @property
    def warn(self) -> int | None:
        return min((one.warn for one in self.running if one.warn is not None), default=None)


NOTHING = Service()


@dataclass(frozen=True, slots=True)
class Time:
    """The opened hours of a team. `between`: the opened time between two moments. `after`: the moment at which so much
    opened time has passed, None if the team does not open so long. `calendar` changes with the hours."""

    calendar: str
    between: Callable[[int, int], int]
    after: Callable[[int, int], int | None]


class _Ticket(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def created_at(self) -> int: ...
    @property
    def awaiting_since(self) -> int | None: ...
    @property
    def service(self) -> Service: ...


def policy_for(policies: Sequence[Policy], team: str, priority: str, *, vip: bool) -> Policy | None:
    return next((one for one in policies if one.fits(team, priority, vip=vip)), None)


def taken_over(status: str, now: int) -> Service:
    """For a ticket that is imported. Nobody knows when it was paused at the other desk, so it counts from now on."""
    return Service(answered_at=now, asked_at=now if status == "open" else None, since=now)


def settled(service: Service) -> Service:
    """After the ticket was solved: nobody waits for an answer any more."""
    return service if service.asked_at is None else service.answered(service.asked_at)


def followed(ticket: _Ticket, policy: Policy | None, time: Time | None, now: int) -> Service:
    """The targets of a ticket after a change. Returns the same object if nothing about them changes."""
    before = settled(ticket.service) if ticket.status == "solved" else ticket.service
    known = {one.metric: one for one in before.running}
    found: list[Running] = []
    for metric in METRICS:
        target = policy.target_of(metric) if policy is not None else None
        one = known.get(metric)
        if time is None or target is None:
            # What was met stays, for reports.
            found += [one] if one is not None and one.met is not None else []
            continue
        follow = _Follow(ticket, metric, target, time, now, moved=time.calendar != before.calendar)
        found += follow.after(one, _began(ticket, before, metric))
    calendar = time.calendar if time is not None and found else before.calendar
    new = [
        Ended(metric=one.metric, at=one.met, team=ticket.team, agent=ticket.assignee or "", late=one.breached)
        for one in found
        if one.met is not None and (one.metric not in known or known[one.metric].met is None)
    ]
    ended = (*before.ended, *new)[:ENDED_MAX] if new else before.ended
    after = replace(before, running=tuple(found), calendar=calendar, ended=ended)
    return ticket.service if after == ticket.service else after


@dataclass(frozen=True, slots=True)
class _Follow:
    """One target of a ticket after a change."""

    ticket: _Ticket
    metric: Metric
    target: int
    time: Time
    now: int
    moved: bool
    """The hours have changed since its due time was computed."""

    def after(self, one: Running | None, began: int | None) -> Sequence[Running]:
        """`began`: what it counts from now, None if nobody waits for it."""
        over = self.ticket.status == "solved" or began is None
        if one is not None and began is not None and began != one.began:
            one = None if not over else one
        if one is None:
            return [] if over or began is None else [self._started(began)]
        if one.met is not None:
            # A reopened ticket is not resolved any more. Its earlier time counts.
            goes_on = self.metric == "resolution" and not over
            return [self._resumed(replace(one, met=None))] if goes_on else [one]
        if over:
            return [replace(self._spent(one, self.now), since=None, due=None, warn=None, met=self.now)]
        if not self.moved and one.target == self.target and self._runs == (one.since is not None):
            return [one]
        return [self._resumed(self._spent(one, self.now))]

    @property
    def _runs(self) -> bool:
        return self.ticket.status != "awaiting_reply"

    def _started(self, began: int) -> Running:
        one = Running(metric=self.metric, target=self.target, began=began, since=began)
        if self._runs:
            return _running(one, self.time, began)
        paused = self.ticket.awaiting_since
        return self._resumed(self._spent(one, self.now if paused is None else max(began, paused)))

    def _spent(self, one: Running, until: int) -> Running:
        """The target with the time that was used until then."""
        if one.since is None:
            return one
        return replace(one, spent=one.spent + self.time.between(one.since, until), breached=one.late(until))

    def _resumed(self, one: Running) -> Running:
        """The target by the present policy, running from now on unless it is paused."""
        one = replace(one, target=self.target, breached=one.spent >= self.target)
        if not self._runs:
            return replace(one, since=None, due=None, warn=None)
        return _running(one, self.time, self.now)


def _running(one: Running, time: Time, now: int) -> Running:
    left = one.target - one.spent
    if left <= 0:
        return replace(one, since=now, due=one.due if one.due is not None and one.due <= now else now, warn=now)
    soon = round(one.target * WARN_SHARE) - one.spent
    warn = now if soon <= 0 else time.after(now, soon)
    return replace(one, since=now, due=time.after(now, left), warn=warn)


def _began(ticket: _Ticket, service: Service, metric: Metric) -> int | None:
    """What the target counts from. None if it does not run: nobody waits for it."""
    match metric:
        case "first_reply":
            return service.asked_at if service.answered_at is None else None
        case "next_reply":
            return service.asked_at if service.answered_at is not None else None
        case "resolution":
            return ticket.created_at if service.since is None else service.since
