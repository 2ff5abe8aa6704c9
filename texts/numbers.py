"""The check of whole numbers in addresses and forms."""

from __future__ import annotations

DIGITS_MAX = 15
"""Numbers with more digits may not fit into a column of the database, nor into a number of JavaScript."""


def whole_number(text: str) -> int | None:
    """A whole number from 0 with at most 15 ASCII digits. None for anything else."""
    return int(text) if len(text) <= DIGITS_MAX and text.isascii() and text.isdecimal() else None
