"""How long somebody in line will wait, told from what their team has lately taken for its chats.

While anybody waits for a team, all of its seats are taken, and each chat that ends lets one in. With `s` seats, each
freed at the rate `μ` (ends for each second that a seat is taken), and each of those ahead leaving by themselves at the
rate `θ`, somebody at position `p` waits for `p` steps. The step before which `i` others are still ahead lasts
`1 / (sμ + iθ)` on average:

    mean = Σ 1 / (sμ + iθ)        variance = Σ 1 / (sμ + iθ)²        i = 0 … p - 1

This is the estimator QLm of R. Ibrahim and W. Whitt, "Real-time delay estimation in overloaded multiserver queues with
abandonments", Management Science 55 (2009). What is told lies `CAUTION` standard deviations above the mean, since who
is answered sooner than told complains less than who is not.

Both rates are ends over exposure: chats that ended, by the time that seats were taken, those of chats still under way
included. A mean of the times of ended chats alone would be too short each morning, when only short ones have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log, sqrt

SERVICE_S = 600
"""What a chat is taken to take of a seat while nothing is known of its team."""
DEFAULT_WEIGHT = 5
"""As many chats does that default count for: after so many of the team's own it makes half of the answer."""
WINDOW = 200
"""The last chat counts as much as all those before it divided by this: older ones fade."""
CAUTION = 0.25
"""Standard deviations that are added to the mean."""

_FADE = 1 - 1 / WINDOW
_PATIENT_S = 3600
"""Seconds that somebody is taken to have waited without leaving while nothing is known of their team."""
_SUMMED = 24
"""Steps added up one by one; the rest is smooth enough for an integral."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something ends that several are at: ends over exposure, the latest counting most."""

    under_way: int = 0
    ends: float = 0.0
    exposure_ms: float = 0.0
    at: int = 0
    """The moment to which exposure is counted."""

    def begun(self, now: int) -> Rate:
        """One more is at it."""
        return Rate(self.under_way + 1, self.ends, self._exposed(now), now)

    def ended(self, now: int) -> Rate:
        """One came to the end that is counted."""
        return Rate(max(0, self.under_way - 1), self.ends * _FADE + 1, self._exposed(now) * _FADE, now)

    def broken_off(self, now: int) -> Rate:
        """One is at it no more, for another reason."""
        return Rate(max(0, self.under_way - 1), self.ends, self._exposed(now), now)

    def a_second(self, ends: float, exposure_s: float) -> float:
        """Ends for each second of one's being at it; `ends` in `exposure_s` is what was taken to be known before."""
        return (self.ends + ends) / (self.exposure_ms / 1000 + exposure_s)

    def _exposed(self, now: int) -> float:
        return self.exposure_ms + self.under_way * max(0, now - self.at)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a team's chats have lately taken of its seats, and how soon who waits for it leaves."""

    service: Rate = Rate()
    leaving: Rate = Rate()

    def queued(self, now: int) -> Pace:
        """A chat came to wait for the team."""
        return Pace(self.service, self.leaving.begun(now))

    def left(self, now: int) -> Pace:
        """One that waited was given up by its customer."""
        return Pace(self.service, self.leaving.ended(now))

    def sent_away(self, now: int) -> Pace:
        """One that waited does so no more, neither answered nor given up: closing time, another team."""
        return Pace(self.service, self.leaving.broken_off(now))

    def answered(self, now: int) -> Pace:
        """One that waited has an agent, and takes a seat from now on."""
        return Pace(self.service.begun(now), self.leaving.broken_off(now))

    def resumed(self, now: int) -> Pace:
        """One that did not wait takes a seat from now on: handed on, picked up again, known from before a restart."""
        return Pace(self.service.begun(now), self.leaving)

    def released(self, now: int) -> Pace:
        """One takes its seat no more."""
        return Pace(self.service.ended(now), self.leaving)

    @property
    def busy(self) -> int:
        """Chats of the team that take a seat."""
        return self.service.under_way

    @property
    def service_s(self) -> float:
        """What a chat takes of a seat, in seconds."""
        return 1 / self.service.a_second(DEFAULT_WEIGHT, DEFAULT_WEIGHT * SERVICE_S)

    @property
    def leaving_a_second(self) -> float:
        """The share of those waiting that leave, each second."""
        return self.leaving.a_second(0, _PATIENT_S)


def seats_for(team: str, seats: Mapping[frozenset[str], int], load: Mapping[str, int]) -> float:
    """The seats that `team` can reckon with. `seats`: of those who are present, by the teams that they take chats of;
    `load`: the chats of each team, waiting or under way.

    Agents of several teams are shared in proportion to the load that each team has beyond the seats of its own.
    """
    found = float(seats.get(frozenset((team,)), 0))
    for teams, count in seats.items():
        if team in teams and len(teams) > 1:
            beyond = {one: max(0, load.get(one, 0) - seats.get(frozenset((one,)), 0)) for one in teams}
            shared = sum(beyond.values())
            found += count * (beyond[team] / shared if shared else 1 / len(teams))
    return found


def wait_s(position: int, seats: float, free: int, pace: Pace) -> int | None:
    """How long somebody at `position`, from 1, will wait, in whole seconds; None where there are no seats.

    `seats` is what `seats_for` says, `free` how many are free for the team now. It costs the same at any position.
    """
    if position <= free:
        return 0
    if seats <= 0:
        return None
    freed = seats / pace.service_s
    mean, variance = _steps(position - free, freed, pace.leaving_a_second)
    return ceil(mean + CAUTION * sqrt(variance))


def _steps(count: int, freed: float, leaving: float) -> tuple[float, float]:
    """Mean and variance of `count` steps, the last of which happens at the rate `freed`, each before it faster by
    `leaving`."""
    mean = variance = 0.0
    for ahead in range(min(count, _SUMMED)):
        step = 1 / (freed + ahead * leaving)
        mean += step
        variance += step * step
    if count > _SUMMED:
        near, far = freed + (_SUMMED - 0.5) * leaving, freed + (count - 0.5) * leaving
        if far - near > near * 1e-6:
            mean += log(far / near) / leaving
            variance += (1 / near - 1 / far) / leaving
        else:
            mean += (count - _SUMMED) / near
            variance += (count - _SUMMED) / near**2
    return mean, variance
