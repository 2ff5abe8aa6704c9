"""Every frame of the protocol `switchboard.v1`.

A frame from a client is one of `CUSTOMER_COMMANDS` or `STAFF_COMMANDS`. A frame from the server is an answer (`Ok`,
`Refusal`), a durable event (stored, with `seq` and `prev`) or an ephemeral one. Limits of texts are declared here, so
decoding a frame validates its shape completely. `chat.conversation` has the rules beyond the shape.

Texts are stored as sent. Times on the wire are RFC 3339, UTC, milliseconds.
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
"""Maximum size in bytes of a client's frame. A larger frame closes the connection with 1009."""
DEPTH_MAX = 8
"""Maximum nesting depth of a frame."""
SUBPROTOCOL = "switchboard.v1"

CommandId = Annotated[str, Meta(min_length=1, max_length=64)]
ChatId = Annotated[str, Meta(min_length=1, max_length=64)]
FileId = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Short = Annotated[str, Meta(min_length=1, max_length=200)]
Long = Annotated[str, Meta(max_length=500)]
Address = Annotated[str, Meta(max_length=16_000)]
"""The URL of a page, with its query. It may be long; the query is not stored."""
TeamKey = Annotated[str, Meta(min_length=1, max_length=32)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
TicketNumber = Annotated[int, Meta(ge=1, le=2**53)]


class Command(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A client's request. `durable` ones are stored before they are answered."""

    durable: ClassVar[bool] = False


# -- asked by both ---------------------------------------------------------------------


class ChatResume(Command, frozen=True, tag="chat.resume"):
    """Get everything after `after`, then follow the chat without a gap."""

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
    """Typing started or stopped; `preview` is the text so far. Not answered."""

    chat: ChatId
    on: bool
    preview: Text | None = None


class Read(Command, frozen=True, tag="read"):
    """Read up to `upto`. Not answered."""

    chat: ChatId
    upto: Seq


class PageAt(Command, frozen=True, tag="page"):
    """The customer is on another page of the site, in `chat` or before one. Not answered."""

    page: Address
    chat: ChatId | None = None


class Ping(Command, frozen=True, tag="ping"):
    """Check the connection: browsers do not show protocol pings to scripts."""

    id: CommandId


class MessageRedact(Command, frozen=True, tag="message.redact"):
    """Remove the text of event `of` for good. The event keeps its place."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    of: Annotated[int, Meta(ge=1, le=2**53)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class TicketFollow(Command, frozen=True, tag="ticket.follow"):
    """Get the ticket's own events after `after`, then follow the ticket without a gap."""

    id: CommandId
    ticket: TicketNumber
    after: Seq


class TicketUnfollow(Command, frozen=True, tag="ticket.unfollow"):
    """Stop following a ticket."""

    id: CommandId
    ticket: TicketNumber


class TicketRead(Command, frozen=True, tag="ticket.read"):
    """Read a ticket's own events up to `upto`. Not answered."""

    ticket: TicketNumber
    upto: Seq


class TicketWriting(Command, frozen=True, tag="ticket.writing"):
    """Started or stopped writing on a followed ticket. Not answered."""

    ticket: TicketNumber
    on: bool


# -- asked by customers ----------------------------------------------------------------


class CustomerHello(Command, frozen=True, tag="hello"):
    """Sign in as a customer, from a page. `token` brings a visitor back."""

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
    """A renewed proof of the customer's identity, signed by the host site."""

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
    fields: Annotated[dict[Annotated[str, Meta(max_length=100)], Long], Meta(max_length=20)] | None = None
    ticket: TicketNumber | None = None
    files: Annotated[list[FileId], Meta(max_length=FILES_MAX)] = []
    """Sent with the first message."""
    proof: Annotated[str, Meta(min_length=1, max_length=2_600)] | None = None
    """Answer to the challenge of `proof_needed`."""


class ChatWait(Command, frozen=True, tag="chat.wait"):
    """Keep the place in line past closing time."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatAddress(Command, frozen=True, tag="chat.address"):
    """Give an address for the answer, or correct it. It is a claim."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    email: Annotated[str, Meta(min_length=3, max_length=254)]


class ChatEnd(Command, frozen=True, tag="chat.end"):
    """End the chat or leave the queue. The `ok` names the ticket."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class ChatRate(Command, frozen=True, tag="chat.rate"):
    """Rate the chat, up to 30 days after its end. The last rating counts."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Text | None = None


# -- asked by staff --------------------------------------------------------------------


class StaffHello(Command, frozen=True, tag="hello"):
    """Staff are identified by their token or session."""

    id: CommandId


class PresenceSet(Command, frozen=True, tag="presence.set"):
    """Choose a status. It is kept over restarts and devices.

    With `leaving`, which needs the status "away", the status becomes "offline" once the agent holds no chat.
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
    """Take a chat out of the queue, even beyond one's own capacity."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


class NoteAdd(Command, frozen=True, tag="note.add"):
    """Add a note for staff only. From a supervisor who watches, it is a whisper."""

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


class TicketOutcome(Struct, frozen=True, kw_only=True, rename={"with_": "with"}):
    """The agent's decision about the ticket. Only `ticketing` reads it, and has a property for each field."""

    status: Annotated[str, Meta(max_length=32)]
    resolution: Annotated[str, Meta(max_length=32)] | None = None
    duplicate_of: TicketNumber | None = None
    with_: Annotated[str, Meta(max_length=32)] | None = None
    workaround: Text | None = None
    assignee: ChatId | None = None


class ChatClose(Command, TicketOutcome, frozen=True, kw_only=True, tag="chat.close"):
    """End the chat. The `ok` names the ticket.

    With `seen`, the `seq` of the last event that the agent has seen, it is refused if the customer has written since.
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
    """Watch a chat, unseen by the customer."""

    id: CommandId
    chat: ChatId
    after: Seq = 0


class ChatUnwatch(Command, frozen=True, tag="chat.unwatch"):
    """Stop watching."""

    id: CommandId
    chat: ChatId


class ChatTake(Command, frozen=True, tag="chat.take"):
    """A supervisor becomes the agent."""

    durable: ClassVar[bool] = True
    id: CommandId
    chat: ChatId


CUSTOMER_COMMANDS: tuple[type[Command], ...] = (
    CustomerHello, Identify, ChatStart, ChatResume, MessageSend, ChatWait, ChatAddress, ChatEnd, ChatRate,
    MessageRedact, Typing, Read, PageAt, Ping, TicketFollow, TicketUnfollow, TicketRead, TicketWriting,
)  # fmt: skip
STAFF_COMMANDS: tuple[type[Command], ...] = (
    StaffHello, PresenceSet, ChatAccept, ChatDecline, ChatPick, ChatResume, MessageSend, NoteAdd,
    ChatTransfer, ChatClose, ChatWatch, ChatUnwatch, ChatTake, MessageRedact, Typing, Read, Ping,
    TicketFollow, TicketUnfollow, TicketRead, TicketWriting,
)  # fmt: skip


# -- said by the server: who -----------------------------------------------------------


class Sender(Struct, frozen=True, omit_defaults=True):
    """The author of an event (`from`). Staff appear with an opaque `id` and a public `name`."""

    kind: Literal["customer", "staff", "system"]
    id: str | None
    name: str | None
    verified: bool | UnsetType = UNSET


class Staff(Struct, frozen=True):
    """A colleague, as everybody sees them."""

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
    """A chat's details for staff, besides its events."""

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
    """Start of the wait for its present team; null unless it waits."""
    vip: bool
    """It goes ahead in the queue: the client is a VIP."""
    came_back: bool
    """It had an agent who could not keep it, and goes ahead of chats that were never answered."""
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
    """An event of a chat's log. It is stored as it is sent.

    `chat.wire` adds `chat`, `seq` and `prev` at the front, and for the author the `id` of the command.
    """

    staff_only: ClassVar[bool] = False
    at: str
    from_: Sender


class ChatStarted(Durable, tag="chat.started", frozen=True, kw_only=True):
    """First event of every chat."""

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
    """A message. `text` is null once redacted."""

    text: str | None
    files: list[File]
    redacted: bool | UnsetType = UNSET


class Note(Durable, tag="note", frozen=True, kw_only=True):
    """A note for staff only. `text` is null once redacted."""

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
    """The customer keeps their place past closing time, at most until `until`."""

    until: str


class ChatAddressed(Durable, tag="chat.addressed", frozen=True, kw_only=True):
    """The customer gave an address for the answer."""

    email: str


class ChatAssigned(Durable, tag="chat.assigned", frozen=True, kw_only=True):
    """The chat has an agent. Staff also get `about`, which is not stored."""

    staff: Staff
    by: Literal["dispatcher", "accept", "pick", "take", "transfer"]


class ChatTransferred(Durable, tag="chat.transferred", frozen=True, kw_only=True):
    """The chat was transferred."""

    from_team: str
    to_team: str
    to_staff: Staff | UnsetType = UNSET
    """The colleague; absent for a transfer to the team."""


class ChatLeft(Durable, tag="chat.left", frozen=True, kw_only=True):
    """An agent left the chat."""

    who: Staff
    reason: Literal["transferred", "gone", "taken", "no_reply"]


class ChatClosed(Durable, tag="chat.closed", frozen=True, kw_only=True):
    """The chat is closed, and this is its ticket."""

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
    """The text of note `of` was removed. Only staff see this."""

    staff_only: ClassVar[bool] = True


DURABLE_EVENTS: tuple[type[Durable], ...] = (
    ChatStarted, Message, Note, ChatQueued, ChatWaiting, ChatAddressed, ChatAssigned, ChatTransferred, ChatLeft,
    ChatClosed, ChatRated, MessageRedacted,
)  # fmt: skip


# -- said by the server: what is not stored --------------------------------------------


class Ephemeral(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event that is not stored and may be dropped.

    In a send queue, a newer event replaces an older one of its type if the fields in `coalesce` are equal.
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
    """Somebody has read up to `upto`."""

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


class Presence(Ephemeral, tag="presence", frozen=True, kw_only=True):
    """Status of a staff member, chosen by them or by the system (`by`).

    Also says whether they are connected, how many chats they hold, how many slots are free, and from which teams they
    take no new chats (`paused`). `leaving`: they go offline once they hold no chat.
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


class ChatPresence(Ephemeral, tag="chat.presence", frozen=True, kw_only=True):
    """The other side of a chat disconnected or came back."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    connected: bool
    since: str


class ChatOffered(Ephemeral, tag="chat.offered", frozen=True, kw_only=True):
    """A chat is offered and can be accepted until `expires_at`.

    `words` is the first line of the customer's first message. `next` is the colleague who would be offered the chat
    after this agent, as things are now; null if it would wait in the queue.
    """

    about: About
    expires_at: str
    words: str | None
    next: Staff | None


Withdrawal = Literal["taken", "ended", "passed", "withdrawn", "unanswered", "accepted"]


class ChatWithdrawn(Ephemeral, tag="chat.withdrawn", frozen=True, kw_only=True):
    """An offer ended: taken by somebody else, chat closed, declined, or withdrawn.

    The colleague who transferred the chat by this offer gets this event too. For them, the chat was `accepted`, taken
    by somebody else, closed, or `unanswered` and requeued.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    reason: Withdrawal


class ChatClosing(Ephemeral, tag="chat.closing", frozen=True, kw_only=True):
    """The team closes soon, or its closing time has changed, while the customer waits.

    With `decide_by`, the customer can choose until then. With `waits_until`, they chose to keep their place until then.
    Without both, they continue to wait as before.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    decide_by: str | None
    waits_until: str | None
    default: Literal["ticket"] = "ticket"


class ChatSilent(Ephemeral, tag="chat.silent", frozen=True, kw_only=True):
    """The customer has been silent: step 1 is a reminder, step 2 a warning."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    ends_at: str
    step: int


class Alarm(Ephemeral, tag="alarm", frozen=True, kw_only=True, omit_defaults=True):
    """Something needs a supervisor since `since`. `over` is set when it has ended.

    If it concerns a chat, `customer` is the customer's name, and `staff` the agent who is gone or owes a reply.
    """

    kind: Literal["unstaffed", "first_reply", "next_reply", "queue", "closing", "agent_gone"]
    team: str
    since: str
    chat: str | None = None
    customer: str | None = None
    staff: Staff | None = None
    over: bool = False


class QueuePosition(Ephemeral, tag="queue.position", frozen=True, kw_only=True):
    """Place in line, from 1. `wait_s` is null if it cannot be estimated."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    position: int
    wait_s: int | None


class QueueState(Struct, frozen=True):
    """One team's queue. `next` is the chat at its head."""

    team: str
    waiting: int
    longest_wait_s: int
    available: int
    free_seats: int
    next: str | None


class Queues(Ephemeral, tag="queues", frozen=True, kw_only=True):
    """The queues of the reader's teams."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    queues: list[QueueState]


class HoursEvent(Ephemeral, tag="hours", frozen=True, kw_only=True):
    """The reader's teams after a change, as in the `ok` to `hello`."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    teams: Sequence[Any]


class TicketEvent(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event of a ticket's own stream, as its followers get it. `prev` is the previous event that they may see."""

    staff_only: ClassVar[bool] = False
    ticket: int
    seq: int
    prev: int
    at: str
    from_: Sender


class TicketReply(TicketEvent, tag="ticket.reply", frozen=True, kw_only=True):
    """A reply. `says`: the customer's statement about the issue, for example that it is solved."""

    text: str | None
    files: list[File]
    says: Literal["solved", "not_fixed"] | UnsetType = UNSET
    redacted: Literal[True] | UnsetType = UNSET


class TicketNote(TicketEvent, tag="ticket.note", frozen=True, kw_only=True):
    """A note for staff."""

    staff_only: ClassVar[bool] = True
    text: str | None
    files: list[File]
    redacted: Literal[True] | UnsetType = UNSET


class TicketRedacted(TicketEvent, tag="ticket.redacted", frozen=True, kw_only=True):
    """The text of event `of` was removed for good."""

    of: int


TICKET_EVENTS: tuple[type[TicketEvent], ...] = (TicketReply, TicketNote, TicketRedacted)


class LastWords(Struct, frozen=True, rename={"from_": "from"}):
    """The start of the newest event that the reader may see. `text` is null if it has none or was redacted."""

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
    """Properties of a followed ticket have changed. `changed` has their new values, as in the ticket's JSON."""

    ticket: int
    version: int
    changed: dict[str, Any]


class TicketGone(Ephemeral, tag="ticket.gone", frozen=True, kw_only=True):
    """A followed ticket can no longer be seen, for example because it went to another team."""

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


class Bye(Ephemeral, tag="bye", frozen=True, kw_only=True):
    """The server shuts down. Reconnect after `retry_after_s`."""

    reason: Literal["shutdown", "restart", "overload"]
    retry_after_s: float


EPHEMERAL_EVENTS: tuple[type[Ephemeral], ...] = (
    TypingEvent, ReadEvent, PageEvent, Presence, ChatPresence, ChatOffered, ChatWithdrawn, ChatClosing,
    ChatSilent, Alarm, QueuePosition, Queues, HoursEvent, TicketNews, TicketChanged, TicketGone, TicketPresence, Bye,
)  # fmt: skip


class Limits(Struct, frozen=True):
    """Limits for clients, in the `ok` to `hello`."""

    frame: int
    text: int
    files: dict[str, Any]
    commands_per_10s: int
    chats_per_hour: int
