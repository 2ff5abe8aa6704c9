"""Receivers, and the messages to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

State = Literal["waiting", "accepted", "failed"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A program that gets messages: the hand-overs to an account team, or the events that it subscribed to."""

    id: str
    account_team: str | None
    """The email address of the account team, in lower case. None for a webhook that has subscribed to events."""
    url: str
    secrets: tuple[str, ...]
    """The current secret and, after a rotation, the previous one. Each is sealed (see `webhooks.ports.Seals`)."""
    previous_until: int | None
    """The moment until which messages are also signed with the previous secret. None if there was no rotation."""
    fault: str | None
    """The reason why no messages are sent to this receiver. None if they are sent."""
    created_at: int
    events: tuple[str, ...] = field(default=(), kw_only=True)
    """The events that it subscribed to, of `webhooks.events.NAMES`. Empty for an account team."""
    enabled: bool = field(default=True, kw_only=True)
    """False while an admin has paused it."""
    include_texts: bool = field(default=False, kw_only=True)
    """True if its messages have texts, names and addresses."""

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
    """None unless the receiver is an account team."""
    payload: str
    """The body of the request, written when the event happened."""
    state: State
    created_at: int
    due_at: int
    attempts: int
    settled_at: int | None
    error: str | None
    """The reason for the latest failure."""
    answered: int | None = None
    """The HTTP status of the latest answer. None if there was none."""
    took_ms: int | None = None
    """The time of the latest attempt."""
    lately_at: int | None = None
    """The moment of the latest attempt."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    event: str
    ticket: int | None
    handover: int | None
    payload: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: the HTTP status of the answer, None if there was none, and its time."""

    answered: int | None
    took_ms: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of messages by state."""

    accepted: int = 0
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A webhook, and the numbers of its messages of the last 24 hours. `totals.waiting` counts all that wait."""

    webhook: Receiver
    totals: Totals
