"""What a day is like: who comes when and for how long, and who is there to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import exp, log, sqrt
from typing import Protocol

from clock import zones
from routing.desk import Desk
from routing.hours import Span

HOUR_MS = 3_600_000


class Chance(Protocol):
    """Where randomness comes from: `random.Random(seed)` is one."""

    def random(self) -> float:
        """A number from 0 to just below 1."""
        ...

    def gauss(self, mu: float, sigma: float) -> float:
        """A number of the normal distribution."""
        ...


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something takes: exponentially distributed, or, where a median is given, log-normally.

    A median as high as the mean makes it always the same.
    """

    mean_s: float
    median_s: float | None = None

    def drawn_ms(self, chance: Chance) -> int:
        """One such duration, a millisecond at least."""
        if self.median_s is None:
            seconds = -log(1 - chance.random()) * self.mean_s
        else:
            seconds = self.median_s * exp(chance.gauss(0, sqrt(2 * log(self.mean_s / self.median_s))))
        return max(1, round(seconds * 1000))


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Chats that need another team after the first."""

    to: str
    share: float
    """Of the chats that are answered, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How agents answer what is offered to them, where the team offers."""

    after_s: float = 5
    """Seconds until whoever takes a chat has taken it."""
    passed: float = 0
    """The share of offers that are let pass, from 0 to 1: they ring until they are over."""
    back_s: int = 300
    """After so long whoever was made away for not answering is back."""


@dataclass(frozen=True, slots=True)
class AtClosing:
    """What customers who are asked at closing time choose, as shares from 0 to 1. The rest choose nothing, wait on, and
    are a ticket when the team closes."""

    stay: float = 0
    """Keep their place."""
    ticket: float = 0
    """Leave a ticket at once."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Who comes to a team."""

    arrivals: Mapping[int, int]
    """Chats by the hour of the day, 0 to 23, in which they come."""
    service: Duration
    """What a chat takes of a seat, the team's wrap-up time not counted."""
    patience: Duration | None
    """After how long customers leave the queue; None: never."""
    vip: float = 0
    """The share that comes from VIP clients, from 0 to 1."""
    handed_on: HandedOn | None = None
    answers: Answers = Answers()
    at_closing: AtClosing = AtClosing()


@dataclass(frozen=True, slots=True)
class Vanishing:
    """How often somebody's connections are all gone while they work, and for how long: a network, a machine."""

    every_h: float
    """Hours of work from one such time to the next, on average; they are exponentially distributed."""
    back: Duration
    """After how long they are back."""


@dataclass(frozen=True, slots=True)
class Group:
    """Agents alike."""

    name: str
    count: int
    teams: tuple[str, ...]
    """Whose chats they take; the first is the one that they are counted with."""
    shift: tuple[Span, ...]
    """When they are there, in minutes of the day; what lies between two spans is a break."""
    concurrency: int
    """Chats at once."""
    vanish: Vanishing | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day as its file describes it."""

    date: date
    desk: Desk
    traffic: Mapping[str, Traffic]
    groups: tuple[Group, ...]

    @property
    def answers(self) -> dict[str, Answers]:
        """How the agents of each team answer what is offered to them."""
        return {team: traffic.answers for team, traffic in self.traffic.items()}

    @property
    def begins(self) -> int:
        """The moment of its midnight."""
        return self.moment(0)

    @property
    def chats(self) -> int:
        """How many come in the course of it."""
        return sum(sum(traffic.arrivals.values()) for traffic in self.traffic.values())

    @property
    def agents(self) -> int:
        """How many agents are there in the course of it."""
        return sum(group.count for group in self.groups)

    def moment(self, minutes: int) -> int:
        """When the clock on the wall shows so many minutes of the day."""
        if minutes < 24 * 60:
            shown = datetime.combine(self.date, time(minutes // 60, minutes % 60))
        else:
            shown = datetime.combine(date.fromordinal(self.date.toordinal() + 1), time())
        return zones.moment_of(shown, self.desk.timezone)


@dataclass(frozen=True, slots=True)
class Shift:
    """An agent, and when they are there."""

    staff: str
    group: str
    teams: frozenset[str]
    capacity: int
    spans: tuple[tuple[int, int], ...]
    """Moments, each from and until."""
    gone: tuple[tuple[int, int], ...] = ()
    """When they have no connection, each from and until: it begins within a span, and no two touch."""

    def present(self) -> Iterator[tuple[int, int]]:
        """When they are there and connected."""
        for begins, ends in self.spans:
            for gone, back in self.gone:
                if begins < back and gone < ends:
                    if begins < gone:
                        yield begins, gone
                    begins = back
            if begins < ends:
                yield begins, ends


def shifts(day: Day, chances: Callable[[str], Chance], counts: Mapping[str, int] | None = None) -> list[Shift]:
    """The agents of a day, one by one. `chances`: what happens to each, by their id, so that the same happens to them
    however many others there are. `counts`: how many a group has, by its name, in place of what the day says."""
    found = []
    for group in day.groups:
        spans = tuple((day.moment(span.start), day.moment(span.end)) for span in group.shift)
        count = group.count if counts is None else counts.get(group.name, group.count)
        for number in range(1, count + 1):
            staff = f"{group.name} {number}"
            gone = () if group.vanish is None else tuple(_gone(group.vanish, spans, chances(staff)))
            found.append(Shift(staff, group.name, frozenset(group.teams), group.concurrency, spans, gone))
    return found


def _gone(vanish: Vanishing, spans: Sequence[tuple[int, int]], chance: Chance) -> Iterator[tuple[int, int]]:
    works = Duration(vanish.every_h * 3600)
    back = 0
    for begins, ends in spans:
        at = max(begins, back) + works.drawn_ms(chance)
        while at < ends:
            back = at + vanish.back.drawn_ms(chance)
            yield at, back
            at = back + works.drawn_ms(chance)
