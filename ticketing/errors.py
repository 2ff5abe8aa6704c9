"""What a change to a ticket can be refused with.

Refused                   one of the protocol's error codes, with a sentence for people
├─ NotFound               what is missing and what is not theirs, alike byte for byte
└─ Stale                  `If-Match` names another version than the one that stands
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Code = Literal["invalid", "unauthorized", "forbidden", "not_found", "conflict", "too_large"]


class Refused(Exception):
    """Nothing was changed, and why. `fields` names each field at fault with a sentence."""

    def __init__(self, code: Code, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.fields = dict(fields) if fields else None


class NotFound(Refused):
    """There is no such ticket, or none that this person may know of: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__("not_found", "There is no such ticket among yours.")


class Stale(Refused):
    """Somebody changed the ticket meanwhile. `version` is the one that stands."""

    def __init__(self, number: int, version: int) -> None:
        super().__init__(
            "conflict",
            f"Ticket #{number} was changed by somebody else meanwhile: it is at version {version} now. "
            "Load it again and repeat your change.",
        )
        self.version = version


def invalid(fields: Mapping[str, str]) -> Refused:
    """Each field that is at fault with its sentence."""
    return Refused("invalid", " ".join(dict.fromkeys(fields.values())), fields)
