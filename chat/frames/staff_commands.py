"""Commands that only staff send."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct, convert, field

from chat.frames.commands import Command
from chat.frames.fields import (
    FILES_MAX,
    MENTIONS_MAX,
    MUTE_MAX_MINUTES,
    AlarmKind,
    ChatId,
    CommandId,
    FileId,
    Seq,
    Short,
    TeamKey,
    Text,
    TicketNumber,
)


class StaffHello(Command, frozen=True, tag="hello"):
    """Identify as a staff member. The connection's token or session proves who the staff member is."""

    id: CommandId


class PresenceSet(Command, frozen=True, tag="presence.set"):
    """Choose a status. The status is kept over restarts, and is the same on all devices.

    `leaving` requires the status "away". The status then becomes "offline" once the agent holds no chat.
    """

    id: CommandId
    status: Literal["available", "away", "offline"]
    reason: Annotated[str, Meta(max_length=100)] | None = None
    capacity: Annotated[int, Meta(ge=0, le=50)] | None = None
    paused: Annotated[list[TeamKey], Meta(max_length=100)] | None = None
    leaving: bool = False


class ChatAccept(Command, frozen=True, tag="chat.accept"):
    """Accept an offered chat."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatDecline(Command, frozen=True, tag="chat.decline"):
    """Decline an offered chat."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatPick(Command, frozen=True, tag="chat.pick"):
    """Take a chat out of the queue. The agent may exceed their capacity by this."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class NoteAdd(Command, frozen=True, tag="note.add"):
    """Add a note for staff only. A note by a supervisor who watches the chat is a whisper.

    `mentions` are the ids of colleagues whom the note mentions. Each gets an entry in their inbox.
    """

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    text: Text
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = field(default_factory=list)
    mentions: Annotated[list[ChatId], Meta(max_length=MENTIONS_MAX)] = field(default_factory=list)


class ChatTransfer(Command, frozen=True, tag="chat.transfer"):
    """Transfer a chat to a team or to a colleague."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    team: TeamKey | None = None
    staff: ChatId | None = None
    note: Text | None = None


class TrainingChosen(Struct, frozen=True, forbid_unknown_fields=True):
    """Training for the customer: a playlist of these resources, and a place in a live session."""

    resources: Annotated[list[TicketNumber], Meta(max_length=20)] = []
    session: TicketNumber | None = None


class TicketOutcome(Struct, frozen=True, kw_only=True, rename={"with_": "with"}):
    """The agent's decision about the ticket. Only `ticketing` reads it, and defines the meaning of each field."""

    status: Annotated[str, Meta(max_length=32)]
    resolution: Annotated[str, Meta(max_length=32)] | None = None
    duplicate_of: TicketNumber | None = None
    with_: Annotated[str, Meta(max_length=32)] | None = None
    workaround: Text | None = None
    assignee: ChatId | None = None
    training: TrainingChosen | None = None
    priority: Annotated[str, Meta(max_length=32)] | None = None
    add_tags: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=50)] | None = None
    custom_fields: (
        Annotated[
            dict[
                Annotated[str, Meta(max_length=40)],
                Annotated[str, Meta(max_length=2_000)]
                | int
                | float
                | bool
                | Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)]
                | None,
            ],
            Meta(max_length=100),
        ]
        | None
    ) = None


class ChatClose(Command, TicketOutcome, frozen=True, kw_only=True, tag="chat.close"):
    """End the chat, as its agent or as a supervisor of its team. The `ok` names the ticket.

    `seen` is the `seq` of the last event that the sender has seen. If the customer has written after that event, the
    command is refused. Without `seen`, this is not checked.
    """

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    team: TeamKey | None = None
    product: Short | None = None
    subject: Short | None = None
    note: Text | None = None
    seen: Seq | None = None

    @property
    def outcome(self) -> TicketOutcome:
        return convert(self, TicketOutcome, from_attributes=True)


class ChatWatch(Command, frozen=True, tag="chat.watch"):
    """Watch a chat. Its agent is told. The customer is not."""

    id: CommandId
    chat: ChatId
    after: Seq = 0


class ChatUnwatch(Command, frozen=True, tag="chat.unwatch"):
    """Stop watching a chat."""

    id: CommandId
    chat: ChatId


class ChatTake(Command, frozen=True, tag="chat.take"):
    """Take over a chat, as a supervisor. The supervisor becomes the chat's agent."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class FloorFollow(Command, frozen=True, tag="floor.follow"):
    """Get the floor of one's teams for the next 60 seconds. Send this again before they are over.

    `version` is the version in the last `floor` frame that the sender has. If it is 0, or not the version that the
    server expects, the next frame is a whole floor.
    """

    id: CommandId
    version: Seq = 0


class AlarmHave(Command, frozen=True, tag="alarm.have", kw_only=True):
    """Say that the sender takes care of an active alarm, or no longer does. All supervisors of the team are notified.

    `kind`, `team` and `chat` identify the alarm.
    """

    id: CommandId
    kind: AlarmKind
    team: TeamKey
    chat: ChatId | None = None
    on: bool = True


class AlarmMute(Command, frozen=True, tag="alarm.mute", kw_only=True):
    """Mute an active alarm for all supervisors of its team, for `minutes` from now. 0 ends this.

    The alarm is also muted if it ends and begins again meanwhile.
    """

    id: CommandId
    kind: AlarmKind
    team: TeamKey
    chat: ChatId | None = None
    minutes: Annotated[int, Meta(ge=0, le=MUTE_MAX_MINUTES)]
