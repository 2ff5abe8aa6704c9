"""What identity can refuse with.

Refused                   one of the protocol's error codes, with a sentence for people
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Code = Literal["invalid", "unauthorized", "forbidden", "not_found", "conflict", "rate_limited", "unavailable"]


class Refused(Exception):
    """Nothing was done, and why. `fields` names each field at fault with a sentence."""

    def __init__(
        self,
        code: Code,
        message: str,
        fields: Mapping[str, str] | None = None,
        *,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.fields = dict(fields) if fields else None
        self.retry_after_s = retry_after_s


def invalid(field: str, sentence: str) -> Refused:
    """One field that is at fault."""
    return Refused("invalid", sentence, {field: sentence})
