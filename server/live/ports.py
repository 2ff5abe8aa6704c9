"""What the live modules ask of each other and of the connections."""

from __future__ import annotations

from typing import Protocol


class Here(Protocol):
    """Who is connected."""

    def is_here(self, id_: str, /) -> bool:
        """True while a person with this id (visitor, account or user) is connected."""
        ...
