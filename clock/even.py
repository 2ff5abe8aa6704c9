"""A clock that hides a jump of the wall clock until the program is ready for the jump."""

from __future__ import annotations

from clock.moments import Clock

TOLERATED_MS = 2_000
"""Jumps up to this size (ms) are followed at once, because they do not change a wait noticeably."""


class EvenClock:
    """The wall clock without its jumps.

    `wall` and `steady` are clocks that return milliseconds. `steady` never jumps.

    The wall clock jumps if somebody sets it or the machine sleeps. This clock ignores the jump until `follow` is
    called. Otherwise a jump of an hour would end every one-minute wait at once. The caller first restarts its waits,
    and then calls `follow`.
    """

    def __init__(self, wall: Clock, steady: Clock) -> None:
        self.steady = steady
        """A clock for durations within this process. It has no relation to the calendar."""
        self._wall = wall
        self._ahead = wall() - steady()

    def __call__(self) -> int:
        wall, steady = self._wall(), self.steady()
        if abs(wall - steady - self._ahead) > TOLERATED_MS:
            return steady + self._ahead
        self._ahead = wall - steady
        return wall

    def jumped(self) -> int:
        """The jump in ms that `follow` would take over: positive if forward, negative if back, 0 if there is none."""
        jumps = (self._jump(), self._jump())
        # A pause of the process between two clock reads looks like a jump. Two such pauses in a row are unlikely.
        return min(jumps, key=abs)

    def follow(self) -> None:
        """Take over the jump: continue from the current wall time."""
        self._ahead += self.jumped()

    def _jump(self) -> int:
        jump = self._wall() - self.steady() - self._ahead
        return jump if abs(jump) > TOLERATED_MS else 0
