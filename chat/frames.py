"""The commands and events of the protocol `switchboard.v1`.

A frame to the server is one of `CUSTOMER_COMMANDS` or `STAFF_COMMANDS`. A frame from the server is an answer (`ok` or
`error`, written by `chat.wire`), a durable event (stored, with `seq` and `prev`), or an ephemeral event. Limits of
texts are declared here, so decoding a frame validates its shape completely. Rules beyond the shape are in
`chat.conversation`.

Texts are stored as sent. Times on the wire are RFC 3339, in UTC, with milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, convert

TEXT_MAX = 8_000
"""Maximum number of code points in one message, note or comment."""
FILES_MAX = 10
"""Maximum number of files on one message."""
FRAME_MAX = 128 * 1024
"""Maximum size in bytes of a frame to the server. A larger frame closes the connection with 1009."""
MUTE_MAX_MINUTES = 480
"""An alarm may be muted for this long at once."""
DEPTH_MAX = 8
"""Maximum nesting depth of a frame."""
SUBPROTOCOL = "switchboard.v1"

CommandId = Annotated[str, Meta(min_length=1, max_length=64)]
ChatId = Annotated[str, Meta(min_length=1, max_length=64)]
FileId = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Short = Annotated[str, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Meta(max_length=500)]
SiteFields = Annotated[dict[Annotated[str, Meta(max_length=100)], Long], Meta(max_length=20)]
"""Details that a host site sends about its customer. The site chooses the names of the fields."""
Address = Annotated[str, Meta(max_length=16_000)]
"""The URL of a page, with its query. The URL may be long, but its query is not stored."""
TeamKey = Annotated[str, Meta(min_length=1, max_length=32)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
TicketNumber = Annotated[int, Meta(ge=1, le=2**53)]


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A request to the server. If its class is `durable`, the server stores the command before it answers."""

    durable: ClassVar[bool] = False


# -- asked by both ---------------------------------------------------------------------


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
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = []


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


# -- asked by customers ----------------------------------------------------------------


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
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = []
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


# -- asked by staff --------------------------------------------------------------------


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
    """Add a note for staff only. A note by a supervisor who watches the chat is a whisper."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    text: Text
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = []


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


AlarmKind = Literal["unstaffed", "first_reply", "next_reply", "queue", "closing", "agent_gone"]


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


CUSTOMER_COMMANDS: tuple[type[Command], ...] = (
    CustomerHello, Identify, ChatStart, ChatResume, MessageSend, ChatWait, ChatAddress, ChatDescribe, ChatEnd,
    ChatRate, MessageRedact, Typing, Read, PageAt, Ping, TicketFollow, TicketUnfollow, TicketRead, TicketWriting,
)  # fmt: skip
STAFF_COMMANDS: tuple[type[Command], ...] = (
    StaffHello, PresenceSet, ChatAccept, ChatDecline, ChatPick, ChatResume, MessageSend, NoteAdd,
    ChatTransfer, ChatClose, ChatWatch, ChatUnwatch, ChatTake, MessageRedact, Typing, Read, Ping,
    TicketFollow, TicketUnfollow, TicketRead, TicketWriting, FloorFollow, AlarmHave, AlarmMute,
)  # fmt: skip


# -- said by the server: who -----------------------------------------------------------


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


class File(Struct, frozen=True):
    """A file attached to a message."""

    id: str
    name: str
    type: str
    size: int
    url: str


# -- said by the server: durable events ------------------------------------------------


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


DURABLE_EVENTS: tuple[type[Durable], ...] = (
    ChatStarted, Message, Note, ChatQueued, ChatWaiting, ChatAddressed, ChatDescribed, ChatAssigned, ChatTransferred,
    ChatLeft, ChatClosed, ChatRated, MessageRedacted,
)  # fmt: skip


# -- said by the server: what is not stored --------------------------------------------


class Ephemeral(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event that is not stored and may be dropped.

    In a send queue, a newer event replaces an older event of the same type, if the fields named in `coalesce` have the
    same values in both.
    """

    coalesce: ClassVar[tuple[str, ...]] = ()


class TypingEvent(Ephemeral, tag="typing", frozen=True, kw_only=True, omit_defaults=True):
    """Somebody started or stopped typing."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    on: bool
    preview: str | None = None


class ReadEvent(Ephemeral, tag="read", frozen=True, kw_only=True):
    """Somebody has read the chat up to the event `upto`."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    upto: int


class PageEvent(Ephemeral, tag="page", frozen=True, kw_only=True):
    """The customer is on another page of the site. Only staff see this."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    from_: Sender
    page: str


class ChatCustomer(Ephemeral, tag="chat.customer", frozen=True, kw_only=True):
    """Staff corrected the customer's name or email address. Only staff see this."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    name: str | None
    email: str | None


