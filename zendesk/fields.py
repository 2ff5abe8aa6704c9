"""The fields of tickets, as Zendesk describes them: system fields, and custom fields for what Zendesk does not have.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from ticketing.codes import CODES, name_of
from zendesk.statuses import STATUSES

Custom = Literal["resolution", "workaround", "finding", "duplicate_of", "product"]
CUSTOM: dict[int, Custom] = {
    101: "resolution",
    102: "workaround",
    103: "finding",
    104: "duplicate_of",
    105: "product",
}
"""Our properties by the id of their custom field."""
ID_OF: dict[str, int] = {name: id_ for id_, name in CUSTOM.items()}

_TITLES: dict[Custom, str] = {
    "resolution": "Resolution",
    "workaround": "Workaround",
    "finding": "Finding",
    "duplicate_of": "Duplicate of",
    "product": "Product",
}
_TYPES: dict[Custom, str] = {
    "resolution": "tagger",
    "workaround": "textarea",
    "finding": "textarea",
    "duplicate_of": "integer",
    "product": "tagger",
}
_SYSTEM = ("subject", "description", "status", "priority", "group", "assignee")
FIXED = frozenset({*range(1, len(_SYSTEM) + 1), *CUSTOM})
"""The numbers of the fields that every desk has."""


class FieldOption(Struct, frozen=True):
    name: str
    value: str


class ShownField(Struct, frozen=True, kw_only=True):
    """A field of tickets. `required` means that it is needed to solve a ticket."""

    id: int
    url: str
    type: str
    title: str
    active: bool = True
    required: bool = False
    removable: bool
    custom_field_options: list[FieldOption] | None = None
    system_field_options: list[FieldOption] | None = None


def title_of(name: str) -> str:
    """The title of a property, for messages about it."""
    return next((title for custom, title in _TITLES.items() if custom == name), name.replace("_", " ").capitalize())


def fields(base_url: str, brand: str, products: Sequence[str]) -> list[ShownField]:
    """All fields, the system fields first."""
    options: dict[Custom, list[FieldOption]] = {
        "resolution": [
            FieldOption(name_of(code.key, brand), code.key) for code in CODES.values() if code.set_by == "person"
        ],
        "product": [FieldOption(product, product) for product in products],
    }
    system = [
        ShownField(
            id=place,
            url=url_of(base_url, place),
            type=name,
            title=name.capitalize(),
            removable=False,
            system_field_options=[FieldOption(status.capitalize(), status) for status in STATUSES]
            if name == "status"
            else None,
        )
        for place, name in enumerate(_SYSTEM, 1)
    ]
    custom = [
        ShownField(
            id=id_,
            url=url_of(base_url, id_),
            type=_TYPES[name],
            title=_TITLES[name],
            required=name == "resolution",
            removable=True,
            custom_field_options=options.get(name),
        )
        for id_, name in CUSTOM.items()
    ]
    return [*system, *custom]


def url_of(base_url: str, id_: int) -> str:
    return f"{base_url}/api/v2/ticket_fields/{id_}.json"
