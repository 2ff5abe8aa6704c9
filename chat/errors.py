"""Refusals that chats raise."""

from __future__ import annotations

from refusals import Refused


class NotFound(Refused):
    """The chat does not exist, or this person may not see it. The refusal does not say which of the two is true."""

    def __init__(self) -> None:
        super().__init__("not_found", "This chat doesn't exist, or you can't see it.")


def chat_closed(ticket: int | None) -> Refused:
    return Refused("chat_closed", f"This chat is closed. Write on ticket #{ticket} instead.", ticket=ticket)


def unavailable(retry_after_s: float = 2.0) -> Refused:
    """The refusal of a command if the database did not answer.

    The command may have been stored or not. If it was certainly not stored, use `not_saved`.
    """
    return Refused(
        "unavailable",
        "We can't reach our database right now. Send this again in a moment: it is only saved once.",
        retry_after_s=retry_after_s,
    )


def not_saved(retry_after_s: float = 2.0) -> Refused:
    """The refusal of a command that was not stored. Use it only if the transaction was certainly rolled back."""
    return Refused(
        "unavailable",
        "We can't save anything right now, so this was not saved. Try again in a moment.",
        retry_after_s=retry_after_s,
    )
