"""A clock that does not jump before those who go by it are ready for that."""

from __future__ import annotations

from clock.moments import Clock

TOLERATED_MS = 2_000
"""A correction as small as this is none that anybody waits longer or less for."""


class EvenClock:
    """Gives the time of the wall, `wall`, as `steady` goes on from it: both in ms, and `steady` never jumps.

    Where the wall has jumped, because it was set or the machine slept, the time goes on as if it had not, until
    `follow` is called. So nothing that was to wait for a minute is done at once when the wall jumps by an hour, and
    whoever keeps such waits can begin them anew first.
    """

    def __init__(self, wall: Clock, steady: Clock) -> None:
        self.steady = steady
        """A moment of no calendar, for spans that live no longer than this process."""
        self._wall = wall
        self._ahead = wall() - steady()

    def __call__(self) -> int:
        wall, steady = self._wall(), self.steady()
        if abs(wall - steady - self._ahead) > TOLERATED_MS:
            return steady + self._ahead
        self._ahead = wall - steady
        return wall

    def jumped(self) -> int:
        """By how much the wall has jumped ahead (less than 0: back); 0 where it has not."""
        jumps = (self._jump(), self._jump())
        # Between two looks at clocks this process may stand still: not twice.
        return min(jumps, key=abs)

    def follow(self) -> None:
        """The time is that of the wall from now on."""
        self._ahead += self.jumped()

    def _jump(self) -> int:
        jump = self._wall() - self.steady() - self._ahead
        return jump if abs(jump) > TOLERATED_MS else 0
