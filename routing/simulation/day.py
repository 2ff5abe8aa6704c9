"""The description of a day: traffic per team, and groups of agents with shifts."""

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
    """A source of randomness, such as `random.Random(seed)`."""

    def random(self) -> float:
        """A number that is uniformly distributed in [0, 1)."""
        ...

    def gauss(self, mu: float, sigma: float) -> float:
        """A normally distributed number, with mean `mu` and standard deviation `sigma`."""
        ...


@dataclass(frozen=True, slots=True)
class Duration:
    """A random duration. It is distributed log-normally if a median is given, otherwise exponentially.

    If the median equals the mean, the duration is constant.
    """

    mean_s: float
    median_s: float | None = None

    def drawn_ms(self, chance: Chance) -> int:
        """A draw of at least 1 ms."""
        if self.median_s is None:
            seconds = -log(1 - chance.random()) * self.mean_s
        else:
            seconds = self.median_s * exp(chance.gauss(0, sqrt(2 * log(self.mean_s / self.median_s))))
        return max(1, round(seconds * 1000))


@dataclass(frozen=True, slots=True)
class HandedOn:
    """Chats that are transferred to another team."""

    to: str
    share: float
    """Share of the answered chats, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Agents' reactions to offers."""

    after_s: float = 5
    """Seconds from an offer to its acceptance, if the agent accepts it."""
    declined: float = 0
    """Share of offers that agents decline by not answering, 0 to 1."""
    back_s: int = 300
    """Seconds until an agent returns from auto-away."""


@dataclass(frozen=True, slots=True)
class AtClosing:
    """Choices of customers at closing time. Shares are from 0 to 1.

    Customers in neither share choose nothing and keep waiting. Their chats become tickets when the team closes.
    """

    stay: float = 0
    """Share of customers who keep their place."""
    ticket: float = 0
    """Share of customers who leave a ticket at once."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """The customers of a team."""

    arrivals: Mapping[int, int]
    """Chats per hour of the day, 0 to 23."""
    service: Duration
    """Handle time without the team's wrap-up."""
    patience: Duration | None
    """Waiting time after which a customer leaves. None: customers never leave."""
    vip: float = 0
    """Share of customers of VIP clients, 0 to 1."""
    handed_on: HandedOn | None = None
    answers: Answers = Answers()
    at_closing: AtClosing = AtClosing()


@dataclass(frozen=True, slots=True)
class Vanishing:
    """Lost connections of working agents."""

    every_h: float
    """Mean hours of work between two losses, exponentially distributed."""
    back: Duration
    """Time until the agent is connected again."""


@dataclass(frozen=True, slots=True)
class Group:
    """Agents with the same teams and shift."""

    name: str
    count: int
    teams: tuple[str, ...]
    """The teams of these agents. Staffing counts the agents for the first of these teams."""
    shift: tuple[Span, ...]
    """Working times in minutes of the day. Gaps are breaks."""
    concurrency: int
    """Maximum number of concurrent chats per agent."""
    vanish: Vanishing | None = None


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    desk: Desk
    traffic: Mapping[str, Traffic]
    groups: tuple[Group, ...]

    @property
    def answers(self) -> dict[str, Answers]:
        return {team: traffic.answers for team, traffic in self.traffic.items()}

    @property
    def begins(self) -> int:
        """The midnight at which the day begins."""
        return self.moment(0)

    @property
    def chats(self) -> int:
        """Number of customers in the day."""
        return sum(sum(traffic.arrivals.values()) for traffic in self.traffic.values())

    @property
    def agents(self) -> int:
        """Number of agents in the day."""
        return sum(group.count for group in self.groups)

    def moment(self, minutes: int) -> int:
        """The moment at which the local time is `minutes` after midnight."""
        if minutes < 24 * 60:
            shown = datetime.combine(self.date, time(minutes // 60, minutes % 60))
        else:
            shown = datetime.combine(date.fromordinal(self.date.toordinal() + 1), time())
        return zones.moment_of(shown, self.desk.timezone)


@dataclass(frozen=True, slots=True)
class Shift:
    """An agent and their working times."""

    staff: str
    group: str
    teams: frozenset[str]
    capacity: int
    spans: tuple[tuple[int, int], ...]
    """Working times as (from, until) moments."""
    gone: tuple[tuple[int, int], ...] = ()
    """Times without a connection as (from, until). Each of these times begins within one of `spans`. No two of them
    overlap or touch."""

    def present(self) -> Iterator[tuple[int, int]]:
        """Times as (from, until) during which the agent is at work and connected."""
        for begins, ends in self.spans:
            for gone, back in self.gone:
                if begins < back and gone < ends:
                    if begins < gone:
                        yield begins, gone
                    begins = back
            if begins < ends:
                yield begins, ends


def shifts(day: Day, chances: Callable[[str], Chance], counts: Mapping[str, int] | None = None) -> list[Shift]:
    """The agents of a day.

    `chances` gives each agent, by id, their own randomness. So the number of agents does not change what happens to
    each of them. `counts` overrides the sizes of groups, by group name.
    """
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
