"""The pages on which a customer was during a chat."""

from __future__ import annotations

from dataclasses import dataclass

KEPT = 50
"""The newest pages of a chat that are kept."""


@dataclass(frozen=True, slots=True)
class Visit:
    at: int
    """The time in ms at which the customer came to the page."""
    page: str
    """The URL, without query and fragment."""
