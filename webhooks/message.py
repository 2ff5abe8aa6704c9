"""Receivers, and the messages to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Event = Literal["article.published"]
"""An event of the desk about which programs can get messages."""
EVENTS: tuple[Event, ...] = ("article.published",)
State = Literal["waiting", "accepted", "failed"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """The program that gets the messages for an account team, or about some events of the desk."""

    id: str
    account_team: str | None
    """The email address of the account team, in lower case. None for a program that gets events."""
    url: str
    secrets: tuple[str, ...]
    """The current secret and, after a rotation, the previous one. Each is sealed (see `webhooks.ports.Seals`)."""
    previous_until: int | None
    """The moment until which messages are also signed with the previous secret. None if there was no rotation."""
    fault: str | None
    """The reason why no messages are sent to this receiver. None if they are sent."""
    created_at: int
    events: tuple[str, ...] = ()
    """The events about which the program gets messages. Empty for the program of an account team."""

    def valid_secrets(self, now: int) -> tuple[str, ...]:
        """The sealed secrets with which messages are signed at `now`."""
        return self.secrets if self.previous_until is not None and now < self.previous_until else self.secrets[:1]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a receiver, with its state."""

    id: int
    name: str
    """The header `webhook-id`. It is the same at each attempt, so that the receiver can recognize a repetition."""
    receiver: str
    event: str
    ticket: int | None
    handover: int | None
    payload: str
    """The body of the request, written when the event happened."""
    state: State
    created_at: int
    due_at: int
    attempts: int
    settled_at: int | None
    error: str | None
    """The reason for the latest failure."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`ticket` and `handover` are None if the event is not about a hand-over."""

    event: str
    payload: str
    ticket: int | None = None
    handover: int | None = None
