"""Refusals that identity raises."""

from __future__ import annotations

from refusals import Refused


def invalid(field: str, sentence: str) -> Refused:
    """One field that is at fault."""
    return Refused("invalid", sentence, {field: sentence})
