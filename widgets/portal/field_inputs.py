"""Custom fields on pages of the server: inputs of a form, and values of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from ticketing.custom_fields import PREFIX, CustomField, FieldValue
from widgets.ports import Form


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A field of a form. `options` are pairs of value and name. `chosen` has the values of a list."""

    name: str
    kind: str
    label: str
    needed: bool
    value: str
    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]


def inputs(
    fields: Sequence[CustomField], form: Form, team: str | None, product: str, language: str
) -> list[FieldInput]:
    """The fields that a new request to `team` has."""
    return [
        _input(field, form, language)
        for field in fields
        if not field.archived and (field.belongs_to(team, product or None) if team is not None else False)
    ]


def every_input(fields: Sequence[CustomField], form: Form) -> list[FieldInput]:
    """Inputs for these fields, whatever the team."""
    return [_input(field, form, "en") for field in fields]


def as_typed(values: Mapping[str, FieldValue]) -> dict[str, str]:
    """The values as a form with these inputs has them."""
    typed = dict[str, str]()
    for key, value in values.items():
        if isinstance(value, list):
            typed |= {f"{PREFIX}{key}.{option}": "1" for option in value}
        else:
            typed[PREFIX + key] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return typed


def _input(field: CustomField, form: Form, language: str) -> FieldInput:
    name = PREFIX + field.key
    return FieldInput(
        name=name,
        kind=field.kind,
        label=_in(field.labels, language),
        needed=field.needed_to_submit,
        value=form.line(name),
        options=[(option.key, _in(option.labels, language)) for option in field.options if not option.archived],
        chosen=[option.key for option in field.options if form.line(f"{name}.{option.key}")],
    )


def wanted(inputs: Sequence[FieldInput]) -> dict[str, FieldValue | None]:
    """What the customer filled in, as a change of a ticket."""
    return {**typed(inputs)}


def typed(inputs: Sequence[FieldInput]) -> dict[str, FieldValue]:
    """What was filled in. A number or a date that is none stays a text, and is refused by the rules."""
    said = dict[str, FieldValue]()
    for one in inputs:
        key = one.name.removeprefix(PREFIX)
        if one.kind == "choices":
            if one.chosen:
                said[key] = list(one.chosen)
        elif one.value:
            said[key] = _value(one)
    return said


def no_number(one: FieldInput) -> bool:
    """True if something else was typed into the field of a number."""
    return one.kind == "number" and isinstance(_value(one), str)


def _value(one: FieldInput) -> FieldValue:
    if one.kind == "yes_no":
        return one.value == "yes"
    if one.kind == "number":
        try:
            return float(one.value.replace(",", "."))
        except ValueError:
            return one.value
    return one.value


def shown(fields: Sequence[CustomField], values: Mapping[str, FieldValue], language: str) -> list[tuple[str, object]]:
    """Names and values of the fields of a request. Options are names; yes and no stay booleans. Dates and numbers are
    written as in `language`."""
    found: list[tuple[str, object]] = []
    for field in fields:
        value = values.get(field.key)
        if value is None:
            continue
        names = {option.key: _in(option.labels, language) for option in field.options}
        said: object = value
        if isinstance(value, list):
            said = ", ".join(names.get(each, each) for each in value)
        elif field.kind == "choice":
            said = names.get(str(value), value)
        elif field.kind == "date":
            said = format_date(date.fromisoformat(str(value)), "medium", locale=language[:2])
        elif field.kind == "number":
            # It may be the number of an order, so the digits are not grouped.
            said = format_decimal(str(value), locale=language[:2], decimal_quantization=False, group_separator=False)
        found.append((_in(field.labels, language), said))
    return found


def _in(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language[:2]) or labels["en"]
