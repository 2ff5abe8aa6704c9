"""Interfaces that conversations need from other packages.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is synchronous and part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import UNSET, UnsetType

from chat.closing_time import Asked
from chat.conversation import Chat, Clocks, State
from chat.events import Logged
from chat.frames.durable import Durable
from chat.frames.people import File
from identity.actor import Actor

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


@dataclass(frozen=True, slots=True)
class Offer:
    to: str
    by: str | None
    """The colleague who transfers the chat by this offer. None if the dispatcher made the offer."""
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChanges:
    """New values for the fields of a chat. UNSET keeps the present value. Times are in ms since the epoch, UTC."""

    state: State | UnsetType = UNSET
    team: str | UnsetType = UNSET
    agent: str | None | UnsetType = UNSET
    assigned_at: int | None | UnsetType = UNSET
    waiting_since: int | UnsetType = UNSET
    priority: int | UnsetType = UNSET
    preferred: str | UnsetType = UNSET
    passed: frozenset[str] | UnsetType = UNSET
    handed_on_by: str | None | UnsetType = UNSET
    overflowed_at: int | UnsetType = UNSET
    offer: Offer | None | UnsetType = UNSET
    asked: Asked | UnsetType = UNSET
    clocks: Clocks | UnsetType = UNSET
    left_due_at: int | None | UnsetType = UNSET
    closed_at: int | UnsetType = UNSET
    closed_reason: str | UnsetType = UNSET
    ticket: int | UnsetType = UNSET
    wrap_up_until: int | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    subject: None | UnsetType = UNSET
    first_line: None | UnsetType = UNSET
    told_wait_s: int | None | UnsetType = UNSET


UNCHANGED = ChatChanges()


@dataclass(frozen=True, slots=True)
class Opened:
    """A new chat. Times are in ms since the epoch, UTC."""

    id: str
    team: str
    customer: str
    customer_ids: tuple[str, ...]
    """All ids of the customer, including `customer`."""
    name: str | None
    email: str | None
    verified: bool
    product: str | None
    subject: str | None
    first_line: str | None
    page: str | None
    referrer: str | None
    locale: str | None
    timezone: str | None
    user_agent: str | None
    at: int
    about: int | None = None
    """The ticket that the chat is about."""
    priority: int = 0
    preferred: str | None = None
    """The agent of the customer's last chat."""
    behind: int | None = None
    """The time at which the newest waiting chat joined its queue.

    The new chat goes behind that chat, even if the clock was set back.
    """


Ending = Literal["closed", "ended", "abandoned", "missed", "silent", "void", "rule"]
"""The reason for a chat's end. `void` means abuse. `rule` means that the desk ended it by a rule."""


@dataclass(frozen=True, slots=True)
class EndedChat:
    """An ended chat, with what is needed to make its ticket. Times are in ms since the epoch, UTC."""

    chat: str
    team: str
    customer: str
    name: str | None
    email: str | None
    verified: bool
    product: str | None
    subject: str | None
    agent: str | None
    waiting_since: int | None
    unanswered: bool
    """True if staff wrote nothing."""
    by: Actor
    at: int
    about: int | None = None
    """The ticket about which the chat was started. The chat is added to this ticket; no new ticket is created.

    None if the chat gets its own ticket.
    """
    ending: Ending = "ended"
    outcome: object = None
    """The decision of an agent or a rule about the ticket. None if there is none. Only ticketing reads it."""
    note: str | None = None
    """A note of the agent for the ticket. Only staff see it."""


