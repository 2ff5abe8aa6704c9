"""Refusals that tickets raise."""

from __future__ import annotations

from collections.abc import Mapping

from refusals import Refused


class NotFound(Refused):
    """The ticket does not exist, or this person may not see it. The refusal does not tell which of the two."""

    def __init__(self) -> None:
        super().__init__("not_found", "This ticket doesn't exist, or you can't see it.")


class Stale(Refused):
    """Somebody else changed the ticket meanwhile. `version` is its current version."""

    def __init__(self, number: int, version: int) -> None:
        super().__init__(
            "conflict",
            f"Someone else changed ticket #{number}. It is now at version {version}. "
            "Load it again and repeat your change.",
        )
        self.version = version


def invalid(fields: Mapping[str, str]) -> Refused:
    """The refusal of faulty fields. `fields` maps the name of each faulty field to a sentence."""
    return Refused("invalid", " ".join(dict.fromkeys(fields.values())), fields)
