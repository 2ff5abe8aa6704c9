"""Adds, renames and removes schedules in the text of an hours file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from routing.adapters import yaml_edits
from routing.adapters.yaml_edits import Path, Value
from routing.desk import Desk
from routing.hours import DAYS, Exceptional, PublicHolidays, Schedule
from routing.hours_changes import CopiedVersion, day_of, span_texts, spans_of


def added(text: str, key: str, versions: Sequence[Schedule]) -> str:
    """The text with a new schedule at the end, which has these versions."""
    first, *later = versions
    place: Path = ("schedules", key)
    text = yaml_edits.put_mapping(text, place, _entries(first))
    if later:
        text = yaml_edits.as_list(text, place)
    for at, version in enumerate(later, 1):
        entries: dict[str, Value] = {"from": version.since or date.min, **_entries(version)}
        text = yaml_edits.insert(text, place, at, entries, lines=True)
    return text


def renamed(text: str, desk: Desk, key: str, to: str) -> str:
    """The text with another key for a schedule, also where teams name it."""
    text = yaml_edits.rename(text, ("schedules", key), to)
    for team in desk.teams:
        for name in ("schedule", "email_hours"):
            if yaml_edits.scalar(text, ("teams", team, name)) == key:
                text = yaml_edits.put(text, ("teams", team, name), to)
    if yaml_edits.scalar(text, _DEFAULT) == key:
        text = yaml_edits.put(text, _DEFAULT, to)
    return text


def users(text: str, desk: Desk, key: str) -> list[str]:
    """The names of the teams that use a schedule, retired ones included, and `defaults` if the file names it there."""
    found = [team.name for team in desk.teams.values() if key in (team.schedule, team.email_hours)]
    return found if yaml_edits.scalar(text, _DEFAULT) != key else [*found, "defaults"]


def version_of(key: str, copied: CopiedVersion, what: str) -> Schedule:
    """The version of a schedule that a change describes. Raises Refused(`invalid`)."""
    calendar = None
    if copied.country is not None:
        worked = tuple(day_of(day, what) for day in copied.worked)
        calendar = PublicHolidays(copied.country, copied.subdivision, worked)
    return Schedule(
        key,
        tuple(spans_of(spans, what) for spans in copied.week),
        calendar,
        tuple(
            Exceptional(day_of(one.first, what), day_of(one.last, what), spans_of(one.spans, what), one.name)
            for one in copied.days
        ),
        None if copied.since is None else day_of(copied.since, what),
    )


def exception(one: Exceptional) -> dict[str, Value]:
    days: dict[str, Value] = {"date": one.first} if one.first == one.last else {"from": one.first, "to": one.last}
    hours: dict[str, Value] = {"spans": span_texts(one.spans)} if one.spans else {"closed": True}
    return {**days, **hours, **({"name": one.name} if one.name else {})}


def calendar(one: PublicHolidays) -> dict[str, Value]:
    part: dict[str, Value] = {} if one.subdivision is None else {"subdivision": one.subdivision}
    worked: dict[str, Value] = {"worked": list(one.worked)} if one.worked else {}
    return {"country": one.country, **part, **worked}


_DEFAULT: Path = ("defaults", "email_hours")


def _entries(version: Schedule) -> dict[str, Value]:
    week: dict[str, Value] = {
        day: span_texts(spans) for day, spans in zip(DAYS, version.week, strict=True) if spans
    } or {"mon": []}
    holidays: dict[str, Value] = {} if version.holidays is None else {"holidays": calendar(version.holidays)}
    days: dict[str, Value] = {"except": [exception(one) for one in version.exceptions]} if version.exceptions else {}
    return {**week, **holidays, **days}
