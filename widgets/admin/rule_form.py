"""The form of a rule: what it shows, and the rule that was sent with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import ValidationError, convert, structs

from automations.events import TIMED, Event
from automations.rule import ANY, NOBODY, NOTIFIED, Actions, Condition, FieldValue, Test, WantedRule
from automations.timing import Since, Time
from refusals import Refused
from texts.numbers import whole_number
from ticketing.ticket import FIELDS, PRIORITIES
from widgets.admin.rule_ports import FieldChoice, RuleChoices
from widgets.admin.rule_words import CHANNELS, PROPERTIES, TESTS
from widgets.ports import Form

_SINGLE = ("team", "assignee", "priority", "status", "resolution", "reply", "notify_team", "webhook")
"""The actions with one value."""
_FIELD = "field/"
"""Begins the names of the form's fields for custom fields, before the key."""
GROUPS: Mapping[str, Sequence[Test]] = {
    "Ticket": ("team", "product", "status", "resolution", "priority", "assignee", "tag", "channel", "subject"),
    "Customer": ("client", "vip", "domain", "rating"),
    "What happened": ("author", "changed"),
}
"""The conditions in the order in which the form offers them."""


@dataclass(frozen=True, slots=True)
class TestShown:
    """A condition of the form. Without `options`, its values are typed, separated by commas."""

    key: str
    name: str
    options: Mapping[str, str] | None
    chosen: Sequence[str]
    negated: bool

    @property
    def typed(self) -> str:
        return ", ".join(self.chosen)


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A custom field that the rule can set. Without `options`, its value is typed. `cleared`: the rule empties it."""

    key: str
    name: str
    options: Mapping[str, str] | None
    many: bool
    chosen: Sequence[str]
    cleared: bool


def tests_of(conditions: Sequence[Condition], choices: RuleChoices) -> Mapping[str, list[TestShown]]:
    """The conditions of the form, by group."""
    options: Mapping[Test, Mapping[str, str]] = {
        "team": choices.teams,
        "product": choices.products,
        "status": choices.statuses,
        "resolution": choices.codes,
        "priority": {key: key.capitalize() for key in PRIORITIES},
        "assignee": {NOBODY: "Nobody", **choices.people},
        "client": choices.clients,
        "vip": {"yes": "Yes", "no": "No"},
        "channel": CHANNELS,
        "author": {"customer": "the customer", "staff": "staff", "rule": "a rule"},
        "changed": {key: PROPERTIES.get(key, key) for key in (*FIELDS, "custom_fields")},
        "rating": {str(score): str(score) for score in range(1, 6)},
    }
    present = {condition.test: condition for condition in conditions if condition.field is None}
    found = {
        group: [_shown(key, TESTS[key], options.get(key), present.get(key)) for key in tests]
        for group, tests in GROUPS.items()
    }
    of_fields = {condition.field: condition for condition in conditions if condition.field is not None}
    if keys := list(dict.fromkeys((*choices.fields, *of_fields))):
        found["Ticket fields"] = [
            _shown(_FIELD + key, *_of_field(choices.fields.get(key), key), of_fields.get(key)) for key in keys
        ]
    return found


def _shown(key: str, name: str, options: Mapping[str, str] | None, condition: Condition | None) -> TestShown:
    chosen = condition.any if condition is not None else ()
    return TestShown(key, name, _with_gone(options, chosen), chosen, condition is not None and condition.negated)


def _of_field(field: FieldChoice | None, key: str) -> tuple[str, Mapping[str, str] | None]:
    if field is None:
        return f"{key} (gone)", None
    if field.kind == "yes_no":
        return field.name, {"yes": "Yes", "no": "No", ANY: "Any value"}
    if field.kind in ("choice", "choices"):
        return field.name, {**field.options, ANY: "Any value"}
    return field.name, None


def _with_gone(options: Mapping[str, str] | None, chosen: Sequence[str]) -> Mapping[str, str] | None:
    """The options, with chosen values that the desk no longer has. Left out, they would be lost when the form is
    saved, and the rule would run on other tickets."""
    return options if options is None else {**options, **{one: f"{one} (gone)" for one in chosen if one not in options}}


def fields_of(values: Mapping[str, FieldValue], choices: RuleChoices) -> list[FieldShown]:
    """The custom fields that the form offers to set, also those that the desk no longer has."""
    return [_field(key, choices.fields.get(key), values) for key in dict.fromkeys((*choices.fields, *values))]


def _field(key: str, field: FieldChoice | None, values: Mapping[str, FieldValue]) -> FieldShown:
    chosen = _as_texts(values.get(key))
    name, options = _of_field(field, key)
    if options is not None:
        options = {one: label for one, label in options.items() if one != ANY}
    many = field is not None and field.kind == "choices"
    cleared = key in values and not chosen
    return FieldShown(key, name, _with_gone(options, chosen), many, chosen, cleared)


def _as_texts(value: FieldValue) -> list[str]:
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [str(value)]


def wanted_of(form: Form, choices: RuleChoices) -> WantedRule:
    """The rule of the form. Its limits are checked when it is saved, so that a page shows what was sent. Raises
    Refused(invalid) without an event."""
    try:
        event = convert(form.line("when"), Event)
    except ValidationError:
        raise Refused("invalid", "Choose when the rule runs.") from None
    asked = [_condition(form, key, Condition(key, [])) for key in TESTS if key != "custom_field"]
    asked += [_condition(form, _FIELD + key, Condition("custom_field", [], field=key)) for key in _keys(form, _FIELD)]
    conditions = tuple(one for one in asked if one is not None)
    time = _time(form) if event == TIMED else None
    return WantedRule(
        name=form.line("name"), event=event, conditions=conditions, actions=_actions(form, choices), time=time
    )


def _time(form: Form) -> Time | None:
    """None if it is not complete. The rule is refused then."""
    hours = whole_number(form.line("time:hours"))
    try:
        since = convert(form.line("time:since"), Since)
    except ValidationError:
        return None
    return None if hours is None else Time(since, hours, form.line("time:business") == "1")


def _condition(form: Form, key: str, bare: Condition) -> Condition | None:
    chosen = [*_ticked(form, f"{key}."), *_typed(form, key)]
    return structs.replace(bare, any=chosen, negated=form.line(f"{key}:not") == "1") if chosen else None


def _keys(form: Form, start: str) -> list[str]:
    """The keys of custom fields among the form's fields whose names begin like this."""
    names = (name.removeprefix(start) for name in form.values if name.startswith(start) and form.line(name))
    return list(dict.fromkeys(name.partition(".")[0].partition(":")[0] for name in names))


