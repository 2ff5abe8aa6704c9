"""The state of one of several processes of a desk, for operators."""

from __future__ import annotations

from typing import Literal, NamedTuple

BUS_STATES = ("live", "polling", "down")


class Standing(NamedTuple):
    """All times in seconds."""

    bus: Literal["live", "polling", "down"]
    """`bus.service.Health`"""
    bus_since_s: float
    """The time since the bus got this state."""
    ping_age_s: float
    """The time since the last ping came back through the bus."""
    ping_s: float
    """The time that this ping took."""
    leads: bool
    lease_s: float
    """The time for which this process still leads without renewing its lease. 0 if it does not lead."""
    processes: int
    """The processes of the desk that this one knows of, with itself."""
    hours_differ: bool
    """True if the leading process uses another version of the hours file."""
