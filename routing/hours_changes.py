"""The changes that supervisors and admins can make to the hours of a desk. Pure.

A change sets something to a value, so applying it twice has the same result. Changes never concern days before today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct, field

from refusals import Refused
from routing.hours import DAY_MINUTES, Span

_YEARS = (2000, 2100)

Key = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}$")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
SpanText = Annotated[str, Meta(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]
Spans = Annotated[list[SpanText], Meta(max_length=6)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Subdivision = Annotated[str, Meta(min_length=1, max_length=10)]


class _Change(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    pass


class WeekChange(_Change, frozen=True, tag="week"):
    """New regular hours of a schedule, from a day on. `week` has the spans of seven days, from Monday."""

    schedule: Key
    since: Day = field(name="from")
    week: Annotated[list[Spans], Meta(min_length=7, max_length=7)]


class DaysChange(_Change, frozen=True, tag="days"):
    """Exceptional hours on the days from `first` to `last`. With empty `spans`, the schedule is closed on these days.

    If `spans` is null, the exception with exactly these first and last days is removed.
    """

    schedule: Key
    first: Day
    last: Day
    spans: Spans | None
    name: Name | None = None


class HolidayChange(_Change, frozen=True, tag="holiday"):
    """Observe a holiday of the schedule's calendar, or work on it as usual."""

    schedule: Key
    day: Day
    observed: bool


class CalendarChange(_Change, frozen=True, tag="calendar"):
    """The public calendar of a schedule, from today on. Null: no public holidays."""

    schedule: Key
    country: Country | None
    subdivision: Subdivision | None = None


class AddedSchedule(_Change, frozen=True, tag="schedule"):
    """A new schedule that is a copy of another one."""

    schedule: Key
    like: Key


class RenamedSchedule(_Change, frozen=True, tag="rename"):
    """Another key for a schedule. Its teams follow."""

    schedule: Key
    to: Key


class RemovedSchedule(_Change, frozen=True, tag="remove"):
    """No schedule with this key any more. Only possible if no team uses it."""

    schedule: Key


class CopiedDays(Struct, frozen=True, forbid_unknown_fields=True):
    """An exception of a removed schedule."""

    first: Day
    last: Day
    spans: Spans
    name: Name | None = None


class CopiedVersion(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a removed schedule."""

    since: Day | None = field(name="from")
    week: Annotated[list[Spans], Meta(min_length=7, max_length=7)]
    country: Country | None = None
    subdivision: Subdivision | None = None
    worked: Annotated[list[Day], Meta(max_length=400)] = field(default_factory=list)
    days: Annotated[list[CopiedDays], Meta(max_length=400)] = field(default_factory=list)


class RestoredSchedule(_Change, frozen=True, tag="restore"):
    """A removed schedule, with its versions."""

    schedule: Key
    versions: Annotated[list[CopiedVersion], Meta(min_length=1, max_length=50)]


class TeamChange(_Change, frozen=True, tag="team"):
    """Another schedule for a team, at once."""

    team: Key
    schedule: Key


HoursChange = (
    WeekChange
    | DaysChange
    | HolidayChange
    | CalendarChange
    | AddedSchedule
    | RenamedSchedule
    | RemovedSchedule
    | RestoredSchedule
    | TeamChange
)

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def spans_of(texts: Sequence[str], what: str) -> tuple[Span, ...]:
    """The spans, with touching spans joined. Raises Refused(`invalid`) with a sentence about the field `what` if a span
    is wrong, or if the spans overlap or are not in order."""
    read = [_span(text, what) for text in texts]
    joined: list[Span] = []
    for number, span in enumerate(read):
        if joined and span.start < joined[-1].end:
            second, first = _ORDINALS[number], _ORDINALS[number - 1]
            begins, ends = clock_text(span.start), clock_text(joined[-1].end)
            raise refused(what, f"The {second} span begins at {begins}, before the {first} one ends at {ends}.")
        if joined and span.start == joined[-1].end:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)


def _span(text: str, what: str) -> Span:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    if any(int(part[3:]) > 59 for part in text.split("-")) or end > DAY_MINUTES:
        raise refused(what, f"{text}: write times from 00:00 to 24:00.")
    if end == start:
        raise refused(what, f"The span {text} has no length.")
    if end < start:
        began, ended = text.split("-")
        raise refused(
            what,
            f"The span ends at {ended}, before it begins at {began}. Write a night as 22:00-24:00 and 00:00-02:00.",
        )
    return Span(start, end)


def day_of(text: str, what: str) -> date:
    """The date. Raises Refused(`invalid`) with a sentence about the field `what` if there is no such day, or if its
    year is too early or too late."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refused(what, f"There is no such day as {text[:20]!r}. Write a day like 2026-11-28.") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise refused(what, f"{text}: choose a year from {_YEARS[0]} to {_YEARS[1]}.")
    return day


def coming_day(text: str, what: str, today: date) -> date:
    day = day_of(text, what)
    if day < today:
        raise refused(what, "Choose today or a later day: hours in the past stay as they were.")
    return day


def clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_texts(spans: Sequence[Span]) -> list[str]:
    return [f"{clock_text(span.start)}-{clock_text(span.end)}" for span in spans]


def refused(what: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {what: sentence})
