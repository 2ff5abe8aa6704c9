"""Opening hours: schedules by local day with exceptions and public holidays, and business days.

A schedule is open while the local time is in one of the day's spans. So a time that the clocks skip does not exist, and
a time that they repeat counts twice. A span includes its start but not its end. Touching spans are one span, also
across midnight.

If an exception applies to a day, it gives the day's spans. Otherwise a public holiday has no spans, and any other day
has the spans of its weekday. If two exceptions apply, the shorter one wins. If they are equally long, the later one in
the list wins. A schedule may have later versions. The version in force on a day decides everything about that day.

Moments are in ms since the epoch, UTC. Local times are minutes from midnight, 0 to 1440.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clock import zones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
"""Minutes in a local day, ignoring clock changes."""

_MINUTE_MS = 60_000
_DAY_MS = DAY_MINUTES * _MINUTE_MS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_PAST_MS = 40 * _DAY_MS
_AHEAD_MS = 400 * _DAY_MS
"""Openings are computed and cached in a window from `_PAST_MS` before a moment to `_AHEAD_MS` after it."""
_WINDOWS = 4
"""Number of cached windows. The event loop asks about the present while other work asks about old tickets."""
_FARTHEST_MS = 30 * 366 * _DAY_MS
"""The search for the next change after a moment stops this long after the moment."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `start` until just before `end`, in minutes of a local day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A public calendar: an ISO country code and an optional subdivision."""

    country: str
    subdivision: str | None = None
    worked: tuple[date, ...] = ()
    """Holidays of the calendar that the schedule does not observe."""


