"""Puts together what a simulated day needs: a floor in memory, the rules of closing time, and random numbers from a
seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chat.closing_time import NOT_ASKED, Asked, OpeningState, asked_now, staying
from routing.adapters.floor_memory import MemoryFloor
from routing.desk import Desk, Team
from routing.hours import Standing
from routing.simulation.customers import Customer
from routing.simulation.day import Answers, Shift
from routing.simulation.run import Run


@dataclass(frozen=True, slots=True)
class ClosingTime:
    """Implements `routing.simulation.closing_time.ClosingState` with the rules for real customers."""

    asked: Asked = NOT_ASKED

    @property
    def asks(self) -> bool:
        return self.asked.decide_by is not None

    @property
    def due_at(self) -> int | None:
        return self.asked.due_at

    def at(self, team: Team, standing: Standing, now: int, *, answerable: bool) -> ClosingTime | None:
        team_state = OpeningState(
            open=standing.open,
            closes_at=standing.closes_at,
            notice_ms=1000 * team.closing_notice_s,
            drain_ms=1000 * team.closing_drain_s,
            answerable=answerable,
        )
        after = asked_now(self.asked, team_state, now)
        return None if after is None else ClosingTime(after)

    def staying(self, team: Team) -> ClosingTime:
        return ClosingTime(staying(self.asked, 1000 * team.closing_drain_s))


def run(
    customers: Iterable[Customer], shifts: Iterable[Shift], desk: Desk, answers: Mapping[str, Answers] | None = None
) -> Run:
    return Run(customers, shifts, desk, MemoryFloor(), ClosingTime(), answers)


def chances(seed: int) -> Callable[[str], random.Random]:
    """A function that returns a random generator for the id of an agent."""
    return lambda staff: random.Random(f"{seed} {staff}")
