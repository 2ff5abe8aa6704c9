"""Events of tickets, and news about them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from msgspec import UNSET, Struct, UnsetType

from chat.frames.ephemeral import Ephemeral
from chat.frames.people import File, Sender


class TicketEvent(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event of a ticket's own stream, as it is sent to a follower.

    `prev` is the `seq` of the previous event that this follower may see.
    """

    staff_only: ClassVar[bool] = False
    ticket: int
    seq: int
    prev: int
    at: str
    from_: Sender


class TicketReply(TicketEvent, tag="ticket.reply", frozen=True, kw_only=True):
    """A reply in a ticket. `says` is what the customer says about the issue, for example that it is solved."""

    text: str | None
    files: list[File]
    says: Literal["solved", "not_fixed"] | UnsetType = UNSET
    redacted: Literal[True] | UnsetType = UNSET


class TicketNote(TicketEvent, tag="ticket.note", frozen=True, kw_only=True):
    """A note in a ticket, for staff only."""

    staff_only: ClassVar[bool] = True
    text: str | None
    files: list[File]
    mentions: list[str] | UnsetType = UNSET
    redacted: Literal[True] | UnsetType = UNSET


class TicketRedacted(TicketEvent, tag="ticket.redacted", frozen=True, kw_only=True):
    """The text of event `of` was removed for good."""

    of: int


class LastWords(Struct, frozen=True, rename={"from_": "from"}):
    """The newest event of a ticket that the reader may see, with the beginning of its text.

    `text` is null if this event has no text or was redacted.
    """

    seq: int
    at: str
    from_: Sender
    text: str | None


class TicketNews(Ephemeral, tag="ticket.news", frozen=True, kw_only=True):
    """One of the reader's tickets has changed. `unread` counts the unread replies and, for staff, the unread notes."""

    ticket: int
    status: str
    seq: int
    unread: int
    last: LastWords | None


class TicketChanged(Ephemeral, tag="ticket.changed", frozen=True, kw_only=True):
    """Properties of a followed ticket have changed. `changed` has the new values, in the form of the ticket's JSON."""

    ticket: int
    version: int
    changed: dict[str, Any]


class TicketGone(Ephemeral, tag="ticket.gone", frozen=True, kw_only=True):
    """The reader may no longer see a followed ticket, for example because it went to another team."""

    ticket: int


class StaffOnTicket(Struct, frozen=True):
    """A colleague who has a ticket open."""

    id: str
    name: str
    writing: bool


class TicketPresence(Ephemeral, tag="ticket.presence", frozen=True, kw_only=True):
    """The staff who follow a ticket."""

    ticket: int
    staff: list[StaffOnTicket]
