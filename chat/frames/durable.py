"""Durable events: the log of a chat."""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import UNSET, Struct, UnsetType

from chat.frames.people import File, Sender, Staff


class Durable(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event of a chat's log. It is stored as the JSON that is sent, without the head.

    The head is `chat`, `seq` and `prev`, and for the author also the `id` of the command. `chat.wire` adds it.
    """

    staff_only: ClassVar[bool] = False
    at: str
    from_: Sender


class ChatStarted(Durable, tag="chat.started", frozen=True, kw_only=True):
    """The first event of every chat."""

    team: str
    product: str | None
    subject: str | None
    name: str | None
    email: str | None
    verified: bool
    fields: dict[str, str]
    page: str | None
    locale: str | None


class Message(Durable, tag="message", frozen=True, kw_only=True):
    """A message. `text` is null after a redaction."""

    text: str | None
    files: list[File]
    redacted: bool | UnsetType = UNSET


class Note(Durable, tag="note", frozen=True, kw_only=True):
    """A note for staff only. `text` is null after a redaction."""

    staff_only: ClassVar[bool] = True
    text: str | None
    files: list[File] | UnsetType = UNSET
    mentions: list[str] | UnsetType = UNSET
    """The ids of the colleagues whom the note mentions. Absent if it mentions nobody."""
    whisper: bool | UnsetType = UNSET
    redacted: bool | UnsetType = UNSET


class ChatQueued(Durable, tag="chat.queued", frozen=True, kw_only=True):
    """The chat was requeued."""

    team: str
    reason: Literal["agent_gone", "declined", "transferred", "overflow", "no_reply"]


class ChatWaiting(Durable, tag="chat.waiting", frozen=True, kw_only=True):
    """The customer chose to keep their place past closing time, at most until `until`."""

    until: str


class ChatAddressed(Durable, tag="chat.addressed", frozen=True, kw_only=True):
    """The customer gave or corrected the email address to which the answer goes."""

    email: str


class ChatDescribed(Durable, tag="chat.described", frozen=True, kw_only=True):
    """The host site sent new details about its customer. They replace all earlier details."""

    fields: dict[str, str]


class ChatAssigned(Durable, tag="chat.assigned", frozen=True, kw_only=True):
    """The chat got an agent. The frame for staff also has `about`, which is not stored."""

    staff: Staff
    by: Literal["dispatcher", "accept", "pick", "take", "transfer"]


class ChatTransferred(Durable, tag="chat.transferred", frozen=True, kw_only=True):
    """The chat was transferred."""

    from_team: str
    to_team: str
    to_staff: Staff | UnsetType = UNSET
    """The colleague who gets the chat. Absent if the chat goes to the team's queue."""


class ChatLeft(Durable, tag="chat.left", frozen=True, kw_only=True):
    """An agent left the chat."""

    who: Staff
    reason: Literal["transferred", "gone", "taken", "no_reply"]


class ChatClosed(Durable, tag="chat.closed", frozen=True, kw_only=True):
    """The chat was closed. `ticket` is the ticket of the chat."""

    ticket: int
    status: str
    resolution: str | None
    reason: Literal["closed", "ended", "abandoned", "missed", "silent"]
    by: Sender


class ChatRated(Durable, tag="chat.rated", frozen=True, kw_only=True):
    """The customer's rating."""

    score: int
    comment: str | None


class MessageRedacted(Durable, tag="message.redacted", frozen=True, kw_only=True):
    """The text of event `of` was removed."""

    of: int


class NoteRedacted(MessageRedacted, tag="message.redacted", frozen=True, kw_only=True):
    """The text of a note was removed: of the event with the number `of`. Only staff see this."""

    staff_only: ClassVar[bool] = True
