"""The hours of a schedule, as letters state them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from clock import zones
from routing.hours import DAY_MINUTES, Hours
from widgets.letters.views import RegularHours

_LOOK_AHEAD_DAYS = 7


def regular_hours(hours: Hours, now: int) -> RegularHours | None:
    """The regular hours of a schedule. None if the schedule has no simple rule.

    In a simple rule, the open days follow one another. All open days have the same single span, which is shorter than
    the whole day.
    """
    today = zones.local(now, hours.zone).date()
    week = hours.schedule.on(today).week
    days = [day for day, spans in enumerate(week) if spans]
    same = {week[day] for day in days}
    if len(same) != 1 or days != list(range(days[0], days[-1] + 1)):
        return None
    (spans,) = same
    if len(spans) != 1 or spans[0].end - spans[0].start == DAY_MINUTES:
        return None
    coming = [today + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)]
    closed = [day for day in coming if hours.usual_on(day) and not hours.spans_on(day)]
    others = [
        (day, open_.start, open_.end)
        for day in coming
        if (changed := hours.spans_on(day)) != week[day.weekday()]
        for open_ in changed
    ]
    return RegularHours(
        days[0], days[-1], spans[0].start, spans[0].end, datetime.combine(today, time()), closed, others
    )
