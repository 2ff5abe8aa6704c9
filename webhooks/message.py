"""Receivers, and the messages to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["waiting", "accepted", "failed"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """The program of an account team that gets messages."""

    id: str
    account_team: str
    """The email address of the account team, in lower case."""
    url: str
    secrets: tuple[str, ...]
    """Sealed. The current one, then the previous one while it is being replaced."""
    previous_until: int | None
    """Until then, the previous secret signs too."""
    fault: str | None
    """Why no messages are sent; None if they are."""
    created_at: int

    def valid_secrets(self, now: int) -> tuple[str, ...]:
        """The sealed secrets that sign at `now`."""
        return self.secrets if self.previous_until is not None and now < self.previous_until else self.secrets[:1]


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its state."""

    id: int
    name: str
    """`webhook-id`: the same at each attempt, so that the receiver can recognize a repetition."""
    receiver: str
    event: str
    ticket: int
    handover: int
    payload: str
    """The body, as it was when the event happened."""
    state: State
    created_at: int
    due_at: int
    attempts: int
    settled_at: int | None
    error: str | None
    """Why the last attempt failed."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    event: str
    ticket: int
    handover: int
    payload: str
