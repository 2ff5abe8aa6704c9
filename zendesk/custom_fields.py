"""The custom fields that admins of this desk define, in Zendesk's JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
from msgspec import Raw, structs

from refusals import Refused
from ticketing.codes import CODES
from ticketing.custom_fields import PREFIX, CustomField, Fields, FieldValue, Kind, Values
from zendesk import bodies
from zendesk.fields import CUSTOM, FIXED, ID_OF, Custom, FieldOption, ShownField, url_of
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


@dataclass(frozen=True)
class NumberedFields:
    """All custom fields, as programs know them. `numbers` are those of imported fields by their keys, `options` our
    options by the number of their field and their value at Zendesk, where the two are not the same. `properties` are
    those that were custom fields at Zendesk, by their numbers there."""

    fields: Fields = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[tuple[int, str], str] = field(default_factory=dict)
    properties: Mapping[int, Custom] = field(default_factory=dict)

    def number(self, key: str) -> int:
        """The number that a field had at Zendesk, or that comes from its key. The numbers of our own fields stay
        theirs."""
        imported = self.numbers.get(key)
        return field_number(key) if imported is None or imported in FIXED else imported

    def find(self, number: int) -> CustomField | None:
        return self._by_number.get(number)

    def shown(self, number: int, ours: str) -> str:
        """Our option as programs read it."""
        return self._values.get((number, ours), ours)

    def value(self, key: str, value: FieldValue | None) -> FieldValue | None:
        """The value of a field as programs read it."""
        number = self.number(key)
        if isinstance(value, list):
            return [self.shown(number, each) for each in value]
        return self.shown(number, value) if isinstance(value, str) else value

    def option(self, field: CustomField, value: str) -> str:
        """Our option for a value at Zendesk. A value without one stays as it is."""
        known = {option.key for option in field.options}
        ours = self.options.get((self.number(field.key), value), value)
        return ours if ours in known else value

    @cached_property
    def _by_number(self) -> Mapping[int, CustomField]:
        # Programs that were written for this desk know imported fields by the numbers of their keys.
        by_key = {field_number(each.key): each for each in self.fields}
        return by_key | {self.number(each.key): each for each in self.fields}

    @cached_property
    def _values(self) -> Mapping[tuple[int, str], str]:
        """The first value at Zendesk of each of our options, by field and option."""
        found = dict[tuple[int, str], str]()
        for (number, value), option in sorted(self.options.items()):
            found.setdefault((number, option), value)
        return found


def shown_properties(base_url: str, known: NumberedFields, fields: Sequence[ShownField]) -> list[ShownField]:
    """Fields at Zendesk that are properties here, like those of `fields` that every desk has."""
    by_id = {one.id: one for one in fields}
    return [
        structs.replace(
            by_id[ID_OF[name]],
            id=number,
            url=url_of(base_url, number),
            custom_field_options=[
                FieldOption(option.name, known.shown(number, option.value))
                for option in by_id[ID_OF[name]].custom_field_options or ()
            ],
        )
        for number, name in sorted(known.properties.items())
    ]


def shown_fields(base_url: str, known: NumberedFields, shown: Fields) -> list[ShownField]:
    return [
        ShownField(
            id=(id_ := known.number(field.key)),
            url=url_of(base_url, id_),
            type=_TYPES[field.kind],
            title=field.name,
            active=not field.archived,
            required=field.needed_to_solve,
            removable=True,
            custom_field_options=_options(known, field) if field.options else None,
        )
        for field in shown
    ]


def _options(known: NumberedFields, field: CustomField) -> list[FieldOption]:
    shown = (option for option in field.options if not option.archived)
    return [
        FieldOption(option.labels.get("en", option.key), str(known.value(field.key, option.key))) for option in shown
    ]


def values_of(known: NumberedFields, values: Values) -> list[CustomValue]:
    """The values of a ticket. Archived fields are shown only with a value."""
    return [
        CustomValue(known.number(field.key), known.value(field.key, values.get(field.key)))
        for field in known.fields
        if not field.archived or field.key in values
    ]


def values_in(known: NumberedFields, asked: Sequence[bodies.CustomField]) -> dict[str, FieldValue | None]:
    """The values that a program wants, by the keys of the fields. The rules of tickets check them. Raises
    Refused(invalid)."""
    found = ((known.find(one.id), one.value) for one in asked)
    return {field.key: _ours(known, field, _read(field, value)) for field, value in found if field is not None}


def _ours(known: NumberedFields, field: CustomField, value: FieldValue | None) -> FieldValue | None:
    if field.kind not in ("choice", "choices"):
        return value
    if isinstance(value, list):
        return [known.option(field, each) for each in value]
    return known.option(field, value) if isinstance(value, str) else value


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters of lists that a search by custom fields means. `custom` has pairs of our fields and their values."""

    custom: tuple[str, ...] = ()
    resolution: tuple[str, ...] = ()
    product: tuple[str, ...] = ()


def chosen_of(known: NumberedFields, asked: Sequence[tuple[int, str]], products: Sequence[str]) -> Chosen:
    """`asked` are numbers of fields with the wanted values. A field or value that the desk does not have finds
    nothing."""
    chosen: dict[str, list[str]] = {"custom": [], "resolution": [], "product": []}
    for number, value in asked:
        name = CUSTOM.get(number) or known.properties.get(number)
        if name == "resolution" or name == "product":
            ours = list(CODES) if name == "resolution" else products
            chosen[name] += _named(ours, known.options.get((number, value), value)) or [""]
        else:
            chosen["custom"].append(pair_of(known, number, value) or ":")
    return Chosen(**{name: tuple(values) for name, values in chosen.items()})


def _named(ours: Sequence[str], value: str) -> list[str]:
    return [one for one in ours if value == "*" or one.lower() == value.lower()]


def pair_of(known: NumberedFields, number: int, value: str) -> str | None:
    """A value as lists are filtered by it. None if no field has this number. `*` is any value."""
    field = known.find(number)
    if field is None:
        return None
    if value == "*":
        return f"{field.key}:"
    if field.kind == "yes_no":
        return f"{field.key}:{'yes' if value.lower() in _YES else 'no'}"
    return f"{field.key}:{known.option(field, value.lower())}"
