"""Evaluates a simulated day: waits, abandonment and occupancy by team and hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from clock import zones
from routing.simulation.day import HOUR_MS, Day, Shift
from routing.simulation.outcomes import Outcome, Seating

Kind = Literal["vip", "other", "handed_on", "agent_gone"]
"""The kind of a wait. First waits are `vip` (of VIP clients) or `other`.

Later waits are `handed_on` (after a transfer) or `agent_gone` (after the agent was gone for too long).
"""
Part = tuple[str | None, int | None]
"""A team (None: all) and an hour of the day (None: the whole day)."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A service level: `percent` percent of all customers are answered within `within_s` seconds."""

    percent: int = 80
    within_s: int = 60

    def __str__(self) -> str:
        return f"{self.percent} % within {self.within_s} s"


@dataclass(slots=True)
class Figures:
    """The figures of a part of the day. A chat counts in the hour in which it arrived."""

    waits_ms: list[int] = field(default_factory=list)
    """Waits of answered chats, in rising order."""
    left: int = 0
    missed: int = 0
    full: int = 0
    """Chats refused because the queue was full."""
    closed: int = 0
    flowed: int = 0
    """Chats that overflowed to another team, whatever their outcome there."""
    busy_ms: int = 0
    """Total time for which slots of present agents were taken, by chats of any of the agents' teams."""
    present_ms: int = 0
    """Total time for which the slots of present agents existed, free or taken."""

    @property
    def answered(self) -> int:
        return len(self.waits_ms)

    @property
    def came(self) -> int:
        """Chats that could start. Arrivals at a closed team do not count."""
        return self.answered + self.left + self.missed + self.full

    @property
    def occupancy(self) -> float | None:
        """Share of slot time that was taken; None if no agent was present."""
        return self.busy_ms / self.present_ms if self.present_ms else None

    @property
    def abandonment(self) -> float | None:
        """Share of chats whose customers left the queue; None if no chat could start."""
        return self.left / self.came if self.came else None

    def within(self, seconds: int) -> float | None:
        """Share of chats answered within `seconds`; None if no chat could start."""
        return sum(1 for wait in self.waits_ms if wait <= seconds * 1000) / self.came if self.came else None

    def wait_s(self, percent: int) -> float | None:
        """The wait in s that `percent` percent of the answered chats did not exceed; None if no chat was answered."""
        if not self.waits_ms:
            return None
        return self.waits_ms[max(0, ceil(len(self.waits_ms) * percent / 100) - 1)] / 1000


@dataclass(frozen=True, slots=True)
class Told:
    """Accuracy of announced waits, for answered chats that waited at least `least_s`."""

    least_s: int
    chats: int
    error_s: float
    """Median difference between the announced and the actual wait, in seconds."""
    error: float
    """Median difference between the announced and the actual wait, relative to the actual wait."""
    within: float
    """Share of the chats that were answered within 1.5 times the announced wait."""


@dataclass(frozen=True, slots=True)
class Overflowed:
    """Chats that overflowed from one team to another."""

    team: str
    to: str
    chats: int
    answered: int


@dataclass(frozen=True, slots=True)
class ClosingTimeFigures:
    """Outcomes of the chats whose customers were asked at closing time. `asked` is the number of these chats."""

    asked: int
    tickets: int
    """Chats whose customer left a ticket at once."""
    stayed: int
    """Chats whose customer chose to keep their place."""
    stayed_answered: int
    answered: int
    """Chats that were answered, of all `asked`."""
    missed: int
    """Chats that became a ticket because no agent took them in time. Chats counted by `tickets` are not included."""
    left: int


