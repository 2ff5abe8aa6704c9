"""Applies changes of hours to the text of an hours file. All that is not changed stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import singledispatchmethod

from refusals import Refused
from routing.adapters import schedule_edits, yaml_edits
from routing.adapters.hours_file import parse
from routing.adapters.public_holidays import countries
from routing.adapters.yaml_edits import Path, Value
from routing.desk import Desk
from routing.errors import DeskFaults
from routing.hours import DAYS, Exceptional, PublicHolidays, Schedule
from routing.hours_changes import (
    AddedSchedule,
    CalendarChange,
    DaysChange,
    HolidayChange,
    HoursChange,
    RemovedSchedule,
    RenamedSchedule,
    RestoredSchedule,
    TeamChange,
    WeekChange,
    coming_day,
    day_of,
    refused,
    span_texts,
    spans_of,
)

Edit = Callable[[str], str]
"""Returns the changed text of an hours file. Raises Refused if the change is not possible."""


def changed(text: str, changes: Sequence[HoursChange], today: date) -> str:
    """The text of the hours file after the changes.

    Raises Refused(`invalid`), with the field of the wrong change, such as `changes[0].week[2]`. Raises
    Refused(`conflict`) if the file uses anchors and aliases.
    """
    if yaml_edits.has_aliases(text):
        raise Refused("conflict", "The hours file uses anchors and aliases, so it can only be changed by hand.")
    for number, change in enumerate(changes):
        text = _Edit(text, f"changes[{number}]", today).apply(change)
    return text


def is_unused(text: str, schedule: str) -> bool:
    """True if there is such a schedule, and no team uses it."""
    desk = _parsed(text)
    return schedule in desk.schedules and not schedule_edits.users(text, desk, schedule)


class _Edit:
    """One change of a text. `what` is the path of the change in the body of the request."""

    def __init__(self, text: str, what: str, today: date) -> None:
        self.text = text
        self.what = what
        self.today = today
        self.desk = _parsed(text)

    @singledispatchmethod
    def apply(self, change: HoursChange) -> str:
        raise NotImplementedError

    @apply.register
    def _week(self, change: WeekChange) -> str:
        schedule = self.schedule(change.schedule)
        since = coming_day(change.since, f"{self.what}.from", self.today)
        week = {
            day: span_texts(spans_of(texts, f"{self.what}.week[{number}]"))
            for number, (day, texts) in enumerate(zip(DAYS, change.week, strict=True))
        }
        place: Path = ("schedules", schedule.key)
        if not self.is_list(schedule.key):
            self.text = yaml_edits.as_list(self.text, place)
        versions = schedule.versions
        at = versions.index(schedule.on(since))
        if versions[at].since == since:
            return self.with_week((*place, at), week, versions[at])
        entries: dict[str, Value] = {"from": since, **{day: spans for day, spans in week.items() if spans}}
        if (calendar := versions[at].holidays) is not None:
            entries["holidays"] = schedule_edits.calendar(calendar)
        kept = [schedule_edits.exception(one) for one in versions[at].exceptions if one.last >= since]
        if kept:
            entries["except"] = kept
        return yaml_edits.insert(self.text, place, at + 1, entries, lines=True)

    @apply.register
    def _days(self, change: DaysChange) -> str:
        schedule = self.schedule(change.schedule)
        first = coming_day(change.first, f"{self.what}.first", self.today)
        last = day_of(change.last, f"{self.what}.last")
        if last < first:
            raise refused(f"{self.what}.last", "The last day is before the first one.")
        spans = None if change.spans is None else spans_of(change.spans, f"{self.what}.spans")
        for at, version in enumerate(schedule.versions):
            later = schedule.versions[at + 1].since if at + 1 < len(schedule.versions) else None
            begins = version.since if at else None
            if (later is not None and first >= later) or (begins is not None and last < begins):
                continue
            place = self.place(schedule.key, at)
            for item, one in reversed(list(enumerate(version.exceptions))):
                if (one.first, one.last) == (first, last):
                    self.text = yaml_edits.drop(self.text, (*place, "except", item))
            if spans is not None:
                self.text = yaml_edits.add(
                    self.text,
                    (*place, "except"),
                    schedule_edits.exception(Exceptional(first, last, spans, change.name)),
                )
        return self.text

    @apply.register
    def _holiday(self, change: HolidayChange) -> str:
        schedule = self.schedule(change.schedule)
        day = coming_day(change.day, f"{self.what}.day", self.today)
        version = schedule.on(day)
        calendar = version.holidays
        if calendar is None or day not in self.desk.days_off(calendar, day.year):
            raise refused(f"{self.what}.day", f"{day} is not a holiday of this schedule's calendar.")
        worked = tuple(sorted({*calendar.worked} - {day} if change.observed else {*calendar.worked, day}))
        at = (*self.place(schedule.key, schedule.versions.index(version)), "holidays", "worked")
        if worked:
            return yaml_edits.put(self.text, at, list(worked))
        return yaml_edits.drop(self.text, at) if calendar.worked else self.text

    @apply.register
    def _change_calendar(self, change: CalendarChange) -> str:
        schedule = self.schedule(change.schedule)
        if change.country is not None:
            self.check_calendar(change.country, change.subdivision)
        current = schedule.versions.index(schedule.on(self.today))
        for at, version in enumerate(schedule.versions[current:], current):
            place = (*self.place(schedule.key, at), "holidays")
            if change.country is not None:
                worked = () if version.holidays is None else version.holidays.worked
                calendar = schedule_edits.calendar(PublicHolidays(change.country, change.subdivision, worked))
                self.text = yaml_edits.put(self.text, place, calendar)
            elif version.holidays is not None:
                self.text = yaml_edits.drop(self.text, place)
        return self.text

    @apply.register
    def _add_schedule(self, change: AddedSchedule) -> str:
        self.check_new(change.schedule, "schedule")
        return schedule_edits.added(self.text, change.schedule, self.schedule(change.like, "like").versions)

    @apply.register
    def _restore_schedule(self, change: RestoredSchedule) -> str:
        self.check_new(change.schedule, "schedule")
        versions = [schedule_edits.version_of(change.schedule, one, self.what) for one in change.versions]
        for one in versions:
            if one.holidays is not None:
                self.check_calendar(one.holidays.country, one.holidays.subdivision)
        if any(one.since is None for one in versions[1:]):
            raise refused(f"{self.what}.versions", "Each version but the first needs its first day.")
        return schedule_edits.added(self.text, change.schedule, versions)

    @apply.register
    def _rename_schedule(self, change: RenamedSchedule) -> str:
        self.schedule(change.schedule)
        if change.to == change.schedule:
            return self.text
        self.check_new(change.to, "to")
        return schedule_edits.renamed(self.text, self.desk, change.schedule, change.to)

    @apply.register
    def _remove_schedule(self, change: RemovedSchedule) -> str:
        self.schedule(change.schedule)
        users = schedule_edits.users(self.text, self.desk, change.schedule)
        if users:
            sentence = f"{', '.join(users)} {'uses' if len(users) == 1 else 'use'} the schedule {change.schedule}."
            raise refused(f"{self.what}.schedule", f"{sentence} Choose another schedule there first.")
        return yaml_edits.drop(self.text, ("schedules", change.schedule))

    @apply.register
    def _move_team(self, change: TeamChange) -> str:
        if change.team not in self.desk.teams:
            raise refused(f"{self.what}.team", f"There is no team {change.team}.")
        self.schedule(change.schedule)
        return yaml_edits.put(self.text, ("teams", change.team, "schedule"), change.schedule)

    def check_new(self, key: str, field: str) -> None:
        if key in self.desk.schedules:
            raise refused(f"{self.what}.{field}", f"There is already a schedule {key}.")

    def schedule(self, key: str, field: str = "schedule") -> Schedule:
        found = self.desk.schedules.get(key)
        if found is None:
            raise refused(f"{self.what}.{field}", f"There is no schedule {key}.")
        return found

    def is_list(self, key: str) -> bool:
        return yaml_edits.is_list(self.text, ("schedules", key))

    def place(self, key: str, version: int) -> Path:
        return ("schedules", key, version) if self.is_list(key) else ("schedules", key)

    def with_week(self, place: Path, week: Mapping[str, list[str]], before: Schedule) -> str:
        for day, spans, old in zip(week, week.values(), before.week, strict=True):
            if span_texts(old) != spans:
                self.text = yaml_edits.put(self.text, (*place, day), spans)
        return self.text

    def check_calendar(self, country: str, subdivision: str | None) -> None:
        if country not in countries():
            raise refused(f"{self.what}.country", f"There is no public calendar for {country}.")
        if subdivision is not None and subdivision not in countries()[country]:
            raise refused(f"{self.what}.subdivision", f"The calendar {country} has no part {subdivision}.")


def _parsed(text: str) -> Desk:
    try:
        return parse(text, "hours.yaml")
    except DeskFaults as bad:
        raise Refused("invalid", f"The hours file would not be valid: {bad.faults[0]}") from None
