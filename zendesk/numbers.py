"""Numbers for the ids of people, companies and teams. Zendesk's ids are numbers, ours are texts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

Kind = Literal[
    "user",
    "organization",
    "group",
    "category",
    "section",
    "ticket_field",
    "property_field",
    "added_field",
    "field_option",
    "view",
]
"""`property_field`: a custom field at Zendesk that is a property of tickets here. `added_field`: a field that an import
has added, by the number that it had. `field_option`: a value of an imported field (`option_id`), whose name is ours."""

_BITS = 53
"""JavaScript reads larger numbers wrong."""
_PLACE_BITS = 20


@dataclass(frozen=True, slots=True)
class Key:
    """One of our ids. A user is a member of staff, an account, a visitor, or `mailto:` and an address."""

    kind: Kind
    id: str


def number_of(key: Key, attempt: int = 0) -> int:
    """The number for an id. It is the same in every process. `attempt` gives another one if the number is taken."""
    return _number(f"{key.kind} {attempt} {key.id}")


def comment_number(ticket: int, seq: int) -> int:
    """The number of a reply or note in the ticket's own log."""
    return (ticket << _PLACE_BITS) + seq


def message_number(chat: str, seq: int) -> int:
    """The number of a message in a chat."""
    return _number(f"message {seq} {chat}")


def option_id(field: int, value: str) -> str:
    """Identifies the value of an option by the number of its field."""
    return f"{field}:{value}"


def field_number(key: str) -> int:
    """The number of a custom field that was made here."""
    return _number(f"ticket_field {key}")


def text_number(article: int, locale: str) -> int:
    """The number of the text of an article in one language."""
    return _number(f"translation {article} {locale}")


def file_number(id_: str) -> int:
    return _number(f"file {id_}")


def _number(text: str) -> int:
    digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    return (digest >> (64 - _BITS)) | 1
