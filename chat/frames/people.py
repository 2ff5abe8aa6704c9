"""The people and files that events name."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class Sender(Struct, frozen=True, omit_defaults=True):
    """The author of an event (`from`). For staff, `id` is an opaque id and `name` a public name."""

    kind: Literal["customer", "staff", "system"]
    id: str | None
    name: str | None
    verified: bool | UnsetType = UNSET


class Staff(Struct, frozen=True):
    """A staff member, as everybody sees them."""

    id: str
    name: str


class Customer(Struct, frozen=True):
    """The customer of a chat, as staff see them."""

    id: str
    name: str | None
    email: str | None
    verified: bool
    client: str | None


class About(Struct, frozen=True):
    """The details of a chat that staff see in addition to its events."""

    chat: str
    state: str
    team: str
    seq: int
    customer: Customer
    product: str | None
    subject: str | None
    page: str | None
    referrer: str | None
    locale: str | None
    timezone: str | None
    user_agent: str | None
    started_at: str
    assigned_at: str | None
    last_at: str
    unread: int
    reply_owed_since: str | None
    waiting_since: str | None
    """The time at which the chat began to wait for its present team. Null unless it waits."""
    vip: bool
    """True if the chat goes ahead in the queue because the client is a VIP."""
    came_back: bool
    """True if the chat had an agent who could not keep it. It goes ahead of chats that were never answered."""
    ticket: int | None
    """The ticket of the chat, or the ticket about which it was started."""
    agent: Staff | None | UnsetType = UNSET
    words: str | None | UnsetType = UNSET
    """The first line of what the customer wrote. Only in the list of chats."""


class File(Struct, frozen=True):
    """A file attached to a message."""

    id: str
    name: str
    type: str
    size: int
    url: str
