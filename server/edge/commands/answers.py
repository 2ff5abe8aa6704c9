"""What the `ok` to each command carries besides `type` and `id`, on either side."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from chat.frames import (
    About,
    ChatAccept,
    ChatClose,
    ChatDecline,
    ChatEnd,
    ChatPick,
    ChatRate,
    ChatResume,
    ChatStart,
    ChatTake,
    ChatTransfer,
    ChatUnwatch,
    ChatWait,
    ChatWatch,
    Command,
    CustomerHello,
    Identify,
    Limits,
    MessageRedact,
    MessageSend,
    NoteAdd,
    Ping,
    PresenceSet,
    QueueState,
    Read,
    StaffHello,
    Typing,
)
from routing.views import StaffTeam, TeamHours

State = Literal["queued", "offered", "active", "closed"]


class OkFields(Struct, frozen=True):
    """What an `ok` carries."""


class Stored(OkFields, frozen=True, kw_only=True):
    """Of a durable command: where its last event stands, and the last before that which they may see. `dup`: it was
    stored before, and this was said then."""

    chat: str
    seq: int
    prev: int
    at: str
    dup: Literal[True] | UnsetType = UNSET


class Started(Stored, frozen=True, kw_only=True):
    """The chat waits, at this place in line, counted from 1; `wait_s` is null where it cannot be estimated."""

    state: Literal["queued"]
    position: int
    wait_s: int | None


class Ended(Stored, frozen=True, kw_only=True):
    """The chat is over, and this is the ticket it became."""

    ticket: int


class Taken(Stored, frozen=True, kw_only=True):
    """The chat is theirs."""

    about: About


class HandedOn(Stored, frozen=True, kw_only=True):
    """Where it is offered to a colleague: until when they may accept it."""

    expires_at: str | UnsetType = UNSET


class OpenChat(Struct, frozen=True):
    """One of a customer's open chats."""

    chat: str
    state: State
    team: str
    seq: int


class Terms(OkFields, frozen=True, kw_only=True):
    """What holds for everybody. `epoch` names the one life of the database."""

    epoch: str
    heartbeat_s: float
    limits: Limits


class Identified(OkFields, frozen=True, kw_only=True):
    """Who the customer is now, and what of theirs is open."""

    visitor: str
    token: str
    chats: list[OpenChat]


class CustomerGreeted(Terms, frozen=True, kw_only=True):
    """Who came, and what of theirs is open."""

    visitor: str
    token: str
    teams: list[TeamHours]
    chats: list[OpenChat]


class StaffGreeted(Terms, frozen=True, kw_only=True):
    """Who came, what they chose, and which chats they hold."""

    staff: str
    name: str
    role: Literal["agent", "supervisor"]
    teams: list[StaffTeam]
    status: Literal["available", "away", "offline"]
    reason: str | None
    since: str
    by: Literal["self", "system"]
    capacity: int
    paused: list[str]
    chats: list[About]
    queues: list[QueueState]


class Marks(Struct, frozen=True):
    """How far each side has read."""

    customer: int
    staff: int


class PresentAgent(Struct, frozen=True):
    """The chat's agent, and whether they are here."""

    id: str
    name: str
    connected: bool


class Decision(Struct, frozen=True):
    """What becomes of a chat that waits at closing time, where its customer says nothing until then."""

    decide_by: str
    default: Literal["ticket"]


class Silence(Struct, frozen=True):
    """A chat that ends where its customer goes on saying nothing: they were reminded (1) or warned (2)."""

    ends_at: str
    step: int


class Resumed(OkFields, frozen=True, kw_only=True):
    """How the chat stands after what was missed. `position` and `wait_s` while it is queued, `closing` where a
    decision is awaited, `waits_until` where its customer keeps their place past closing, `silent` where its customer
    was told that it will end, `agent` where it has one, `ticket` once it is closed."""

    chat: str
    seq: int
    state: State
    read: Marks
    position: int | UnsetType = UNSET
    wait_s: int | None | UnsetType = UNSET
    closing: Decision | UnsetType = UNSET
    waits_until: str | UnsetType = UNSET
    silent: Silence | UnsetType = UNSET
    agent: PresentAgent | UnsetType = UNSET
    ticket: int | UnsetType = UNSET


class StaffResumed(Resumed, frozen=True, kw_only=True):
    """With what staff are told of a chat beside its events."""

    about: About


class Unwatched(OkFields, frozen=True):
    """Of which chat."""

    chat: str


class Chosen(OkFields, frozen=True):
    """What holds now."""

    status: Literal["available", "away", "offline"]
    capacity: int
    paused: list[str]


class Pong(OkFields, frozen=True):
    """The moment."""

    at: str


Answers = dict[type[Command], type[OkFields] | None]

ANSWERS_TO_CUSTOMERS: Answers = {
    CustomerHello: CustomerGreeted,
    Identify: Identified,
    ChatStart: Started,
    ChatResume: Resumed,
    MessageSend: Stored,
    ChatWait: Stored,
    ChatEnd: Ended,
    ChatRate: Stored,
    MessageRedact: Stored,
    Ping: Pong,
    Typing: None,
    Read: None,
}
"""What the `ok` carries to customers; None for commands that are not answered."""
ANSWERS_TO_STAFF: Answers = {
    StaffHello: StaffGreeted,
    PresenceSet: Chosen,
    ChatAccept: Taken,
    ChatDecline: Stored,
    ChatPick: Taken,
    ChatResume: StaffResumed,
    MessageSend: Stored,
    NoteAdd: Stored,
    ChatTransfer: HandedOn,
    ChatClose: Ended,
    ChatWatch: StaffResumed,
    ChatUnwatch: Unwatched,
    ChatTake: Taken,
    MessageRedact: Stored,
    Ping: Pong,
    Typing: None,
    Read: None,
}
"""Likewise to staff."""