class Presence(Ephemeral, tag="presence", frozen=True, kw_only=True):
    """The status of a staff member. `by` says whether the staff member or the system chose the status.

    - `connected`: true if the staff member is connected.
    - `held`: the number of chats that they hold.
    - `free`: the number of their free slots.
    - `paused`: the teams from which they take no new chats.
    - `leaving`: true if they go offline once they hold no chat.
    - `today_by`: the name of the supervisor who changed their capacity or teams for today.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("staff",)
    staff: str
    name: str
    status: str
    reason: str | None
    since: str
    connected: bool
    held: int
    capacity: int
    free: int
    paused: list[str]
    by: Literal["self", "system"] = "self"
    leaving: bool = False
    today_by: str | None = None


class ChatPresence(Ephemeral, tag="chat.presence", frozen=True, kw_only=True):
    """The customer or the agent of a chat (`from`) disconnected or came back."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    connected: bool
    since: str


class ChatOffered(Ephemeral, tag="chat.offered", frozen=True, kw_only=True):
    """A chat is offered to this agent, who can accept it until `expires_at`.

    `words` is the first line of the customer's first message. `next` is the colleague to whom the chat would be offered
    if this agent declined now. It is null if the chat would wait in the queue instead.
    """

    about: About
    expires_at: str
    words: str | None
    next: Staff | None


Withdrawal = Literal["taken", "ended", "passed", "withdrawn", "unanswered", "accepted"]


class ChatWithdrawn(Ephemeral, tag="chat.withdrawn", frozen=True, kw_only=True):
    """An offer ended. `reason` says why. For example, the agent declined the offer, or somebody else took the chat.

    If a colleague transferred the chat by this offer, the colleague gets this event too, with one of these reasons:
    `accepted`, `taken` (by somebody else), `ended` (the chat was closed), or `unanswered` (the chat was requeued).
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    reason: Withdrawal


class ChatWatched(Ephemeral, tag="chat.watched", frozen=True, kw_only=True):
    """The supervisors who watch the reader's chat. `by` is empty once nobody watches it."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    by: list[Staff]


class ChatClosing(Ephemeral, tag="chat.closing", frozen=True, kw_only=True):
    """Closing time for a waiting customer. Sent if the team closes soon, or if its closing time has changed.

    - With `decide_by`, the customer can choose until that time.
    - With `waits_until`, the customer keeps their place until that time, as they chose.
    - With neither, the customer continues to wait as before.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    decide_by: str | None
    waits_until: str | None
    default: Literal["ticket"] = "ticket"


class ChatSilent(Ephemeral, tag="chat.silent", frozen=True, kw_only=True):
    """The customer has been silent for a while. `step` 1 is a reminder, `step` 2 a warning."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    ends_at: str
    step: int


class Alarm(Ephemeral, tag="alarm", frozen=True, kw_only=True, omit_defaults=True):
    """A problem that needs a supervisor. It began at `since`. `over` is true once it has ended.

    If the problem concerns a chat, `customer` is the customer's name. `staff` is the agent who is gone or owes a reply.
    `had_by` is the supervisor who takes care of it, since `had_at`. Until `muted_until` the alarm makes no sound.
    """

    kind: AlarmKind
    team: str
    since: str
    chat: str | None = None
    customer: str | None = None
    staff: Staff | None = None
    had_by: Staff | None = None
    had_at: str | None = None
    muted_by: Staff | None = None
    muted_until: str | None = None
    over: bool = False


class QueuePosition(Ephemeral, tag="queue.position", frozen=True, kw_only=True):
    """The customer's position in the queue, from 1. `wait_s` is null if the wait cannot be estimated."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    position: int
    wait_s: int | None


class QueueState(Struct, frozen=True):
    """One team's queue. `next` is the chat at the head of the queue.

    `longest_wait_s` is the longest wait of a customer, including the wait before the chat joined this queue. `queued_s`
    is the longest time that a chat has been in this queue.
    """

    team: str
    waiting: int
    longest_wait_s: int
    queued_s: int
    available: int
    free_seats: int
    next: str | None


class Queues(Ephemeral, tag="queues", frozen=True, kw_only=True):
    """The queues of the reader's teams."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    queues: list[QueueState]


