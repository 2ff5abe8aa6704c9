"""The values in a line of the audit log, each with the name of its field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from identity.audit import AuditLine
from widgets.admin.alarms import KIND_NAMES
from widgets.admin.audit_hours import TeamName, hours_about, hours_said, schedule_name

_FIELDS: Mapping[str, str] = {
    "also": "Further roles",
    "capacity": "Chats at once",
    "vip": "VIP",
    "to_team": "Team",
    "schedule": "Hours",
    "email": "Email",
    "published_as": "Published as",
    "wait_target_s": "Wait goal",
    "first_reply_s": "First response",
    "assign": "Chats come",
    "offer_s": "Offered for",
    "brand_name": "Name of the brand",
    "brand_color": "Color",
    "widget_origins": "Pages with the widget",
    "coordinator": "Coordinator",
}
"""Names of fields that are not the name of the value with spaces and a capital letter."""
_FURTHER: Mapping[str, str] = {
    "days": "valid for {} days",
    "verdict": "{}",
    "reason": "reason: {}",
    "starts_at": "from {}",
    "ends_at": "until {}",
    "kind": "{}",
    "minutes": "for {} minutes",
    "chat": "chat of ticket {}",
}
"""Words for values that are not changes. For others, the name of the field and the value."""
_TEAMS = frozenset({"team", "teams", "to_team", "successor"})
_PEOPLE = frozenset({"agent", "from", "to", "staff", "into"})
_UNSAID = frozenset({"run", "sealed"})
"""Ids of objects that have no name."""
_REVIEWED = frozenset({"review", "ticket"})
_KINDS: Mapping[str, str] = dict[str, str](KIND_NAMES.items())
_CHOICES = {"auto": "by themselves", "offer": "offered first"}
_DEFAULTS = {
    "topic": "default",
    "published_as": "default",
    "products": "default",
    "brand_name": "default",
    "brand_color": "default",
}
"""Words for a value that is not set."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A field with its values before and after. `before` is empty if there was none."""

    field: str
    before: str
    after: str


class Values:
    """Writes the values of lines. `names` are the names of an `AuditPage`. `team` gives the name of a team, `code` that
    of a resolution code, and `moment` writes a moment."""

    def __init__(
        self, names: Mapping[str, str], team: TeamName, code: Callable[[str], str], moment: Callable[[int], str]
    ) -> None:
        self._names = names
        self._team = team
        self._code = code
        self._moment = moment

    def about(self, line: AuditLine) -> str:
        """The name of the object of a line. Empty for an object that has no name."""
        id_ = line.thing_id or ""
        match line.thing:
            case "team":
                known = self._team(id_)
                return known if known != id_ else _name_in(line) or id_
            case "hours":
                if line.thing_id is None:
                    return hours_about(line.detail.get("to"), self._team)
                known = self._team(id_)
                return known if known != id_ else schedule_name(id_)
            case "chat":
                number = self._names.get(f"chat {id_}")
                return f"the chat of ticket {number}" if number else "a chat without a ticket yet"
            case "audit" | "alarm_destination":
                return ""
        return self._names.get(f"{line.thing} {id_}") or self._names.get(id_) or (id_ if len(id_) <= _NAMED_MAX else "")

    def changes(self, line: AuditLine) -> tuple[list[Changed], str]:
        """The changed fields, and everything else that the line says."""
        if line.thing == "hours":
            return self._hours(line), ""
        if (line.verb, line.thing) == ("change", "webhook"):
            pairs = [
                (name, pair) for name, pair in line.detail.items() if isinstance(pair, list) and len(pair) == _PAIR
            ]
            return [self._changed(name, was, now) for name, (now, was) in pairs], ""
        rest, found = dict(line.detail), list[Changed]()
        for name in [one for one in rest if one.startswith("was_")]:
            field, before = name.removeprefix("was_"), rest.pop(name)
            found.append(self._changed(field, before, rest.pop(field, None)))
        was, became = rest.get("from"), rest.get("to")
        if isinstance(became, dict) or isinstance(was, dict):
            rest = {name: value for name, value in rest.items() if name not in ("from", "to")}
            found += self._fields(was if isinstance(was, dict) else None, became if isinstance(became, dict) else {})
        elif "from" in rest and "to" in rest:
            name = "resolution_code" if line.thing in _REVIEWED else "agent"
            found.append(self._changed(name, rest.pop("from"), rest.pop("to")))
        if "to_team" in rest:
            found.append(self._changed("team", rest["team"], rest.pop("to_team")))
            if found[-1].before != found[-1].after:
                del rest["team"]
        if line.thing in _REVIEWED:
            # The line is about the ticket of the chat.
            rest.pop("chat", None)
        further = [
            _FURTHER.get(name, f"{_field(name).lower()} {{}}").format(written)
            for name, value in rest.items()
            if name not in _UNSAID
            and (name, value) != ("minutes", 0)
            and (written := self.written(name, value))
            and value not in (None, [], "")
        ]
        return [one for one in found if one.before != one.after], ", ".join(further)

    def _fields(self, was: Mapping[str, object] | None, became: Mapping[str, object]) -> list[Changed]:
        if was is None:
            # Something new: only what it has.
            given = {name: value for name, value in became.items() if value not in (None, [], "")}
            return [Changed(_field(name), "", self.written(name, value)) for name, value in given.items()]
        return [self._changed(name, was.get(name), value) for name, value in became.items()]

    def _changed(self, name: str, before: object, after: object) -> Changed:
        return Changed(_field(name), self.written(name, before), self.written(name, after))

    def _hours(self, line: AuditLine) -> list[Changed]:
        after = hours_said(line.detail.get("to"), self._team)
        before = hours_said(line.detail.get("from"), self._team)
        if len(after) == 1 and len(before) == 1:
            return [Changed("", before[0], after[0])]
        return [Changed("", "", one) for one in after]

    def written(self, name: str, value: object) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(self.written(name, one) for one in value) or _DEFAULTS.get(name, "none")
        if isinstance(value, Mapping):
            return ", ".join(f"{_field(key).lower()} {self.written(key, one)}" for key, one in value.items())
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None:
            return _DEFAULTS.get(name, "none")
        if isinstance(value, int) and name.endswith("_at"):
            return self._moment(value)
        if name == "chat":
            return self._names.get(f"chat {value}", "")
        if name in ("code", "resolution_code"):
            return self._code(str(value))
        if name in ("kind", "kinds"):
            return _KINDS.get(str(value), str(value))
        if name == "components":
            return self._names.get(f"component {value}", str(value))
        if isinstance(value, int) and name.endswith("_s"):
            return f"{value // 60}:{value % 60:02d} min"
        text = str(value)
        if name in _TEAMS:
            return self._team(text)
        if name in ("schedule", "new_schedule"):
            return schedule_name(text)
        if name == "assign":
            return _CHOICES.get(text, text)
        return self._names.get(text, text) if name in _PEOPLE else text


_PAIR = 2
"""A value after a change and the one before."""
_NAMED_MAX = 40
"""Longer ids are no names."""


def _name_in(line: AuditLine) -> str:
    """The name that a line has for its team, which the hours file may no longer have."""
    values = [line.detail.get(name) for name in ("to", "from")]
    return next((str(one["name"]) for one in values if isinstance(one, dict) and one.get("name")), "")


def _field(name: str) -> str:
    known = _FIELDS.get(name)
    if known is not None:
        return known
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
