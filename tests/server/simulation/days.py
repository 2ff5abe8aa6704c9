"""A small day that is over, for tests of what is shown of it."""

from __future__ import annotations

from datetime import date

from routing.desk import Team
from routing.simulation.day import Day
from routing.simulation.figures import Figures, Kind, Report, Told
from tests.routing.desks import desk_of

HOSTILE = "<script>alert(1)</script> & Co"
DAY = Day(date(2026, 11, 24), desk_of(Team(key="media", name=HOSTILE, schedule="standard")), {}, ())
NINE = Figures([0, 10_000, 90_000], left=1, busy_ms=30, present_ms=40)
TEN = Figures([], left=0)
KINDS: dict[Kind, Figures] = {"vip": NINE, "other": TEN}
REPORT = Report(
    ("media",),
    (9, 10),
    {("media", 9): NINE, (None, 9): NINE, ("media", 10): TEN, ("media", None): NINE, (None, None): NINE},
    Told(30, 1, 7, 0.1, 1),
    KINDS,
    40,
    2,
)
