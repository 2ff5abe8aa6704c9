"""The simulator compared with queueing theory: Poisson arrivals, exponential service and patience.

Without patience, the model is M/M/c, solved by A. K. Erlang in 1917. With patience, it is M/M/c+M, C. Palm's Erlang A.
The simulated desk has one team that is always open, with `c` slots distributed over its agents. Two values are
compared: the mean wait of all customers, and the share of customers who wait (Erlang C) or leave (Erlang A).

A run is one long period. Its beginning is discarded, and the rest is cut into batches. Each setting runs several times
with different seeds. The confidence interval uses Student's t. Its center is the mean of all batch means.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import sqrt
from statistics import mean, stdev

from routing.desk import Desk, Team
from routing.hours import DAY_MINUTES, Schedule, Span
from routing.simulation.customers import Customer
from routing.simulation.day import Duration, Shift
from routing.simulation.outcomes import Outcome
from server.simulation.day import run

SERVICE_S = 100
"""The mean service time, in seconds. Other times are multiples of it."""
SEEDS = (1, 2, 3, 4)
BATCHES = 40
"""The number of batches over all seeds together."""
STUDENT = 2.0227
"""Student's t for 95 %. The degrees of freedom are the number of batches minus one."""
WARM_UP = 0.05
"""The share of each run that is discarded."""
HALF_WIDTH_MUST = 0.03

_TEAM = "media"


@dataclass(frozen=True, slots=True)
class Setting:
    """A desk for which theory has a result. `load` is the offered load divided by the capacity. `patience` is a
    multiple of the mean service time. `chats` is the number of chats over all seeds together."""

    agents: int
    concurrency: int
    load: float
    chats: int
    patience: float | None = None

    @property
    def seats(self) -> int:
        return self.agents * self.concurrency

    @property
    def name(self) -> str:
        patience = "" if self.patience is None else f", patience {self.patience:g}"
        return f"{self.agents} × {self.concurrency} seats, load {self.load:g}{patience}"


ERLANG_C = (
    Setting(1, 1, 0.5, 300_000),
    Setting(1, 1, 0.7, 500_000),
    Setting(1, 2, 0.6, 550_000),
    Setting(2, 1, 0.7, 650_000),
    Setting(1, 3, 0.6, 700_000),
    Setting(2, 2, 0.6, 850_000),
)
ERLANG_A = (
    Setting(1, 1, 1.0, 60_000, 2),
    Setting(5, 1, 0.9, 200_000, 2),
    Setting(5, 1, 1.1, 100_000, 1),
    Setting(5, 2, 1.0, 400_000, 2),
    Setting(10, 2, 1.1, 350_000, 1),
    Setting(10, 3, 1.2, 350_000, 2),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """Theoretical values: the mean wait as a multiple of the mean service time, the share of customers who wait, and
    the share who leave."""

    wait: float
    waiting: float
    leaving: float


def erlang_c(seats: int, load: float) -> Expected:
    """Expected values of M/M/c, by the recursion of Erlang's loss formula."""
    offered = seats * load
    lost = 1.0
    for number in range(1, seats + 1):
        lost = offered * lost / (number + offered * lost)
    waiting = lost / (1 - load * (1 - lost))
    return Expected(waiting / (seats - offered), waiting, 0.0)


def erlang_a(seats: int, load: float, patience: float) -> Expected:
    """Expected values of M/M/c+M, by the steady state of its birth and death process."""
    offered = seats * load
    states = [1.0]
    while len(states) <= seats or states[-1] > 1e-12 * sum(states):
        present = len(states)
        states.append(states[-1] * offered / (min(present, seats) + max(0, present - seats) / patience))
    whole = sum(states)
    line = sum((present - seats) * state for present, state in enumerate(states) if present > seats) / whole
    return Expected(line / offered, sum(states[seats:]) / whole, line / patience / offered)


def expected(setting: Setting) -> Expected:
    if setting.patience is None:
        return erlang_c(setting.seats, setting.load)
    return erlang_a(setting.seats, setting.load, setting.patience)


@dataclass(frozen=True, slots=True)
class Interval:
    """A simulated value with its 95 % interval, and the theoretical value."""

    measured: float
    half_width: float
    theory: float

    @property
    def holds(self) -> bool:
        """True if the interval contains the theoretical value."""
        return abs(self.measured - self.theory) <= self.half_width

    @property
    def relative(self) -> float:
        """Half of the interval's width, relative to the simulated value."""
        return self.half_width / self.measured


@dataclass(frozen=True, slots=True)
class Agreement:
    """Simulated values of a setting: the mean wait, and the share of customers who wait or, with patience, who
    leave."""

    setting: Setting
    wait: Interval
    share: Interval

    @property
    def met(self) -> bool:
        return all(each.holds and each.relative <= HALF_WIDTH_MUST for each in (self.wait, self.share))


def simulated(setting: Setting, seeds: Sequence[int] = SEEDS) -> Agreement:
    """Simulate `setting` with the real dispatcher, once with each seed, and compare the results with the formula."""
    theory, waits, shares = expected(setting), list[float](), list[float]()
    of_each = replace(setting, chats=setting.chats // len(seeds))
    dropped, batches = int(of_each.chats * WARM_UP), BATCHES // len(seeds)
    size = (of_each.chats - dropped) // batches
    for seed in seeds:
        outcomes = islice(outcomes_of(of_each, seed), dropped, None)
        for _ in range(batches):
            batch = list(islice(outcomes, size))
            waits.append(mean(outcome.waited_ms for outcome in batch) / 1000 / SERVICE_S)
            counted = [one.waited_ms > 0 if setting.patience is None else one.end == "left" for one in batch]
            shares.append(mean(counted))
    of = theory.waiting if setting.patience is None else theory.leaving
    return Agreement(setting, _interval(waits, theory.wait), _interval(shares, of))


def outcomes_of(setting: Setting, seed: int) -> Iterator[Outcome]:
    """Outcomes of a setting's customers, in the order in which they stopped waiting."""
    desk = Desk(
        "UTC",
        {_TEAM: Team(key=_TEAM, name="Media", schedule="always")},
        {"always": Schedule("always", ((Span(0, DAY_MINUTES),),) * 7)},
        lambda calendar, year: frozenset(),
    )
    always = ((0, 10**13),)
    agents = [
        Shift(f"agent {n}", "all", frozenset({_TEAM}), setting.concurrency, always) for n in range(setting.agents)
    ]
    customers = _customers(setting, random.Random(seed))
    return run(customers, agents, desk).outcomes()


def _customers(setting: Setting, chance: random.Random) -> Iterator[Customer]:
    at = 1.0
    service = Duration(SERVICE_S)
    patience = None if setting.patience is None else Duration(setting.patience * SERVICE_S)
    between_ms = SERVICE_S * 1000 / (setting.seats * setting.load)
    for _ in range(setting.chats):
        at += chance.expovariate(1 / between_ms)
        patient_ms = None if patience is None else patience.drawn_ms(chance)
        yield Customer(round(at), _TEAM, service.drawn_ms(chance), patient_ms)


def _interval(values: Sequence[float], theory: float) -> Interval:
    return Interval(mean(values), STUDENT * stdev(values) / sqrt(len(values)), theory)