class HoursEvent(Ephemeral, tag="hours", frozen=True, kw_only=True):
    """The present state of the reader's teams. Sent after a change. `teams` is as in the `ok` to `hello`."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    teams: Sequence[Any]


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
    redacted: Literal[True] | UnsetType = UNSET


class TicketRedacted(TicketEvent, tag="ticket.redacted", frozen=True, kw_only=True):
    """The text of event `of` was removed for good."""

    of: int


TICKET_EVENTS: tuple[type[TicketEvent], ...] = (TicketReply, TicketNote, TicketRedacted)


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


class FloorChat(Struct, frozen=True):
    """A chat that an agent holds or is offered. `chat`, `team` and `customer` are null if its team is not the reader's.

    `state` says what the chat waits for: the agent's first response (`owed`), a further response (`waiting_for_agent`),
    the customer (`waiting_for_customer`), or the agent's answer to the offer (`offered`). `since` is the start of this
    state. `unanswered_since` is the start of the customer's wait, which goes on if the chat gets another agent. Null
    while the customer does not wait.
    """

    chat: str | None
    team: str | None
    customer: str | None
    state: Literal["owed", "waiting_for_agent", "waiting_for_customer", "offered"]
    since: str
    unanswered_since: str | None


class FloorAgent(Struct, frozen=True):
    """An agent on the floor. `teams` has only teams of the reader.

    - `role`: supervisors are on the floor while they take chats.
    - `since`: the start of the status. For available agents it is the time at which they connected after a minute or
      longer without a connection, if that is later.
    - `gone_since`: when they lost their last connection. Null while they are connected.
    - `free`: their free slots. `taken`: the slots that are taken, which may be more than `capacity`. `wrapping_up`:
      slots that closed chats still take.
    - `handled`: their chats of the reader's teams that ended today. `rating`: the average rating of these chats, null
      without a rating.
    - `today_by`: the name of the supervisor who changed their capacity or teams for today.
    """

    staff: str
    name: str
    role: Literal["agent", "supervisor"]
    teams: list[str]
    status: Literal["available", "away", "offline"]
    reason: str | None
    since: str
    by: Literal["self", "system"]
    connected: bool
    gone_since: str | None
    capacity: int
    free: int
    taken: int
    wrapping_up: int
    paused: list[str]
    chats: list[FloorChat]
    handled: int
    rating: float | None
    today_by: str | None = None


class FloorTeam(Struct, frozen=True):
    """A team on the floor.

    - `longest_wait_s`: the longest wait in the team's queue now. `target_s`: the team's target for waits.
    - `within_target`: the share, from 0 to 1, of the first responses of the last hour that came within `target_s`. A
      customer who still waits for longer counts as not within it. Null if there is no such customer and no response.
    - `waits`: the longest wait for a first response, in seconds, for each of the last twelve five-minute spans. Null
      for a span without a first response.
    - `answered`: chats that got a first response today. `abandoned`, `missed`: chats that ended in this way today.
    - `available`: agents who take new chats of the team. `away`: the team's other connected agents.
    - `seats`: the slots of available agents. `seats_taken`: how many of these slots are taken.
    - `agent_grace_s`: after this time without a connection, an agent's chats are requeued.
    """

    team: str
    name: str
    open: bool
    opens_at: str | None
    closes_at: str | None
    waiting: int
    longest_wait_s: int
    target_s: int
    within_target: float | None
    waits: list[int | None]
    answered: int
    abandoned: int
    missed: int
    available: int
    away: int
    seats: int
    seats_taken: int
    agent_grace_s: int


class Floor(Ephemeral, tag="floor", frozen=True, kw_only=True):
    """The floor of the reader's teams, or what has changed on it since the version `after`.

    If `after` is 0, the frame is whole and replaces everything. Otherwise it has the teams and agents that are new or
    have changed, and in `gone` the agents who left. A reader that does not have the version `after` sends
    `floor.follow` to get a whole floor.
    """

    coalesce: ClassVar[tuple[str, ...]] = ()
    version: int
    after: int
    as_of: str
    teams: list[FloorTeam]
    agents: list[FloorAgent]
    gone: list[str]


class Bye(Ephemeral, tag="bye", frozen=True, kw_only=True):
    """The server shuts down. The client should reconnect after `retry_after_s` seconds."""

    reason: Literal["shutdown", "restart", "overload"]
    retry_after_s: float


EPHEMERAL_EVENTS: tuple[type[Ephemeral], ...] = (
    TypingEvent, ReadEvent, PageEvent, ChatCustomer, Presence, ChatPresence, ChatOffered, ChatWithdrawn, ChatWatched,
    ChatClosing, ChatSilent, Alarm, QueuePosition, Queues, HoursEvent, TicketNews, TicketChanged, TicketGone,
    TicketPresence, Floor, Bye,
)  # fmt: skip


class Limits(Struct, frozen=True):
    """The limits of the server, in the `ok` to `hello`."""

    frame: int
    text: int
    files: dict[str, Any]
    commands_per_10s: int
    chats_per_hour: int
