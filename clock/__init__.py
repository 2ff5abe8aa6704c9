"""Time: clocks, moments, time zones.

A *moment* is an `int`: milliseconds since the epoch, UTC. Rules take `now` as an argument. Only adapters and `server`
read a `Clock`.
"""

from clock.even import EvenClock
from clock.moments import Clock, from_rfc3339, rfc3339, rfc3339_or_none, steady_clock, system_clock
from clock.stopwatches import Stopwatches

__all__ = [
    "Clock",
    "EvenClock",
    "Stopwatches",
    "from_rfc3339",
    "rfc3339",
    "rfc3339_or_none",
    "steady_clock",
    "system_clock",
]
