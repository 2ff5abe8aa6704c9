"""The coming days on which the hours of a schedule differ from the usual hours of the weekday. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from routing.hours import Hours, Span


@dataclass(frozen=True, slots=True)
class OtherHours:
    """The days from `first` to `last`, both included, with other hours than usual. No spans: closed.

    `name` is from the hours file. It is None for a public holiday, and for an exception without a name.
    """

    first: date
    last: date
    spans: tuple[Span, ...]
    name: str | None


def other_hours(hours: Hours, today: date, days: int) -> list[OtherHours]:
    """The days on which the hours are not the usual ones of the weekday, among the next `days` days, today included.

    Neighboring days with the same hours and the same name are one entry. Days on which the schedule is always closed,
    such as weekends, do not divide an entry.
    """
    found: list[OtherHours] = []
    joins = False
    for day in (today + timedelta(days=ahead) for ahead in range(days)):
        usual, spans = hours.usual_on(day), hours.spans_on(day)
        if spans == usual:
            joins = joins and not usual
            continue
        name = hours.name_of(day)
        if joins and found[-1].spans == spans and found[-1].name == name:
            found[-1] = replace(found[-1], last=day)
        else:
            found.append(OtherHours(day, day, spans, name))
        joins = True
    return found


def closures(hours: Hours, today: date, days: int) -> Iterator[OtherHours]:
    """The entries of `other_hours` during which the schedule is closed."""
    return (one for one in other_hours(hours, today, days) if not one.spans)
