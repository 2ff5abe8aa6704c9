"""Commands that only customers send."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, field

from chat.frames.commands import Command
from chat.frames.fields import (
    FILES_MAX,
    Address,
    ChatId,
    CommandId,
    FileId,
    Short,
    SiteFields,
    TeamKey,
    Text,
    TicketNumber,
)


class CustomerHello(Command, frozen=True, tag="hello"):
    """Identify as a customer, from a page. With `token`, the customer remains the visitor to whom the token was
    issued."""

    id: CommandId
    token: Annotated[str, Meta(max_length=200)] | None = None
    identity: Annotated[str, Meta(max_length=4_096)] | None = None
    name: Short | None = None
    email: Annotated[str, Meta(min_length=3, max_length=254)] | None = None
    page: Address | None = None
    referrer: Address | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None
    timezone: Annotated[str, Meta(max_length=64)] | None = None


class Identify(Command, frozen=True, tag="identify"):
    """Send a renewed proof of the customer's identity, signed by the host site."""

    id: CommandId
    identity: Annotated[str, Meta(max_length=4_096)]


class ChatStart(Command, frozen=True, tag="chat.start"):
    """Join the queue of `team` with a first message."""

    durable: ClassVar[bool] = True
    id: CommandId
    team: TeamKey
    text: Text
    product: Short | None = None
    subject: Short | None = None
    name: Short | None = None
    email: Annotated[str, Meta(min_length=3, max_length=254)] | None = None
    fields: SiteFields | None = None
    ticket: TicketNumber | None = None
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = field(default_factory=list)
    """Files that are sent with the first message."""
    proof: Annotated[str, Meta(min_length=1, max_length=2_600)] | None = None
    """Answer to the challenge of `proof_needed`."""


class ChatWait(Command, frozen=True, tag="chat.wait"):
    """Keep the customer's place in the queue past closing time."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatAddress(Command, frozen=True, tag="chat.address"):
    """Give or correct the email address to which the answer goes. The customer need not prove the address."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    email: Annotated[str, Meta(min_length=3, max_length=254)]


class ChatDescribe(Command, frozen=True, tag="chat.describe"):
    """Store details that the host site sends about its customer. They replace all earlier details."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    fields: SiteFields


class ChatEnd(Command, frozen=True, tag="chat.end"):
    """End the chat or leave the queue, as the customer. The `ok` names the ticket."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatRate(Command, frozen=True, tag="chat.rate"):
    """Rate the chat, up to 30 days after its end. A new rating replaces the earlier one."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Text | None = None
