"""Periods of whole days, in the zone of the hours file. The first day belongs to a period, the day `after` does not.
Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clock import zones
from reports.cells import Grain, month_of

DAYS_MAX = 3 * 366
"""The longest period of a report, in days."""
WEEKLY_AT = time(8)
"""The local time on Mondays from which the weekly mail is sent."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` until just before `after`, as ordinals."""

    first: int
    after: int

    @property
    def days(self) -> int:
        return self.after - self.first

    @property
    def from_(self) -> str:
        """The first day, like `2026-11-20`."""
        return date.fromordinal(self.first).isoformat()

    @property
    def to(self) -> str:
        """The day after the last day of the period, like `2026-11-21`."""
        return date.fromordinal(self.after).isoformat()

    @property
    def before(self) -> Period:
        """The period with which this one is compared. It has the same number of days and begins on the same weekday. It
        is the latest such period that does not overlap this one."""
        moved = -(-self.days // 7) * 7 if self.days > 1 else 7
        return Period(self.first - moved, self.after - moved)

    def begins_at(self, zone: str) -> int:
        return start_of(self.first, zone)

    def ends_at(self, zone: str) -> int:
        return start_of(self.after, zone)


def start_of(day: int, zone: str) -> int:
    """The moment at which a local day begins, in ms since the epoch, UTC."""
    return zones.moment_of(datetime.combine(date.fromordinal(day), time()), zone)


def day_of(moment: int, zone: str) -> int:
    return zones.local(moment, zone).toordinal()


def usual(today: int) -> Period:
    """The last four whole weeks before the day `today`, each from Monday to Sunday."""
    monday = today - date.fromordinal(today).weekday()
    return Period(monday - 28, monday)


def last_week(today: int) -> Period:
    """The last whole week before the day `today`, from Monday to Sunday."""
    monday = today - date.fromordinal(today).weekday()
    return Period(monday - 7, monday)


def weekly_due(now: int, zone: str) -> tuple[Period, int] | None:
    """The week of the weekly mail that is due, and the moment from which it is due. None before WEEKLY_AT on Mondays,
    and on all other days."""
    shown = zones.local(now, zone)
    if shown.weekday() != 0 or shown.time() < WEEKLY_AT:
        return None
    return last_week(shown.toordinal()), zones.moment_of(datetime.combine(shown.date(), WEEKLY_AT), zone)


def days_of(period: Period) -> Iterator[int]:
    yield from range(period.first, period.after)


def parts_of(period: Period) -> Iterator[tuple[Grain, int, int]]:
    """Splits a period into its whole months, and the days before and after these. Each part is a triple: its grain, its
    first day or month, and the day or month after its last."""
    first = date.fromordinal(period.first)
    opens = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    closes = date.fromordinal(period.after).replace(day=1)
    if closes <= opens:
        yield "day", period.first, period.after
        return
    if period.first < opens.toordinal():
        yield "day", period.first, opens.toordinal()
    yield "month", month_of(opens.toordinal()), month_of(closes.toordinal())
    if closes.toordinal() < period.after:
        yield "day", closes.toordinal(), period.after
