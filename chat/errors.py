"""What a command can be refused with.

Refused                   one of the protocol's error codes, with a sentence for people
└─ NotFound               what is missing and what is not theirs, alike byte for byte
"""

from __future__ import annotations

from typing import Any, Literal

Code = Literal[
    "bad_frame", "too_large", "unknown_type", "invalid", "unauthorized", "forbidden", "not_found",
    "team_closed", "queue_full", "already_chatting", "chat_closed", "conflict", "rate_limited", "unavailable",
    "proof_needed",
]  # fmt: skip


class Refused(Exception):
    """A command that has no effect, and why. `facts` are further fields of the `error` (`ticket`, `chat`, …)."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        fields: dict[str, str] | None = None,
        retry_after_s: float | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.facts = facts


class NotFound(Refused):
    """There is no such chat, or none that this person may know of: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__("not_found", "There is no such chat among yours.")


def invalid(field: str, sentence: str) -> Refused:
    """One field is to blame."""
    return Refused("invalid", f"{field}: {sentence}", fields={field: sentence})


def chat_closed(ticket: int | None) -> Refused:
    """The chat is over; the ticket goes on."""
    return Refused("chat_closed", f"This chat is closed. It is ticket #{ticket}; write there instead.", ticket=ticket)


def unavailable(retry_after_s: float = 2.0) -> Refused:
    """Nothing can be stored just now, so nothing was."""
    return Refused(
        "unavailable",
        "We cannot save anything right now, so this was not stored. Send it again in a moment.",
        retry_after_s=retry_after_s,
    )
