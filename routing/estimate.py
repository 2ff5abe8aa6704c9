"""Estimates wait times from the recent handle times of a team.

While a chat waits for a team, all slots of the team are taken. Each chat that ends frees a slot for one waiting chat.
There are `s` slots, and each is freed at the rate `μ` (ends per second of a taken slot). Each chat ahead is abandoned
at the rate `θ`. Then a chat at position `p` waits `p` steps. A step with `i` other chats ahead takes `1 / (sμ + iθ)` on
average:

    mean = Σ 1 / (sμ + iθ)        variance = Σ 1 / (sμ + iθ)²        i = 0 … p - 1

Source: the estimator QLm of R. Ibrahim and W. Whitt, "Real-time delay estimation in overloaded multiserver queues with
abandonments", Management Science 55 (2009). The announced wait is `CAUTION` standard deviations above the mean, because
customers mind a late answer more than an early one.

Each rate is a number of ends, divided by the time in which chats could end in this way. For `μ`, these are the chats
that freed their slot, divided by the time for which slots were taken. For `θ`, these are the abandoned chats, divided
by the time for which chats waited. The times include chats still under way. The mean handle time of ended chats alone
would be too short each morning, when only short chats have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log, sqrt

SERVICE_S = 600
"""Assumed handle time, in seconds, of a team without data."""
DEFAULT_WEIGHT = 5
"""Weight of the assumption SERVICE_S, in chats. After this many real chats, the assumption makes up half of the
estimate."""
WINDOW = 200
"""Size of the moving window: each chat that ends reduces the weight of all earlier ones by 1/WINDOW."""
CAUTION = 0.25
"""Number of standard deviations that are added to the mean."""

_FADE = 1 - 1 / WINDOW
_PATIENT_S = 3600
"""Assumed seconds of waiting without an abandonment, for a team without data."""
_SUMMED = 24
"""Number of steps that are summed one by one. The other steps are approximated by an integral."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate at which chats end in one way, such as by being abandoned. Recent ends have more weight. `begun`,
    `ended` and `broken_off` return a new value, updated by one fact at `now` (ms of a steady clock).

    *Exposure* is the total time in which chats could end in this way.
    """

    under_way: int = 0
    ends: float = 0.0
    exposure_ms: float = 0.0
    at: int = 0
    """Exposure is counted up to this moment."""

    def begun(self, now: int) -> Rate:
        """A copy of this rate in which one more chat adds to the exposure, from `now` on."""
        return Rate(self.under_way + 1, self.ends, self._exposed(now), now)

    def ended(self, now: int) -> Rate:
        """A copy of this rate in which a chat ended at `now` in the way that is counted, and so no longer adds to the
        exposure."""
        return Rate(max(0, self.under_way - 1), self.ends * _FADE + 1, self._exposed(now) * _FADE, now)

    def broken_off(self, now: int) -> Rate:
        """A copy of this rate in which one fewer chat adds to the exposure from `now` on, although no chat ended in the
        way that is counted.

        The exposure so far is kept, and no end is added.
        """
        return Rate(max(0, self.under_way - 1), self.ends, self._exposed(now), now)

    def a_second(self, ends: float, exposure_s: float) -> float:
        """Ends per second of exposure.

        `ends` and `exposure_s` are added to the measured ends and exposure, as the assumption for a team without data.
        """
        return (self.ends + ends) / (self.exposure_ms / 1000 + exposure_s)

    def _exposed(self, now: int) -> float:
        return self.exposure_ms + self.under_way * max(0, now - self.at)


@dataclass(frozen=True, slots=True)
class Pace:
    """The recent rates of a team. Each method returns a new value, updated by one fact at `now` (ms of a steady clock).

    `service` is the rate at which chats free their slots. `leaving` is the rate at which waiting customers leave.
    """

    service: Rate = Rate()
    leaving: Rate = Rate()

    def queued(self, now: int) -> Pace:
        """A copy of this pace in which one more chat waits, from `now` on."""
        return Pace(self.service, self.leaving.begun(now))

    def left(self, now: int) -> Pace:
        """A copy of this pace in which one fewer chat waits, because its customer left at `now`."""
        return Pace(self.service, self.leaving.ended(now))

    def sent_away(self, now: int) -> Pace:
        """A copy of this pace in which one fewer chat waits from `now` on, although its customer did not leave and no
        agent got it.

        Examples are closing time and a move to another team.
        """
        return Pace(self.service, self.leaving.broken_off(now))

    def answered(self, now: int) -> Pace:
        """A copy of this pace in which a waiting chat got an agent, and took a slot, at `now`."""
        return Pace(self.service.begun(now), self.leaving.broken_off(now))

    def resumed(self, now: int) -> Pace:
        """A copy of this pace in which a chat that did not wait took a slot at `now`.

        Such a chat was transferred, is active again, or began before a restart.
        """
        return Pace(self.service.begun(now), self.leaving)

    def released(self, now: int) -> Pace:
        """A copy of this pace in which a chat freed its slot at `now`."""
        return Pace(self.service.ended(now), self.leaving)

    @property
    def busy(self) -> int:
        """Chats that take a slot."""
        return self.service.under_way

    @property
    def service_s(self) -> float:
        """The mean time for which a chat takes a slot, in seconds."""
        return 1 / self.service.a_second(DEFAULT_WEIGHT, DEFAULT_WEIGHT * SERVICE_S)

    @property
    def leaving_a_second(self) -> float:
        """The share of waiting customers who leave per second."""
        return self.leaving.a_second(0, _PATIENT_S)


def seats_for(team: str, seats: Mapping[frozenset[str], int], load: Mapping[str, int]) -> float:
    """The number of slots that `team` can expect to get.

    `seats` is the number of slots of present agents, by the set of teams that the agents serve. `load` is the number of
    waiting and held chats by team. Agents of only one team are the own agents of that team. The slots of agents of
    several teams are divided among these teams, in proportion to each team's excess load: its load beyond the slots of
    its own agents.
    """
    found = float(seats.get(frozenset((team,)), 0))
    for teams, count in seats.items():
        if team in teams and len(teams) > 1:
            beyond = {one: max(0, load.get(one, 0) - seats.get(frozenset((one,)), 0)) for one in teams}
            shared = sum(beyond.values())
            found += count * (beyond[team] / shared if shared else 1 / len(teams))
    return found


def wait_s(position: int, seats: float, free: int, pace: Pace) -> int | None:
    """The estimated wait at `position` (from 1) in whole seconds; None without slots.

    `seats` is the result of `seats_for`. `free` is the number of free slots now. The time to compute the estimate does
    not depend on `position`.
    """
    if position <= free:
        return 0
    if seats <= 0:
        return None
    freed = seats / pace.service_s
    mean, variance = _steps(position - free, freed, pace.leaving_a_second)
    return ceil(mean + CAUTION * sqrt(variance))


def _steps(count: int, freed: float, leaving: float) -> tuple[float, float]:
    """Mean and variance of `count` steps. The last step has the rate `freed`.

    The rate of each earlier step is higher, by `leaving`, than the rate of the step after it.
    """
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