@dataclass(frozen=True, slots=True)
class TicketMade:
    number: int
    status: str
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted text, with the data that identifies copies of this text outside the log."""

    chat: Chat
    of: int
    """The `seq` of the message or note."""
    line: str
    """The first line of the text. It may be the subject of the chat or ticket."""
    files: tuple[str, ...]
    reason: str
    by: Actor
    at: int


class Tickets(Protocol):
    """The tickets of chats. `server` implements this interface with ticketing."""

    def open_for(self, tx: Tx, ended: EndedChat) -> TicketMade:
        """Create the ticket of this chat, or add the chat to the ticket about which it was started.

        Raises Refused if the rules of tickets do not allow what the agent chose.
        """
        ...

    def may_start_about(self, tx: Tx, actor: Actor, number: int) -> None:
        """Check that the customer may start a chat about this ticket.

        Raises Refused: `not_found` if the customer does not take part in the ticket, `conflict` if it is closed for
        good, `too_large` if customers can add nothing more.
        """
        ...

    def rated(self, tx: Tx, number: int, score: int, comment: str | None, at: int) -> None:
        """Store the customer's rating of a chat of this ticket."""
        ...


class Traces(Protocol):
    """The copies of a text outside the log. `server` implements this interface with files, tickets and the audit."""

    def wipe(self, tx: Tx, redaction: Redaction) -> None:
        """Remove the files of a redacted text. Remove the text from the search index and from the ticket's subject.

        Record in the audit log who redacted the text, and why.
        """
        ...


class Files(Protocol):
    """Uploaded files. `server` implements this interface with the storage of attachments."""

    def claim(self, tx: Tx, ids: Sequence[str], actor: Actor, holder: str, *, staff_only: bool, now: int) -> list[File]:
        """Attach files to `holder` (`chat:…`). Each file can be attached only once.

        Raises Refused(invalid) if a file belongs to somebody else, is attached already, or is expired.
        """
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """Identifies the command that causes a write. A command is stored once. A repeated command gets the answer of the
    first."""

    person: str
    command: str
    origin: Any = None
    """The recipient of the answer. This package only passes it on."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The stored result of one transaction in one chat.

    `rewritten` contains the earlier events whose bodies this transaction changed.
    """

    chat: Chat
    logged: tuple[Logged, ...]
    events: tuple[Durable, ...]
    stamp: Stamp | None
    rewritten: tuple[Logged, ...] = ()


class Held(Protocol):
    """A chat that is locked until its transaction ends. Its properties include changes that this transaction has
    made."""

    @property
    def chat(self) -> Chat: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def asked(self) -> Asked: ...

    def ended(self, by: Actor, at: int) -> EndedChat: ...

    def queue_position(self) -> int:
        """The chat's position in its team's queue, from 1."""
        ...

    def event(self, seq: int) -> Logged | None: ...

    def events_after(self, seq: int) -> Sequence[Logged]: ...

    def change(self, changes: ChatChanges) -> None:
        """Change the chat without an event. Its followers are not notified."""
        ...

    def write(
        self,
        events: Sequence[Durable],
        at: int,
        changes: ChatChanges = UNCHANGED,
        stamp: Stamp | None = None,
        answer: Mapping[str, object] | None = None,
        rewritten: Sequence[Logged] = (),
    ) -> list[Logged]:
        """Append events and change the chat. The chat's followers are notified after the commit.

        `rewritten` has earlier events of the log whose new bodies are stored.
        """
        ...


class Journal(Protocol):
    """The log and the current state of each chat. All implementations pass tests/contracts/test_journal.py."""

    def open(self, tx: Tx, opened: Opened) -> Held:
        """Create a queued chat with an empty log.

        Raises Refused(already_chatting) if the customer has an open chat under any of the customer's ids.
        """
        ...

    def hold(self, tx: Tx, chat: str) -> Held | None:
        """Lock a chat and read it. None if it does not exist."""
        ...

    def hold_all(self, tx: Tx, chats: Collection[str]) -> AbstractContextManager[Mapping[str, Held]]:
        """Lock several chats in the order of their ids, and read them, for the time of a `with` block. Chats that do
        not exist are left out.

        What the block changes is stored at its end, with a few statements for all chats. Inside the block, only the
        chats themselves show it.
        """
        ...
