"""The fields of the `ok` to each command, apart from `type` and `id`."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from chat.frames.commands import (
    ChatResume,
    Command,
    MessageRedact,
    MessageSend,
    PageAt,
    Ping,
    Read,
    TicketFollow,
    TicketRead,
    TicketUnfollow,
    TicketWriting,
    Typing,
)
from chat.frames.customer_commands import (
    ChatAddress,
    ChatDescribe,
    ChatEnd,
    ChatRate,
    ChatStart,
    ChatWait,
    CustomerHello,
    Identify,
)
from chat.frames.ephemeral import Limits, QueueState
from chat.frames.people import About, Staff
from chat.frames.staff_commands import (
    AlarmHave,
    AlarmMute,
    ChatAccept,
    ChatClose,
    ChatDecline,
    ChatPick,
    ChatTake,
    ChatTransfer,
    ChatUnwatch,
    ChatWatch,
    FloorFollow,
    NoteAdd,
    PresenceSet,
    StaffHello,
)
from routing.views import StaffTeam, TeamHours
from ticketing.following import OpenTicket

State = Literal["queued", "offered", "active", "closed"]


class OkFields(Struct, frozen=True):
    """The fields of an `ok`."""


class Stored(OkFields, frozen=True, kw_only=True):
    """The answer to a durable command.

    `seq` is the number of the command's last event. `prev` is the number of the previous event that the sender may see.
    `dup` is true if the command was already stored. `masked` is true if a card number in the text was masked. Then read
    the text from the log.
    """

    chat: str
    seq: int
    prev: int
    at: str
    dup: Literal[True] | UnsetType = UNSET
    masked: Literal[True] | UnsetType = UNSET


class Started(Stored, frozen=True, kw_only=True):
    """The chat waits in the queue. `position` counts from 1. `wait_s` is null if the wait cannot be estimated."""

    state: Literal["queued"]
    position: int
    wait_s: int | None


class Ended(Stored, frozen=True, kw_only=True):
    """The chat is closed and became this ticket."""

    ticket: int


class Taken(Stored, frozen=True, kw_only=True):
    """The chat is assigned to the caller."""

    about: About


class HandedOn(Stored, frozen=True, kw_only=True):
    """The transfer is stored. If it offers the chat to a colleague, the colleague can accept until `expires_at`."""

    expires_at: str | UnsetType = UNSET


class OpenChat(Struct, frozen=True):
    """An open chat of the customer."""

    chat: str
    state: State
    team: str
    seq: int


class Terms(OkFields, frozen=True, kw_only=True):
    """Limits and versions, the same for everybody. `epoch` changes when the database is replaced."""

    epoch: str
    heartbeat_s: float
    limits: Limits


class Identified(OkFields, frozen=True, kw_only=True):
    """The answer to `identify`: the visitor and token from now on, and the customer's open chats and tickets."""

    visitor: str
    token: str
    chats: list[OpenChat]
    tickets: list[OpenTicket]


class CustomerGreeted(Terms, frozen=True, kw_only=True):
    """The answer to a customer's `hello`: the visitor and token from now on, all teams, and the customer's chats and
    tickets."""

    visitor: str
    token: str
    teams: list[TeamHours]
    chats: list[OpenChat]
    tickets: list[OpenTicket]


class StaffGreeted(Terms, frozen=True, kw_only=True):
    """The answer to the `hello` of staff: the staff member, their status and choices, their teams and their chats."""

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
    leaving: bool
    today_by: str | None
    chats: list[About]
    queues: list[QueueState]


class Marks(Struct, frozen=True):
    """How far each side has read."""

    customer: int
    staff: int


class PresentAgent(Struct, frozen=True):
    """The chat's agent, and whether they are connected."""

    id: str
    name: str
    connected: bool


class Decision(Struct, frozen=True):
    """A customer who waits near closing time can choose until `decide_by`.

    `default` is the outcome if the customer does not choose.
    """

    decide_by: str
    default: Literal["ticket"]


class Silence(Struct, frozen=True):
    """The chat will end at `ends_at` unless the customer writes. `step` is 1 after a reminder and 2 after a warning."""

    ends_at: str
    step: int


class ResumedFields(OkFields, frozen=True, kw_only=True):
    """The state of the chat after the replayed events. Some fields are present only in certain states:

    - `position` and `wait_s`: the chat is queued.
    - `closing`: the team closes soon, and the customer can choose what happens then.
    - `waits_until`: the customer keeps their place in the queue after closing time, until this time.
    - `agent`: the chat has an agent.
    - `ticket`: the chat is closed.
    """

    chat: str
    seq: int
    state: State
    read: Marks
    position: int | UnsetType = UNSET
    wait_s: int | None | UnsetType = UNSET
    closing: Decision | UnsetType = UNSET
    waits_until: str | UnsetType = UNSET
    agent: PresentAgent | UnsetType = UNSET
    ticket: int | UnsetType = UNSET


class Resumed(ResumedFields, frozen=True, kw_only=True):
    """The answer to a customer who resumes a chat. `silent` is present if the chat will end because the customer does
    not answer."""

    silent: Silence | UnsetType = UNSET


class StaffResumed(ResumedFields, frozen=True, kw_only=True):
    """The answer to staff who resume or watch a chat. It also has the details of the chat."""

    about: About


class Unwatched(OkFields, frozen=True):
    """The sender no longer watches this chat."""

    chat: str


class TicketFollowed(OkFields, frozen=True):
    """The answer to `ticket.follow`.

    `seq` is the number of the ticket's last event that the sender may see. The events after the `after` of the command
    are sent next.
    """

    ticket: int
    seq: int


class TicketUnfollowed(OkFields, frozen=True):
    ticket: int


class FloorFollowed(OkFields, frozen=True):
    """The connection gets the floor for `follows_s` seconds from now."""

    follows_s: int


class AlarmChanged(OkFields, frozen=True):
    """The alarm after the command: the supervisor who takes care of it, and the end of its mute."""

    had_by: Staff | None
    muted_until: str | None


class Chosen(OkFields, frozen=True):
    """The agent's status and choices after the command."""

    status: Literal["available", "away", "offline"]
    capacity: int
    paused: list[str]
    leaving: bool


class Pong(OkFields, frozen=True):
    """The server's time."""

    at: str


Answers = dict[type[Command], type[OkFields] | None]

ANSWERS_TO_CUSTOMERS: Answers = {
    CustomerHello: CustomerGreeted,
    Identify: Identified,
    ChatStart: Started,
    ChatResume: Resumed,
    MessageSend: Stored,
    ChatWait: Stored,
    ChatAddress: Stored,
    ChatDescribe: Stored,
    ChatEnd: Ended,
    ChatRate: Stored,
    MessageRedact: Stored,
    Ping: Pong,
    Typing: None,
    Read: None,
    PageAt: None,
    TicketFollow: TicketFollowed,
    TicketUnfollow: TicketUnfollowed,
    TicketRead: None,
    TicketWriting: None,
}
"""The type of the `ok` to each command of customers. None for commands without an answer."""
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
    TicketFollow: TicketFollowed,
    TicketUnfollow: TicketUnfollowed,
    TicketRead: None,
    TicketWriting: None,
    FloorFollow: FloorFollowed,
    AlarmHave: AlarmChanged,
    AlarmMute: AlarmChanged,
}
"""The type of the `ok` to each command of staff. None for commands without an answer."""
