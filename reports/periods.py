"""Periods of whole days, in the zone of the hours file. The first day belongs to a period, the day `after` does not.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from clock import zones
from reports.cells import Grain, month_of

DAYS_MAX = 3 * 366
"""The longest period of a report, in days."""
WEEKLY_AT = time(8)
"""The local time on Mondays from which the weekly mail is sent."""


Calendar = Literal["month", "quarter", "year"]
_MONTHS: Mapping[Calendar, int] = {"month": 1, "quarter": 3, "year": 12}


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
    def calendar(self) -> Calendar | None:
        """What this period is in the calendar: a whole month, quarter or year. Otherwise None."""
        month = month_of(self.first)
        if first_day(month) != self.first:
            return None
        return next(
            (
                name
                for name, months in _MONTHS.items()
                if month % months == 0 and first_day(month + months) == self.after
            ),
            None,
        )

    @property
    def before(self) -> Period:
        """The period with which this one is compared.

        For a whole month, quarter or year, it is the whole one before. For other periods, it has the same number of
        days and begins on the same weekday. It is the latest such period that does not overlap this one.
        """
        if self.calendar is not None:
            return self.beside(-1)
        moved = -(-self.days // 7) * 7 if self.days > 1 else 7
        return Period(self.first - moved, self.after - moved)

    def beside(self, steps: Literal[1, -1]) -> Period:
        """The period of the same length that begins when this one ends (1) or ends when this one begins (-1). A whole
        month, quarter or year has the whole ones beside it."""
        if self.calendar is None:
            return Period(self.first + steps * self.days, self.after + steps * self.days)
        months = _MONTHS[self.calendar]
        month = month_of(self.first) + steps * months
        return Period(first_day(month), first_day(month + months))

    def matching(self, day: int) -> int | None:
        """The day of the period before that belongs beside `day`, a day of this one: the third Tuesday belongs beside
        the third Tuesday. None if the period before has no such day."""
        other = self.before
        weeks, weekday = (day - self.first) // 7, date.fromordinal(day).weekday()
        found = other.first + (weekday - date.fromordinal(other.first).weekday()) % 7 + 7 * weeks
        return found if found < other.after else None

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
    """The last 28 days before the day `today`."""
    return Period(today - 28, today)


def presets(today: int) -> list[tuple[str, Period]]:
    """Periods that a reader can choose with one click, with their names. The present month includes `today`, so that it
    has at least one day."""
    day = date.fromordinal(today)
    month = today - day.day + 1
    before = date.fromordinal(month - 1)
    return [
        ("Last 7 days", Period(today - 7, today)),
        ("Last 28 days", usual(today)),
        ("This month", Period(month, today + 1)),
        ("Last month", Period(month - before.day, month)),
    ]


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


@dataclass(frozen=True, slots=True)
class Piece:
    """Days or months, from `first` until just before `after`. `sign` is -1 if their tallies are to be subtracted."""

    grain: Grain
    first: int
    after: int
    sign: Literal[1, -1] = 1


def pieces_of(period: Period) -> list[Piece]:
    """The days and months whose tallies add up to the tallies of a period.

    If a period has most days of a month, this is the month, minus its other days. So a period has at most 15 days
    besides whole months on each side.
    """
    days, months = [], []
    month = month_of(period.first)
    while (first := first_day(month)) < period.after:
        next_ = first_day(month + 1)
        begins, ends = max(first, period.first), min(next_, period.after)
        if (ends - begins) * 2 > next_ - first:
            months.append(month)
            days += [Piece("day", first, begins, -1), Piece("day", ends, next_, -1)]
        else:
            days.append(Piece("day", begins, ends))
        month += 1
    found = [Piece("month", months[0], months[-1] + 1)] if months else []
    return [*found, *(one for one in days if one.first < one.after)]


def first_day(month: int) -> int:
    """The ordinal of the first day of a month. `month` is as in `reports.cells.Cell`."""
    year, place = divmod(month, 12)
    return date(year, place + 1, 1).toordinal()
