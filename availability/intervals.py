"""Intervals in which components were not operational. The state of a component at any moment follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from availability.states import State, worst

Cause: TypeAlias = Literal["manual", "incident", "maintenance"]
"""`manual`: a member of staff or a monitor set the state of the component."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A component was in `state` from `began_at` until before `ended_at`, in ms since the epoch. `ended_at` is None
    while it lasts. `cause_id` is the id of the incident or maintenance, or 0."""

    component: int
    state: State
    began_at: int
    ended_at: int | None
    cause: Cause
    cause_id: int = 0

    def covers(self, at: int) -> bool:
        return self.began_at <= at and (self.ended_at is None or at < self.ended_at)


def states_at(components: Iterable[int], intervals: Iterable[Interval], at: int) -> Mapping[int, State]:
    """The state of each component: the worst of its intervals at this moment."""
    found: dict[int, list[State]] = {component: [] for component in components}
    for interval in intervals:
        if interval.component in found and interval.covers(at):
            found[interval.component].append(interval.state)
    return {component: worst(states) for component, states in found.items()}
