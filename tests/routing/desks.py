"""Desks for tests: teams on a schedule that is always open, without public holidays."""

from __future__ import annotations

from datetime import date

from routing.desk import Desk, Team
from routing.hours import PublicHolidays, Schedule, Span

ALWAYS = Schedule("standard", ((Span(0, 1440),),) * 7)
NIGHTS = Schedule("standard", ((Span(0, 120), Span(1320, 1440)),) * 7)
"""From 22:00 until 02:00."""


def no_days_off(calendar: PublicHolidays, year: int) -> frozenset[date]:
    return frozenset()


def desk_of(*teams: Team, schedule: Schedule = ALWAYS) -> Desk:
    """A desk with these teams on one schedule, in UTC."""
    return Desk("UTC", {team.key: team for team in teams}, {schedule.key: schedule}, no_days_off)
