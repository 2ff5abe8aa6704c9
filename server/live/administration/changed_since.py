"""Finds out whether somebody has changed the same values since a change in the audit log. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from msgspec import ValidationError, convert

from identity.audit import AuditLine
from routing.hours_changes import (
    CalendarChange,
    DaysChange,
    HolidayChange,
    HoursChange,
    TeamChange,
    WeekChange,
)

HOURS_FILE = ("hours", "team", "product")
"""The things that are stored in the hours file. A change of one of them may touch another one."""
_ALL = ""
_DAYS_MAX = 3_700
_Lines = Sequence[tuple[int, AuditLine]]
Touched = Collection[tuple[str, str]]
"""Pairs of an object and the name of one of its values. An empty name means all values of the object."""


def changed_since(line: AuditLine, later: _Lines, undoings: _Lines) -> AuditLine | None:
    """The newest line that changed the same values as `line`. None if there is none.

    `later` are the lines after `line` about the same thing, or about things of the hours file. `undoings` are the lines
    after it that say that a line was undone. A change that was undone does not count, and neither does its undoing.
    """
    touched = touched_by(line)
    lines = sorted(later, key=lambda one: one[0], reverse=True)
    known, gone = dict(lines), set[int]()
    for id_, undoing in sorted(undoings, key=lambda one: one[0], reverse=True):
        undone = known.get(int(undoing.thing_id or 0))
        if undone is None:
            continue
        was = touched_by(undone)
        # The change that undid a line was stored just before the line that says so.
        mine = (at for at, one in lines if at < id_ and one.actor == undoing.actor and _meet(was, touched_by(one)))
        by = next(mine, None)
        if by is not None and by not in gone:
            gone |= {by, int(undoing.thing_id or 0)}
    return next((one for at, one in lines if at not in gone and _meet(touched, touched_by(one))), None)


def _meet(some: Touched, others: Touched) -> bool:
    return any(
        one == other and (value == another or _ALL in (value, another))
        for one, value in some
        for other, another in others
    )


def touched_by(line: AuditLine) -> Touched:
    """What a change has changed. Empty for all that cannot be undone."""
    object_ = f"{line.thing} {line.thing_id or ''}"
    match line.thing, line.verb:
        case "user", "set_role":
            return {(object_, "roles")}
        case "user", "disable" | "enable" | "add" | "invite" | "withdraw":
            return {(object_, "disabled")}
        case (("user" | "client" | "widget_settings"), "change"):
            return {(object_, name.removeprefix("was_")) for name in line.detail if name.startswith("was_")}
        case "alarm_destination", "add" | "remove" | "restore":
            return {(object_, _ALL)}
        case "alarm_destination", "change":
            return {(object_, name) for name in _fields(line.detail.get("to"))}
        case "team", "change":
            return {(object_, name) for name in _fields(line.detail.get("to"))}
        case "team", "add" | "remove":
            return {(object_, _ALL)}
        case "product", _:
            return _product(line.detail)
        case "hours", "change":
            changes = [one for name in ("from", "to") for one in _changes(line.detail.get(name))]
            return {pair for one in changes for pair in _hours(one)}
    return ()


def _fields(values: object) -> Collection[str]:
    return [str(name) for name in values] if isinstance(values, dict) else ()


def _product(detail: Mapping[str, object]) -> Touched:
    found: set[tuple[str, str]] = set()
    for value in (detail.get("from"), detail.get("to")):
        if isinstance(value, dict):
            found.add((f"product {value.get('name', '')}", _ALL))
            found |= {(f"team {team}", "products") for team in value.get("teams", ())}
    return found


def _changes(told: object) -> Sequence[HoursChange]:
    if told is None:
        return ()
    try:
        return convert(told if isinstance(told, list) else [told], list[HoursChange])
    except ValidationError:
        return ()


def _hours(change: HoursChange) -> Touched:
    match change:
        case TeamChange():
            return {(f"team {change.team}", "schedule")}
        case WeekChange():
            return {(f"schedule {change.schedule}", "week")}
        case CalendarChange():
            return {(f"schedule {change.schedule}", "calendar")}
        case HolidayChange():
            return {(f"schedule {change.schedule}", change.day)}
        case DaysChange():
            first, last = date.fromisoformat(change.first), date.fromisoformat(change.last)
            days = min((last - first).days, _DAYS_MAX) + 1
            return {(f"schedule {change.schedule}", str(first + timedelta(days=ahead))) for ahead in range(days)}
    return {(f"schedule {change.schedule}", _ALL)}
