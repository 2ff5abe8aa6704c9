"""Refusals that tickets raise."""

from __future__ import annotations

from collections.abc import Mapping

from refusals import Refused


class NotFound(Refused):
    """There is no such ticket, or none that this person may know of: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__("not_found", "This ticket doesn't exist, or you can't see it.")


class Stale(Refused):
    """Somebody changed the ticket meanwhile. `version` is the one that stands."""

    def __init__(self, number: int, version: int) -> None:
        super().__init__(
            "conflict",
            f"Someone else changed ticket #{number}. It is now at version {version}. "
            "Load it again and repeat your change.",
        )
        self.version = version


def invalid(fields: Mapping[str, str]) -> Refused:
    """Each field that is at fault with its sentence."""
    return Refused("invalid", " ".join(dict.fromkeys(fields.values())), fields)