def _actions(form: Form, choices: RuleChoices) -> Actions:
    return structs.replace(
        Actions(),
        **{name: value for name in _SINGLE if (value := form.line(f"then:{name}"))},
        end_chat=form.line("then:end_chat").replace("\r\n", "\n") or None,
        add_tags=_typed(form, "then:add_tags"),
        remove_tags=_typed(form, "then:remove_tags"),
        custom_fields=dict(_values(form, choices)),
        notify=_ticked(form, "then:notify."),
        inbox=[one for one in NOTIFIED if form.line(f"then:inbox.{one}")],
        inbox_people=_ticked(form, "then:inbox_people."),
    )


def _values(form: Form, choices: RuleChoices) -> Iterable[tuple[str, FieldValue]]:
    start = f"then:{_FIELD}"
    for key in _keys(form, start):
        name, field = start + key, choices.fields.get(key)
        if form.line(f"{name}:clear"):
            yield key, None
        elif ticked := _ticked(form, f"{name}."):
            yield key, ticked
        elif value := form.line(name):
            yield key, _value(field, value)


def _value(field: FieldChoice | None, text: str) -> FieldValue:
    """The value of the field's kind. A text that is none stays a text, and is refused."""
    if field is not None and field.kind == "yes_no" and text in ("yes", "no"):
        return text == "yes"
    if field is not None and field.kind == "number":
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    return text


def _ticked(form: Form, start: str) -> list[str]:
    return [name.removeprefix(start) for name in form.values if name.startswith(start) and form.line(name)]


def _typed(form: Form, name: str) -> list[str]:
    return [part.strip() for part in form.line(name).split(",") if part.strip()]
