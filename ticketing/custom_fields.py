"""Custom fields: properties that an admin defines for the tickets of teams and products. Pure.

A ticket keeps the value of a field that no longer applies to it, or that was archived.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from texts.card_numbers import masked
from texts.visible import fault_of_line

Kind = Literal["text", "number", "date", "yes_no", "choice", "choices"]
FieldValue = str | int | float | bool | list[str]
Values = Mapping[str, FieldValue]
"""The values of a ticket by the keys of the fields. Empty fields are missing."""
FieldKey = Annotated[str, Meta(max_length=40, pattern=r"^[^\u0000]*$")]
ValuesWanted = Annotated[
    dict[
        FieldKey,
        Annotated[str, Meta(max_length=2_000)]
        | int
        | float
        | bool
        | Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)]
        | None,
    ],
    Meta(max_length=100),
]
"""The fields to change. Null clears a field."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
TEXT_MAX = 500
NUMBER_MAX = 10**15
PREFIX = "custom_fields."
"""Begins the name of a field in faults and in the history."""
NEEDS_NOTHING = frozenset({"void", "duplicate"})
"""Codes with which a ticket can be solved without the fields that are needed to solve it: nobody worked on it."""


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a list. `labels` are by language. An archived option stays on the tickets that have it."""

    key: str
    labels: dict[str, str]
    archived: bool = False


class CustomField(Struct, frozen=True, kw_only=True):
    """A field. Without `teams` or `products`, it belongs to all of them. `labels` are by language, `en` always there.

    `for_customers`: customers see the field, and set it when they send a request. `needed_to_submit`: people cannot
    create a ticket without it. `needed_to_solve`: people cannot solve a ticket without it.
    """

    key: str
    kind: Kind
    labels: dict[str, str]
    options: list[Option] = []
    teams: list[str] = []
    products: list[str] = []
    for_customers: bool = False
    needed_to_submit: bool = False
    needed_to_solve: bool = False
    archived: bool = False
    position: int = 0
    version: int = 1

    def belongs_to(self, team: str, product: str | None) -> bool:
        of_team = not self.teams or team in self.teams
        return of_team and (not self.products or product in self.products)

    @property
    def name(self) -> str:
        return self.labels["en"]


Fields = Sequence[CustomField]


class _Placed(Protocol):
    """What decides which fields a ticket needs."""

    @property
    def team(self) -> str: ...
    @property
    def product(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def resolution(self) -> str | None: ...
    @property
    def custom_fields(self) -> Values: ...


def values_wanted(
    fields: Fields,
    present: Values,
    wanted: Mapping[str, FieldValue | None],
    place: tuple[str, str | None],
    *,
    by_customer: bool = False,
) -> tuple[dict[str, FieldValue], dict[str, str]]:
    """The values after a change, and a sentence for each field at fault. `place`: team and product of the ticket."""
    known = {field.key: field for field in fields if field.for_customers or not by_customer}
    values, faults = dict(present), dict[str, str]()
    for key, value in wanted.items():
        field = known.get(key)
        if value == values.get(key):
            continue
        if field is None or (value is not None and (field.archived or not field.belongs_to(*place))):
            faults[PREFIX + key[:40]] = f"There is no field {key[:40]!r}."
            continue
        stored, fault = _stored(field, value, present.get(key))
        if fault is not None:
            faults[PREFIX + key] = f"{field.name}: {fault}"
        elif stored is None:
            values.pop(key, None)
        else:
            values[key] = stored
    return dict(sorted(values.items())), faults


def value_faults(fields: Fields, values: Values) -> dict[str, str]:
    """A sentence for each value that no ticket could get."""
    known = {field.key: field for field in fields if not field.archived}
    faults = dict[str, str]()
    for key, value in values.items():
        if (field := known.get(key)) is None:
            faults[PREFIX + key[:40]] = f"There is no field {key[:40]!r}."
        elif (fault := _stored(field, value, None)[1]) is not None:
            faults[PREFIX + key] = f"{field.name}: {fault}"
    return faults


def values_kept(fields: Fields, values: Values) -> tuple[dict[str, FieldValue], list[str]]:
    """The values of a ticket that comes from elsewhere, and the keys of those that no field here can have. Archived
    fields and options keep their values."""
    known = {field.key: field for field in fields}
    kept = dict[str, FieldValue]()
    for key, value in sorted(values.items()):
        stored = _stored(known[key], value, value)[0] if key in known else None
        if stored is not None:
            kept[key] = stored
    return kept, sorted(values.keys() - kept.keys())


def _stored(
    field: CustomField, value: FieldValue | None, present: FieldValue | None
) -> tuple[FieldValue | None, str | None]:
    """The value as it is stored, and a fault. None and no fault for an empty value."""
    if value is None or value == "" or value == []:
        return None, None
    match field.kind:
        case "text":
            return _text(value)
        case "number":
            return _number(value)
        case "date":
            return _date(value)
        case "yes_no":
            return (value, None) if isinstance(value, bool) else (None, "Answer with yes or no.")
        case "choice":
            allowed = _allowed(field, () if present is None else (str(present),))
            fits = isinstance(value, str) and value in allowed
            return (value, None) if fits else (None, f"Choose one of {', '.join(allowed)}.")
        case "choices":
            kept = present if isinstance(present, list) else ()
            allowed = _allowed(field, kept)
            if not isinstance(value, list) or not set(value) <= set(allowed):
                return None, f"Choose any of {', '.join(allowed)}."
            return [key for key in allowed if key in value], None


def _text(value: FieldValue) -> tuple[FieldValue | None, str | None]:
    if not isinstance(value, str):
        return None, "Write a text."
    text = masked(value.strip())
    if len(text) > TEXT_MAX:
        return None, f"At most {TEXT_MAX} characters are allowed."
    return text or None, fault_of_line(text)


def _number(value: FieldValue) -> tuple[FieldValue | None, str | None]:
    # `isfinite` cannot take a whole number that is too large for a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > NUMBER_MAX or not isfinite(value):
        return None, "Enter a number."
    return (int(value) if value == int(value) else value), None


def _date(value: FieldValue) -> tuple[FieldValue | None, str | None]:
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "").isoformat(), None
    except ValueError:
        return None, "Enter a date like 2026-03-31."


def _allowed(field: CustomField, kept: Collection[str]) -> list[str]:
    return [option.key for option in field.options if not option.archived or option.key in kept]


def missing(fields: Fields, ticket: _Placed) -> list[CustomField]:
    """The empty fields that the ticket needs: to be submitted, and to be solved if it is."""
    solved = ticket.status == "solved" and ticket.resolution not in NEEDS_NOTHING
    return [
        field
        for field in _empty(fields, ticket)
        if (solved and field.needed_to_solve) or (field.needed_to_submit and ticket.resolution not in NEEDS_NOTHING)
    ]


def unsolvable(fields: Fields, before: _Placed, after: _Placed) -> dict[str, str]:
    """A sentence for each empty field that keeps people from solving a ticket, or from changing a solved one so that
    the field is missing."""
    if after.status != "solved" or after.resolution in NEEDS_NOTHING:
        return {}
    was = before.status == "solved" and before.resolution not in NEEDS_NOTHING
    lacked = {field.key for field in _empty(fields, before)} if was else set[str]()
    return {
        PREFIX + field.key: f"Fill in {field.name} to solve the ticket."
        for field in _empty(fields, after)
        if field.needed_to_solve and field.key not in lacked
    }


def unsubmittable(fields: Fields, ticket: _Placed, *, by_customer: bool) -> dict[str, str]:
    """A sentence for each empty field without which people cannot create this ticket. Customers are asked only for the
    fields that they see."""
    return {
        PREFIX + field.key: f"Fill in {field.name}."
        for field in _empty(fields, ticket)
        if field.needed_to_submit and (field.for_customers or not by_customer)
    }


def _empty(fields: Fields, ticket: _Placed) -> list[CustomField]:
    return [
        field
        for field in fields
        if not field.archived
        and field.key not in ticket.custom_fields
        and field.belongs_to(ticket.team, ticket.product)
    ]


def pairs_of(values: Values) -> list[str]:
    """The values by which tickets are found, like `cause:weather`: yes or no, and options. Each field that has a value
    also has a pair with an empty value, like `cause:`."""
    found: list[str] = []
    for key, value in values.items():
        found.append(f"{key}:")
        if isinstance(value, bool):
            found.append(f"{key}:{'yes' if value else 'no'}")
        elif isinstance(value, list):
            found += [f"{key}:{option}" for option in value]
        elif isinstance(value, str) and KEY.fullmatch(value):
            found.append(f"{key}:{value}")
    return found