@dataclass(frozen=True, slots=True)
class Overtime:
    """Agents who stayed past the end of their shift to finish their chats."""

    agents: int
    half_s: float
    """Median overtime."""
    longest_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a simulated day."""

    teams: tuple[str, ...]
    hours: tuple[int, ...]
    """Hours with customers or agents."""
    parts: Mapping[Part, Figures]
    told: Told | None
    """The accuracy of announced waits. None if nobody waited long enough."""
    kinds: Mapping[Kind, Figures] = field(default_factory=dict)
    """Figures of the whole day by kind of wait. A requeued chat counts once for each of its waits."""
    offers: int = 0
    declined: int = 0
    """Number of declined offers. `offers` is the number of all offers."""
    overflows: tuple[Overflowed, ...] = ()
    closing: ClosingTimeFigures | None = None
    """The outcomes at closing time. None if no customer was asked."""
    vanished: int = 0
    """Number of times that a working agent lost all connections."""
    overtime: Overtime | None = None

    def of(self, team: str | None = None, hour: int | None = None) -> Figures:
        """The figures of a part; empty if nothing happened in it."""
        return self.parts.get((team, hour)) or Figures()


def report(
    day: Day, shifts: Sequence[Shift], outcomes: Sequence[Outcome], seatings: Sequence[Seating], least_s: int = 30
) -> Report:
    """Evaluate a finished day."""
    clock = _Hours(day)
    parts: defaultdict[Part, Figures] = defaultdict(Figures)
    kinds: defaultdict[Kind, Figures] = defaultdict(Figures)
    for outcome in outcomes:
        _count(kinds[_kind(outcome)], outcome)
        if outcome.why == "came":
            for part in _parts((outcome.team,), clock.of(outcome.came_at)):
                _count(parts[part], outcome)
    for figures in (*parts.values(), *kinds.values()):
        figures.waits_ms.sort()
    by_staff = {shift.staff: (shift, tuple(shift.present())) for shift in shifts}
    for shift, present in by_staff.values():
        for begins, ends in present:
            for hour, lasted in clock.split(begins, ends):
                for part in _parts(shift.teams, hour):
                    parts[part].present_ms += lasted * shift.capacity
    for seating in seatings:
        shift, present = by_staff[seating.staff]
        for begins, ends in present:
            for hour, lasted in clock.split(max(begins, seating.begins), min(ends, seating.ends)):
                for part in _parts(shift.teams, hour):
                    parts[part].busy_ms += lasted
    return Report(
        teams=tuple(team for team in day.desk.teams if (team, None) in parts),
        hours=tuple(sorted({hour for _, hour in parts if hour is not None})),
        parts=dict(parts),
        told=told(outcomes, least_s),
        kinds=dict(kinds),
        offers=sum(one.offers for one in outcomes),
        declined=sum(one.declined for one in outcomes),
        overflows=_overflows(day, outcomes),
        closing=_closing(outcomes),
        vanished=sum(len(shift.gone) for shift in shifts),
        overtime=_overtime(shifts, seatings),
    )


def told(outcomes: Iterable[Outcome], least_s: int) -> Told | None:
    """The accuracy of announced waits; None if no answered chat waited at least `least_s`."""
    waited = [
        (outcome.waited_ms / 1000, outcome.told_s)
        for outcome in outcomes
        if outcome.end == "answered" and outcome.told_s is not None and outcome.waited_ms >= least_s * 1000
    ]
    if not waited:
        return None
    errors = sorted(abs(told - wait) for wait, told in waited)
    shares = sorted(abs(told - wait) / wait for wait, told in waited)
    within = sum(1 for wait, told in waited if wait <= told * 1.5) / len(waited)
    return Told(least_s, len(waited), errors[len(errors) // 2], shares[len(shares) // 2], within)


def _parts(teams: Iterable[str], hour: int) -> Iterator[Part]:
    for team in (None, *teams):
        yield team, hour
        yield team, None


def _kind(outcome: Outcome) -> Kind:
    if outcome.why != "came":
        return outcome.why
    return "vip" if outcome.vip else "other"


def _overflows(day: Day, outcomes: Iterable[Outcome]) -> tuple[Overflowed, ...]:
    flowed: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if one.flowed_to is not None:
            flowed[one.team, one.flowed_to].append(one)
    places = {team: place for place, team in enumerate(day.desk.teams)}
    return tuple(
        Overflowed(team, to, len(chats), sum(one.end == "answered" for one in chats))
        for (team, to), chats in sorted(flowed.items(), key=lambda pair: places[pair[0][0]])
    )


def _closing(outcomes: Iterable[Outcome]) -> ClosingTimeFigures | None:
    asked = [one for one in outcomes if one.at_closing is not None]
    if not asked:
        return None
    ends = Counter("ticket" if one.at_closing == "ticket" else one.end for one in asked)
    stayed = [one for one in asked if one.at_closing == "stay"]
    return ClosingTimeFigures(
        asked=len(asked),
        tickets=ends["ticket"],
        stayed=len(stayed),
        stayed_answered=sum(one.end == "answered" for one in stayed),
        answered=ends["answered"],
        missed=ends["missed"],
        left=ends["left"],
    )


def _overtime(shifts: Iterable[Shift], seatings: Iterable[Seating]) -> Overtime | None:
    done: defaultdict[str, int] = defaultdict(int)
    for seating in seatings:
        done[seating.staff] = max(done[seating.staff], seating.ends)
    over = sorted((done[shift.staff] - shift.spans[-1][1]) / 1000 for shift in shifts)
    stayed = [seconds for seconds in over if seconds > 0]
    if not stayed:
        return None
    return Overtime(len(stayed), stayed[(len(stayed) - 1) // 2], stayed[-1], sum(stayed))


def _count(figures: Figures, outcome: Outcome) -> None:
    figures.flowed += outcome.flowed_to is not None
    match outcome.end:
        case "answered":
            figures.waits_ms.append(outcome.waited_ms)
        case "left":
            figures.left += 1
        case "missed":
            figures.missed += 1
        case "full":
            figures.full += 1
        case "closed":
            figures.closed += 1


class _Hours:
    """The clock hours of a day (0 to 23) in local time."""

    def __init__(self, day: Day) -> None:
        self._begins = day.begins
        self._zone = day.desk.timezone
        self._shown: dict[int, int] = {}

    def of(self, moment: int) -> int:
        passed = (moment - self._begins) // HOUR_MS
        if passed not in self._shown:
            self._shown[passed] = zones.local(self._begins + passed * HOUR_MS, self._zone).hour
        return self._shown[passed]

    def split(self, begins: int, ends: int) -> Iterator[tuple[int, int]]:
        """Each hour that overlaps the time from `begins` to `ends`, with the length of the overlap in ms."""
        while begins < ends:
            until = min(ends, begins + HOUR_MS - (begins - self._begins) % HOUR_MS)
            yield self.of(begins), until - begins
            begins = until
