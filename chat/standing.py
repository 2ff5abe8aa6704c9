"""The facts of a chat that a supervisor's floor shows. Pure. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from typing import Literal, NamedTuple

from chat.silence import first_reply_owed_since

WaitsFor = Literal["owed", "waiting_for_agent", "waiting_for_customer", "offered"]


class OpenChat(NamedTuple):
    """A chat that is not closed."""

    id: str
    team: str
    state: str
    customer: str | None
    """The customer's name."""
    agent: str | None
    offered_to: str | None
    queued_at: int
    waiting_since: int
    assigned_at: int | None
    first_reply_at: int | None
    agent_reply_at: int | None
    """The time of the present agent's first message."""
    reply_owed_since: int | None
    silent_due_at: int | None

    @property
    def holder(self) -> str | None:
        """The agent who holds the chat, or to whom it is offered."""
        return self.agent if self.state == "active" else self.offered_to if self.state == "offered" else None


class ClosedChat(NamedTuple):
    """A closed chat."""

    id: str
    team: str
    agent: str | None
    queued_at: int
    first_reply_at: int | None
    closed_at: int
    reason: str
    ticket: int | None


def waits_for(chat: OpenChat, silent_ms: int) -> tuple[WaitsFor, int]:
    """What a held or offered chat waits for, and since when.

    `silent_ms` is the length of the customer's silence, in ms, that ends a chat of this team.
    """
    if chat.state == "offered":
        return "offered", chat.waiting_since
    owed = first_reply_owed_since(chat.reply_owed_since, chat.assigned_at, chat.agent_reply_at)
    if owed is not None:
        return "owed", owed
    if chat.reply_owed_since is not None:
        return "waiting_for_agent", chat.reply_owed_since
    since = chat.assigned_at or chat.queued_at
    return "waiting_for_customer", since if chat.silent_due_at is None else max(since, chat.silent_due_at - silent_ms)
