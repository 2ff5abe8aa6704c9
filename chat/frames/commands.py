"""Commands that customers and staff send."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct, field

from chat.frames.fields import FILES_MAX, Address, ChatId, CommandId, FileId, Seq, Text, TicketNumber


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A request to the server. If its class is `durable`, the server stores the command before it answers."""

    durable: ClassVar[bool] = False


class ChatResume(Command, frozen=True, tag="chat.resume"):
    """Get all events of a chat that follow the event `after`. From then on, follow the chat without a gap."""

    id: CommandId
    chat: ChatId
    after: Seq


class MessageSend(Command, frozen=True, tag="message.send"):
    """Send a message to the other side."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    text: Text
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = field(default_factory=list)


class Typing(Command, frozen=True, tag="typing"):
    """The sender started or stopped typing. `preview` is the text so far. The server sends no answer."""

    chat: ChatId
    on: bool
    preview: Text | None = None


class Read(Command, frozen=True, tag="read"):
    """The sender has read the chat up to the event `upto`. The server sends no answer."""

    chat: ChatId
    upto: Seq


class PageAt(Command, frozen=True, tag="page"):
    """The customer went to another page. `chat` is null before a chat starts. The server sends no answer."""

    page: Address
    chat: ChatId | None = None


class Ping(Command, frozen=True, tag="ping"):
    """Check the connection. A command is needed because browsers hide WebSocket pings from scripts."""

    id: CommandId


class MessageRedact(Command, frozen=True, tag="message.redact"):
    """Remove the text of event `of` for good. The event keeps its place in the log."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    of: Annotated[int, Meta(ge=1, le=2**53)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class TicketFollow(Command, frozen=True, tag="ticket.follow"):
    """Get the ticket's own events that follow the event `after`. From then on, follow the ticket without a gap."""

    id: CommandId
    ticket: TicketNumber
    after: Seq


class TicketUnfollow(Command, frozen=True, tag="ticket.unfollow"):
    """Stop following a ticket."""

    id: CommandId
    ticket: TicketNumber


class TicketRead(Command, frozen=True, tag="ticket.read"):
    """The sender has read a ticket's own events up to the event `upto`. The server sends no answer."""

    ticket: TicketNumber
    upto: Seq


class TicketWriting(Command, frozen=True, tag="ticket.writing"):
    """The sender started or stopped writing on a ticket that they follow. The server sends no answer."""

    ticket: TicketNumber
    on: bool
