"""The custom fields that admins of this desk define, in Zendesk's JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Raw

from refusals import Refused
from ticketing.custom_fields import PREFIX, CustomField, Fields, FieldValue, Kind, Values
from zendesk import bodies
from zendesk.fields import FieldOption, ShownField
from zendesk.numbers import field_number
from zendesk.shapes import CustomValue

_TYPES: Mapping[Kind, str] = {
    "text": "text",
    "number": "decimal",
    "date": "date",
    "yes_no": "checkbox",
    "choice": "tagger",
    "choices": "multiselect",
}
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def shown_fields(base_url: str, fields: Fields) -> list[ShownField]:
    return [
        ShownField(
            id=(id_ := field_number(field.key)),
            url=f"{base_url}/api/v2/ticket_fields/{id_}.json",
            type=_TYPES[field.kind],
            title=field.name,
            active=not field.archived,
            required=field.needed_to_solve,
            removable=True,
            custom_field_options=_options(field) if field.options else None,
        )
        for field in fields
    ]


def _options(field: CustomField) -> list[FieldOption]:
    shown = (option for option in field.options if not option.archived)
    return [FieldOption(option.labels.get("en", option.key), option.key) for option in shown]


def values_of(fields: Fields, values: Values) -> list[CustomValue]:
    """The values of a ticket. Archived fields are shown only with a value."""
    return [
        CustomValue(field_number(field.key), values.get(field.key))
        for field in fields
        if not field.archived or field.key in values
    ]


def values_in(fields: Fields, asked: Sequence[bodies.CustomField]) -> dict[str, FieldValue | None]:
    """The values that a program wants, by the keys of the fields. The rules of tickets check them. Raises
    Refused(invalid)."""
    known = {field_number(field.key): field for field in fields}
    return {known[one.id].key: _read(known[one.id], one.value) for one in asked if one.id in known}


def _read(field: CustomField, value: FieldValue | list[Raw] | dict[str, Raw] | None) -> FieldValue | None:
    if isinstance(value, dict):
        raise _invalid(field)
    if isinstance(value, list):
        return [_text(field, each) for each in value]
    if value is None or value == "":
        return None
    match field.kind:
        case "choices":
            return [str(value)]
        case "yes_no":
            said = str(value).lower()
            return said in _YES if said in (*_YES, *_NO) else value
        case "number" if isinstance(value, str):
            return _number(value)
        case "text" | "choice" if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        case _:
            return value


def _number(value: str) -> FieldValue:
    """Zendesk writes decimals as texts. A text that is no number stays one."""
    try:
        return float(value)
    except ValueError:
        return value


def _text(field: CustomField, raw: Raw | str) -> str:
    try:
        return raw if isinstance(raw, str) else msgspec.json.decode(raw, type=str)
    except msgspec.DecodeError:
        raise _invalid(field) from None


def _invalid(field: CustomField) -> Refused:
    sentence = f"{field.name}: The desk cannot read this value."
    return Refused("invalid", sentence, {PREFIX + field.key: sentence})


def pair_of(fields: Fields, number: int, value: str) -> str | None:
    """A value as lists are filtered by it. None if no field has this number. `*` is any value."""
    field = next((one for one in fields if field_number(one.key) == number), None)
    if field is None:
        return None
    if value == "*":
        return f"{field.key}:"
    if field.kind == "yes_no":
        return f"{field.key}:{'yes' if value.lower() in _YES else 'no'}"
    return f"{field.key}:{value.lower()}"
