"""What came of a day: waits, who left, and how busy the agents were, by team and hour."""

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
"""Chats of VIP clients, all others, those that another team has handed on, and those whose agent was gone."""
Part = tuple[str | None, int | None]
"""A team, or None for all; an hour of the day, or None for all of it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """So many percent of all who come are answered within so many seconds."""

    percent: int = 80
    within_s: int = 60

    def __str__(self) -> str:
        return f"{self.percent} % within {self.within_s} s"


@dataclass(slots=True)
class Figures:
    """What came of a part of the day. Chats count in the hour in which they came."""

    waits_ms: list[int] = field(default_factory=list)
    """Of those that were answered, in rising order."""
    left: int = 0
    missed: int = 0
    full: int = 0
    """Turned away, because the queue took nobody more."""
    closed: int = 0
    flowed: int = 0
    """Went on to another team's queue, whatever became of them there."""
    busy_ms: int = 0
    """Time that seats of agents present were taken, whichever of their teams by."""
    present_ms: int = 0
    """Time that these seats were there."""

    @property
    def answered(self) -> int:
        return len(self.waits_ms)

    @property
    def came(self) -> int:
        """All that could start: those that came while their team was closed are not among them."""
        return self.answered + self.left + self.missed + self.full

    @property
    def occupancy(self) -> float | None:
        """The share of the seats that was taken; None where nobody was there."""
        return self.busy_ms / self.present_ms if self.present_ms else None

    @property
    def abandonment(self) -> float | None:
        """The share of those that came whose customers left the queue; None where nobody came."""
        return self.left / self.came if self.came else None

    def within(self, seconds: int) -> float | None:
        """The share of those that came that was answered so soon; None where nobody came."""
        return sum(1 for wait in self.waits_ms if wait <= seconds * 1000) / self.came if self.came else None

    def wait_s(self, percent: int) -> float | None:
        """How long so many percent of those that were answered waited at most; None where nobody was."""
        if not self.waits_ms:
            return None
        return self.waits_ms[max(0, ceil(len(self.waits_ms) * percent / 100) - 1)] / 1000


@dataclass(frozen=True, slots=True)
class Told:
    """How true the waits were that were told, of the chats that then waited `least_s` or longer and were answered."""

    least_s: int
    chats: int
    error_s: float
    """The median of by how much they were off."""
    error: float
    """The median of that, as a share of the wait."""
    within: float
    """The share that was answered within what was told and half of it."""


@dataclass(frozen=True, slots=True)
class Overflowed:
    """Chats that went on from one team's queue to another's."""

    team: str
    to: str
    chats: int
    answered: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What became of those whom closing time met in line: `asked` is all of them."""

    asked: int
    tickets: int
    """Left a ticket at once."""
    stayed: int
    """Chose to keep their place."""
    stayed_answered: int
    answered: int
    """Of all who were asked."""
    missed: int
    """A ticket because nobody had them in time: not those who left one at once."""
    left: int


@dataclass(frozen=True, slots=True)
class Overtime:
    """Agents who stayed past the end of their shift, to finish what they held."""

    agents: int
    half_s: float
    """Half of them stayed so long at most."""
    longest_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a day."""

    teams: tuple[str, ...]
    hours: tuple[int, ...]
    """Those in which somebody came or was there."""
    parts: Mapping[Part, Figures]
    told: Told | None
    """None where nobody waited for long."""
    kinds: Mapping[Kind, Figures] = field(default_factory=dict)
    """Of the whole day. A chat that waits again counts as one that came when it came, and once more here."""
    offers: int = 0
    passed: int = 0
    """How many chats were offered to somebody, and how many of these offers were let pass."""
    overflows: tuple[Overflowed, ...] = ()
    closing: Closing | None = None
    """None where closing time met nobody in line."""
    vanished: int = 0
    """How often somebody's connections were all gone while they worked."""
    overtime: Overtime | None = None

    def of(self, team: str | None = None, hour: int | None = None) -> Figures:
        """The figures of a part; empty ones where nothing happened in it."""
        return self.parts.get((team, hour)) or Figures()


def report(
    day: Day, shifts: Sequence[Shift], outcomes: Sequence[Outcome], seatings: Sequence[Seating], least_s: int = 30
) -> Report:
    """The figures of a day that is over."""
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
        passed=sum(one.passed for one in outcomes),
        overflows=_overflows(day, outcomes),
        closing=_closing(outcomes),
        vanished=sum(len(shift.gone) for shift in shifts),
        overtime=_overtime(shifts, seatings),
    )


def told(outcomes: Iterable[Outcome], least_s: int) -> Told | None:
    """How true the waits were that were told."""
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


def _closing(outcomes: Iterable[Outcome]) -> Closing | None:
    asked = [one for one in outcomes if one.at_closing is not None]
    if not asked:
        return None
    ends = Counter("ticket" if one.at_closing == "ticket" else one.end for one in asked)
    stayed = [one for one in asked if one.at_closing == "stay"]
    return Closing(
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
    """The hours of a day, by what the clock on the wall shows."""

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
        """The hours that lie between two moments, and how much of each does."""
        while begins < ends:
            until = min(ends, begins + HOUR_MS - (begins - self._begins) % HOUR_MS)
            yield self.of(begins), until - begins
            begins = until
