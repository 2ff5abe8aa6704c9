"""The error with which the program refuses a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Code = Literal[
    "bad_frame", "too_large", "unknown_type", "invalid", "unauthorized", "forbidden", "not_found",
    "team_closed", "queue_full", "already_chatting", "chat_closed", "conflict", "rate_limited", "unavailable",
    "proof_needed",
]  # fmt: skip
"""The protocol's error codes."""


class Refused(Exception):
    """The refusal of a request. The request had no effect.

    - `message`: a sentence for people.
    - `fields`: a sentence for each invalid field.
    - `retry_after_s`: the number of seconds after which the request may be repeated.
    - `facts`: additional fields of the error frame, such as `ticket` or `chat`.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        fields: Mapping[str, str] | None = None,
        *,
        retry_after_s: float | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.fields = dict(fields) if fields else None
        self.retry_after_s = retry_after_s
        self.facts = facts


def invalid(field: str, sentence: str) -> Refused:
    """The refusal of one field."""
    return Refused("invalid", f"{field}: {sentence}", {field: sentence})
