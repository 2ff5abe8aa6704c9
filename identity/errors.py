"""Refusals that identity raises."""

from __future__ import annotations

from refusals import Refused


def invalid(field: str, sentence: str) -> Refused:
    """A refusal that names one wrong field."""
    return Refused("invalid", sentence, {field: sentence})
