"""Refusals in Zendesk's JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ticketing.custom_fields import PREFIX
from zendesk.fields import ID_OF, title_of
from zendesk.numbers import field_number

_ERRORS = {
    "unauthorized": "Couldn't authenticate you",
    "forbidden": "Forbidden",
    "not_found": "RecordNotFound",
    "invalid": "RecordInvalid",
    "conflict": "UpdateConflict",
    "rate_limited": "APIRateLimitExceeded",
    "too_large": "PayloadTooLarge",
    "unavailable": "ServiceUnavailable",
    "bad_frame": "Unprocessable Entity",
}
_NAMES = {"team": "group", "with": "status", "client": "organization", "text": "comment", "external_ref": "external_id"}
"""The names of our fields that Zendesk calls otherwise."""


class Detail(Struct, frozen=True, omit_defaults=True):
    """What is wrong with a field. `ticket_field_id` is the id of a custom field."""

    description: str
    error: str
    ticket_field_id: int | None = None


def error_of(code: str) -> str:
    return _ERRORS.get(code, "InternalError")


def details_of(fields: Mapping[str, str], numbers: Mapping[str, int]) -> dict[str, list[Detail]]:
    """The faults by field, with the names that Zendesk has for the fields. `numbers` are those of custom fields."""
    found: dict[str, list[Detail]] = {}
    for ours, sentence in fields.items():
        name = _NAMES.get(ours, ours)
        if name.startswith(PREFIX):
            # The sentence names the field.
            key = name.removeprefix(PREFIX)
            detail = Detail(sentence, "InvalidValue", numbers.get(key) or field_number(key))
        else:
            detail = Detail(f"{title_of(name)}: {sentence}", "InvalidValue", ID_OF.get(name))
        found.setdefault(name, []).append(detail)
    return found
