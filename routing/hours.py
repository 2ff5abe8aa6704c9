"""When is a team open: schedules on local days, with exceptions and public holidays, and business days.

A schedule is open while a clock on the wall of its zone shows a time in one of the day's spans. So a time that the
clocks skip is nobody's, and one that they repeat counts both times. Spans are half open, touching ones are one, over
midnight too.

What a day's spans are: those of the exception for that day; else none on a public holiday; else the weekday's. Of two
exceptions for a day the one for fewer days counts, of equal ones the later in the list.

Moments are milliseconds since the epoch, UTC; times of a local day are minutes from midnight, 0 to 1440.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clock import zones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
"""Minutes in a local day, as spans count them."""

_MINUTE_MS = 60_000
_DAY_MS = DAY_MINUTES * _MINUTE_MS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_PAST_MS = 40 * _DAY_MS
_AHEAD_MS = 400 * _DAY_MS
"""How much is kept computed around the moment that was asked for."""
_FARTHEST_MS = 30 * 366 * _DAY_MS
"""What lies farther ahead is not looked for."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `start` until just before `end`, in minutes of one local day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A public calendar: ISO country, and the part of it whose holidays count."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days (both included) whose spans replace the week's; no spans is closed."""

    first: date
    last: date
    spans: tuple[Span, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a team is open. `week` has seven entries, Monday first; spans are sorted and never touch."""

    key: str
    week: tuple[tuple[Span, ...], ...]
    holidays: PublicHolidays | None = None
    exceptions: tuple[Exceptional, ...] = ()


DaysOff = Callable[[PublicHolidays, int], frozenset[date]]
"""The public holidays of a calendar in a year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a schedule stands at a moment: of the two times one is None, both where it never changes."""

    open: bool
    opens_at: int | None
    closes_at: int | None


@dataclass(frozen=True, slots=True)
class _Window:
    """From `start` to `end`: when it opens and closes by turns, open from the first edge on."""

    start: int
    end: int
    edges: tuple[int, ...]


class Hours:
    """A schedule in its zone. What is computed is kept: a question costs a look into a sorted list."""

    def __init__(self, schedule: Schedule, zone: str, days_off: DaysOff) -> None:
        self.schedule = schedule
        self.zone = zone
        self._days_off = days_off
        numbered = enumerate(schedule.exceptions)
        self._exceptions = [one for _, one in sorted(numbered, key=lambda pair: (_length(pair[1]), -pair[0]))]
        self._window = _Window(0, 0, ())

    # -- open or closed ---------------------------------------------------------------------

    def at(self, moment: int) -> Standing:
        """Open or closed, and until when."""
        window = self._around(moment)
        passed = bisect_right(window.edges, moment)
        changes_at = window.edges[passed] if passed < len(window.edges) else self._far_edge(moment)
        return Standing(True, None, changes_at) if passed % 2 else Standing(False, changes_at, None)

    def is_open(self, moment: int) -> bool:
        """Is it open at this moment?"""
        return bisect_right(self._around(moment).edges, moment) % 2 == 1

    def opens_at(self, moment: int) -> int | None:
        """The next opening of what is closed; None where it is open, or closed for good."""
        return self.at(moment).opens_at

    def closes_at(self, moment: int) -> int | None:
        """The end of the present opening; None where it is closed, or never closes."""
        return self.at(moment).closes_at

    def open_since(self, moment: int) -> int | None:
        """When the present opening began, or weeks ago where it was earlier; None where it is closed."""
        edges = self._around(moment).edges
        passed = bisect_right(edges, moment)
        return edges[passed - 1] if passed % 2 else None

    def _around(self, moment: int) -> _Window:
        window = self._window
        if not window.start <= moment < window.end:
            window = self._window = self._computed(moment - _PAST_MS, moment + _AHEAD_MS)
        return window

    def _far_edge(self, moment: int) -> int | None:
        """The next edge where the window has none."""
        window, farthest = self._window, self._farthest(moment)
        if window.end < farthest:
            window = self._window = self._computed(moment - _PAST_MS, farthest + _PAST_MS)
        passed = bisect_right(window.edges, moment)
        return window.edges[passed] if passed < len(window.edges) else None

    def _farthest(self, moment: int) -> int:
        """What has not changed until then changes never again."""
        last = max((one.last.toordinal() - _EPOCH_DAY + 2 for one in self._exceptions), default=0) * _DAY_MS
        further = 2 * 366 if self.schedule.holidays is not None else 15
        return min(max(moment, last) + further * _DAY_MS, moment + _FARTHEST_MS)

    def _computed(self, start: int, end: int) -> _Window:
        edges: list[int] = []
        stretches = zones.offsets(start, end, self.zone)
        ends = [begins for begins, _ in stretches[1:]] + [end]
        for (begins, offset), until in zip(stretches, ends, strict=True):
            for day in range((begins + offset) // _DAY_MS, (until + offset - 1) // _DAY_MS + 1):
                midnight = day * _DAY_MS - offset
                for span in self.spans_on(date.fromordinal(day + _EPOCH_DAY)):
                    opens = max(midnight + span.start * _MINUTE_MS, begins)
                    closes = min(midnight + span.end * _MINUTE_MS, until)
                    if opens >= closes:
                        continue
                    if edges and edges[-1] == opens:
                        edges[-1] = closes
                    else:
                        edges += (opens, closes)
        if edges and edges[-1] == end:
            edges.pop()  # it may go on: who asks looks farther
        return _Window(start, end, tuple(edges))

    # -- days ---------------------------------------------------------------------------------

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans of a local day."""
        exception = self._exception_on(day)
        if exception is not None:
            return exception.spans
        return () if self._is_holiday(day) else self.schedule.week[day.weekday()]

    def is_business_day(self, day: date) -> bool:
        """A weekday of the schedule that no holiday or closure takes away. A short day is one, a dated extra
        opening is none."""
        if not self.schedule.week[day.weekday()] or self._is_holiday(day):
            return False
        exception = self._exception_on(day)
        return exception is None or bool(exception.spans)

    def after_business_days(self, began: int, days: int) -> int | None:
        """When so many business days (one at least) have passed since `began`: at the time of day at which it began,
        or, where that was no business day, at the start of the day. None where there are not so many to come."""
        shown = zones.local(began, self.zone)
        day: date | None = shown.date()
        at = shown.time()
        if not self.is_business_day(shown.date()):
            day, at = self._next_business_day(shown.date()), time()
        for _ in range(days):
            day = None if day is None else self._next_business_day(day)
        return None if day is None else zones.moment_of(datetime.combine(day, at), self.zone)

    def _next_business_day(self, day: date) -> date | None:
        days = (day + timedelta(days=ahead) for ahead in range(1, _FARTHEST_MS // _DAY_MS))
        return next((one for one in days if self.is_business_day(one)), None)

    def _exception_on(self, day: date) -> Exceptional | None:
        return next((one for one in self._exceptions if one.first <= day <= one.last), None)

    def _is_holiday(self, day: date) -> bool:
        calendar = self.schedule.holidays
        return calendar is not None and day in self._days_off(calendar, day.year)


def _length(exception: Exceptional) -> int:
    return (exception.last - exception.first).days
