"""All types of frames."""

from __future__ import annotations

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
from chat.frames.durable import (
    ChatAddressed,
    ChatAssigned,
    ChatClosed,
    ChatDescribed,
    ChatLeft,
    ChatQueued,
    ChatRated,
    ChatStarted,
    ChatTransferred,
    ChatWaiting,
    Durable,
    Message,
    MessageRedacted,
    Note,
)
from chat.frames.ephemeral import (
    Bye,
    ChatClosing,
    ChatCustomer,
    ChatOffered,
    ChatPresence,
    ChatSilent,
    ChatWatched,
    ChatWithdrawn,
    Ephemeral,
    HoursEvent,
    InboxChanged,
    PageEvent,
    Presence,
    QueuePosition,
    Queues,
    ReadEvent,
    ReviewFeedback,
    TypingEvent,
)
from chat.frames.floor import Alarm, Floor
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
from chat.frames.ticket_events import (
    TicketChanged,
    TicketEvent,
    TicketGone,
    TicketNews,
    TicketNote,
    TicketPresence,
    TicketRedacted,
    TicketReply,
)

CUSTOMER_COMMANDS: tuple[type[Command], ...] = (
    CustomerHello, Identify, ChatStart, ChatResume, MessageSend, ChatWait, ChatAddress, ChatDescribe, ChatEnd,
    ChatRate, MessageRedact, Typing, Read, PageAt, Ping, TicketFollow, TicketUnfollow, TicketRead, TicketWriting,
)  # fmt: skip
STAFF_COMMANDS: tuple[type[Command], ...] = (
    StaffHello, PresenceSet, ChatAccept, ChatDecline, ChatPick, ChatResume, MessageSend, NoteAdd,
    ChatTransfer, ChatClose, ChatWatch, ChatUnwatch, ChatTake, MessageRedact, Typing, Read, Ping,
    TicketFollow, TicketUnfollow, TicketRead, TicketWriting, FloorFollow, AlarmHave, AlarmMute,
)  # fmt: skip
DURABLE_EVENTS: tuple[type[Durable], ...] = (
    ChatStarted, Message, Note, ChatQueued, ChatWaiting, ChatAddressed, ChatDescribed, ChatAssigned, ChatTransferred,
    ChatLeft, ChatClosed, ChatRated, MessageRedacted,
)  # fmt: skip
TICKET_EVENTS: tuple[type[TicketEvent], ...] = (TicketReply, TicketNote, TicketRedacted)
EPHEMERAL_EVENTS: tuple[type[Ephemeral], ...] = (
    TypingEvent, ReadEvent, PageEvent, ChatCustomer, Presence, ChatPresence, ChatOffered, ChatWithdrawn, ChatWatched,
    ChatClosing, ChatSilent, Alarm, QueuePosition, Queues, HoursEvent, TicketNews, TicketChanged, TicketGone,
    TicketPresence, ReviewFeedback, InboxChanged, Floor, Bye,
)  # fmt: skip