@dataclass(frozen=True, slots=True)
class Exceptional:
    """The days from `first` to `last`, both included. `spans` replace the spans of the weekday. No spans: closed."""

    first: date
    last: date
    spans: tuple[Span, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A weekly schedule. `week` has seven entries from Monday. Spans are sorted and never touch."""

    key: str
    week: tuple[tuple[Span, ...], ...]
    holidays: PublicHolidays | None = None
    exceptions: tuple[Exceptional, ...] = ()
    since: date | None = None
    """The first day of this version. Ignored for the first version, which also applies to all earlier days."""
    later: tuple[Schedule, ...] = ()
    """The versions that replace this one, each from its `since`, the earliest first."""

    @property
    def versions(self) -> tuple[Schedule, ...]:
        return (self, *self.later)

    def on(self, day: date) -> Schedule:
        """The version in force on a day."""
        return next((one for one in reversed(self.later) if one.since is not None and one.since <= day), self)


DaysOff = Callable[[PublicHolidays, int], frozenset[date]]
"""Returns the public holidays of a calendar in a year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a schedule at a moment: open or closed.

    `opens_at` is None while the schedule is open, `closes_at` while it is closed. Both are None if it never changes.
    """

    open: bool
    opens_at: int | None
    closes_at: int | None


@dataclass(frozen=True, slots=True)
class _Window:
    """The moments between `start` and `end` at which a schedule opens and closes in turn. The first is an opening."""

    start: int
    end: int
    edges: tuple[int, ...]


class Hours:
    """A schedule in a time zone. Results are cached: a query is a binary search."""

    def __init__(self, schedule: Schedule, zone: str, days_off: DaysOff) -> None:
        self.schedule = schedule
        self.zone = zone
        self._days_off = days_off
        self._exceptions = [one for version in schedule.versions for one in _exceptions_of(version, schedule)]
        self._windows: tuple[_Window, ...] = ()
        """The cached windows, the last used one first. Several threads use them, so they are replaced as a whole."""

    # -- open or closed ---------------------------------------------------------------------

    def at(self, moment: int) -> Standing:
        """The state at `moment`, open or closed, and the time of its next change."""
        window = self._around(moment)
        passed = bisect_right(window.edges, moment)
        changes_at = window.edges[passed] if passed < len(window.edges) else self._far_edge(moment)
        return Standing(True, None, changes_at) if passed % 2 else Standing(False, changes_at, None)

    def is_open(self, moment: int) -> bool:
        return bisect_right(self._around(moment).edges, moment) % 2 == 1

    def opens_at(self, moment: int) -> int | None:
        """The time of the next opening. None if the schedule is open at `moment` or never opens."""
        return self.at(moment).opens_at

    def closes_at(self, moment: int) -> int | None:
        """The time at which the schedule next closes. None if it is closed at `moment` or never closes."""
        return self.at(moment).closes_at

    def open_since(self, moment: int) -> int | None:
        """The time since which the schedule has been open at `moment`, at most some weeks before `moment`.

        None if the schedule is closed at `moment`.
        """
        edges = self._around(moment).edges
        passed = bisect_right(edges, moment)
        return edges[passed - 1] if passed % 2 else None

    def closure(self, moment: int) -> str | None:
        """The name of the first exception that closes whole days from today until the next opening. If the schedule
        never opens, only today counts.

        None if the schedule is open at `moment`, if there is no such exception, or if the exception has no name.
        """
        standing = self.at(moment)
        if standing.open:
            return None
        today = zones.local(moment, self.zone).date()
        opens = standing.opens_at
        until = today + timedelta(days=1) if opens is None else zones.local(opens, self.zone).date()
        off = [one for one in self._exceptions if not one.spans and one.last >= today and one.first < until]
        return min(off, key=lambda one: one.first).name if off else None

    def _around(self, moment: int) -> _Window:
        windows = self._windows
        for place, window in enumerate(windows):
            if window.start <= moment < window.end:
                if place:
                    self._windows = (window, *windows[:place], *windows[place + 1 :])
                return window
        return self._kept(self._computed(moment - _PAST_MS, moment + _AHEAD_MS))

    def _kept(self, window: _Window) -> _Window:
        others = [one for one in self._windows if one.start < window.start or one.end > window.end]
        self._windows = (window, *others[: _WINDOWS - 1])
        return window

    def _far_edge(self, moment: int) -> int | None:
        """The next opening or closing beyond the cached window; None if there is none."""
        window, farthest = self._around(moment), self._farthest(moment)
        if window.end < farthest:
            window = self._kept(self._computed(moment - _PAST_MS, farthest + _PAST_MS))
        passed = bisect_right(window.edges, moment)
        return window.edges[passed] if passed < len(window.edges) else None

    def _farthest(self, moment: int) -> int:
        """The moment at which the search for a change ends. A schedule without a change until then never changes."""
        days = [one.last for one in self._exceptions] + [one.since for one in self.schedule.later if one.since]
        last = max((day.toordinal() - _EPOCH_DAY + 2 for day in days), default=0) * _DAY_MS
        further = 2 * 366 if any(one.holidays is not None for one in self.schedule.versions) else 15
        return min(max(moment, last) + further * _DAY_MS, moment + _FARTHEST_MS)

    def _computed(self, start: int, end: int) -> _Window:
        # Whole days, so that all schedules of a day ask `zones.offsets` for the same stretch, which it remembers.
        start, end = start - start % _DAY_MS, end + -end % _DAY_MS
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
            edges.pop()  # it may stay open beyond the window
        return _Window(start, end, tuple(edges))

    # -- days ---------------------------------------------------------------------------------

    def spans_on(self, day: date) -> tuple[Span, ...]:
        exception = self._exception_on(day)
        if exception is not None:
            return exception.spans
        return () if self.is_holiday(day) else self.usual_on(day)

    def usual_on(self, day: date) -> tuple[Span, ...]:
        """The spans of the weekday, whatever holiday or exception applies."""
        return self.schedule.on(day).week[day.weekday()]

    def is_business_day(self, day: date) -> bool:
        """True if the schedule has spans on this weekday, and the day is neither a holiday nor closed by an exception.

        A day with shortened hours is a business day. An extra opening on a weekday without spans is not.
        """
        if not self.usual_on(day) or self.is_holiday(day):
            return False
        exception = self._exception_on(day)
        return exception is None or bool(exception.spans)

    def after_business_days(self, began: int, days: int) -> int | None:
        """The moment `days` business days after `began`, at the same time of day. `days` is at least 1.

        If `began` is not on a business day, counting starts at the beginning of the next business day. None if there
        are not that many business days ahead.
        """
        shown = zones.local(began, self.zone)
        day: date | None = shown.date()
        at = shown.time()
        if not self.is_business_day(shown.date()):
            day, at = self._next_business_day(shown.date()), time()
        for _ in range(days):
            day = None if day is None else self._next_business_day(day)
        return None if day is None else zones.moment_of(datetime.combine(day, at), self.zone)

    def name_of(self, day: date) -> str | None:
        """The name of the exception that applies to this day, if it has one."""
        exception = self._exception_on(day)
        return None if exception is None else exception.name

    def _next_business_day(self, day: date) -> date | None:
        days = (day + timedelta(days=ahead) for ahead in range(1, _FARTHEST_MS // _DAY_MS))
        return next((one for one in days if self.is_business_day(one)), None)

    def _exception_on(self, day: date) -> Exceptional | None:
        return next((one for one in self._exceptions if one.first <= day <= one.last), None)

    def is_holiday(self, day: date) -> bool:
        """True for a holiday of the calendar that the schedule observes, even if an exception applies to the day."""
        calendar = self.schedule.on(day).holidays
        return calendar is not None and day not in calendar.worked and day in self._days_off(calendar, day.year)


def _exceptions_of(version: Schedule, schedule: Schedule) -> list[Exceptional]:
    """The exceptions of a version, cut to the days on which the version is in force. An exception that takes precedence
    over another comes before it."""
    at = schedule.versions.index(version)
    first = version.since if at and version.since else date.min
    following = schedule.later[at].since if at < len(schedule.later) else None
    last = following - timedelta(days=1) if following else date.max
    numbered = sorted(enumerate(version.exceptions), key=lambda pair: (_length(pair[1]), -pair[0]))
    cut = [replace(one, first=max(one.first, first), last=min(one.last, last)) for _, one in numbered]
    return [one for one in cut if one.first <= one.last]


def _length(exception: Exceptional) -> int:
    return (exception.last - exception.first).days
