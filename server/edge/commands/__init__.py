"""The handler of each command of the sockets, by frame type.

A handler in `direct` acts at once, or submits its event to the lane (the shared transactions of messages and notes). A
handler in `transacted` runs while no other command of its connection runs. Such a handler returns the answer to the
command. It returns None for a command that stored an event: the hub then sends the `ok` to this connection, and the
event to the other connections that follow the chat.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat import wire
from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.errors import unavailable
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
from identity.adapters.people import People
from refusals import Refused
from server.edge.commands.alarms import AlarmCommands
from server.edge.commands.answers import Chosen
from server.edge.commands.conversing import Conversing
from server.edge.commands.following import Following
from server.edge.commands.following_floor import FollowingFloor
from server.edge.commands.following_tickets import FollowingTickets
from server.edge.commands.greeting_customers import CustomerGreetings
from server.edge.commands.greeting_staff import StaffGreetings
from server.edge.commands.handover import HandingOver
from server.edge.commands.starting import Starting
from server.edge.commands.stored import StoredAnswers
from server.edge.commands.writing import Writing
from server.edge.limits import SocketLimits
from server.edge.peers import ServedPeer, actor_of
from server.edge.refusal_log import RefusalLog
from server.live.chats.bans import Bans
from server.live.metrics import Metrics
from server.live.presence.attendance import Attendance
from server.live.presence.presence import Presence
from server.live.presence.status_choice import StatusChoices
from storage.ports import StorageUnavailable

SERVED_TO_CUSTOMERS: frozenset[type[Command]] = frozenset(
    {
        CustomerHello,
        Identify,
        ChatStart,
        ChatResume,
        MessageSend,
        ChatWait,
        ChatAddress,
        ChatDescribe,
        ChatEnd,
        ChatRate,
        MessageRedact,
        Typing,
        Read,
        PageAt,
        Ping,
        TicketFollow,
        TicketUnfollow,
        TicketRead,
        TicketWriting,
    }
)
SERVED_TO_STAFF: frozenset[type[Command]] = frozenset(
    {
        StaffHello,
        PresenceSet,
        ChatAccept,
        ChatDecline,
        ChatPick,
        ChatResume,
        MessageSend,
        NoteAdd,
        ChatTransfer,
        ChatClose,
        ChatWatch,
        ChatUnwatch,
        ChatTake,
        MessageRedact,
        Typing,
        Read,
        Ping,
        TicketFollow,
        TicketUnfollow,
        TicketRead,
        TicketWriting,
        FloorFollow,
        AlarmHave,
        AlarmMute,
    }
)

OF_THEMSELVES: frozenset[type[Command | wire.Rejected]] = frozenset(
    {Ping, StaffHello, ChatResume, ChatWatch, Read, TicketFollow, TicketRead, FloorFollow, wire.Rejected}
)
"""Commands that a console sends without user action: when it reconnects, or while its page is visible.

They do not keep the session alive.
"""

_BLOCKED = (ChatStart, MessageSend, ChatAddress, ChatDescribe, ChatRate, Typing)
"""Commands that are refused if the customer is blocked."""


class Commands:
    """Implements `chat.adapters.socket.Handlers`."""

    def __init__(
        self,
        *,
        customers: CustomerGreetings,
        staff: StaffGreetings,
        starting: Starting,
        conversing: Conversing,
        following: Following,
        following_tickets: FollowingTickets,
        following_floor: FollowingFloor,
        alarms: AlarmCommands,
        handing_over: HandingOver,
        writing: Writing,
        stored: StoredAnswers,
        status_choices: StatusChoices,
        attendance: Attendance,
        people: People,
        hub: Hub,
        presence: Presence,
        bans: Bans,
        metrics: Metrics,
        limits: SocketLimits,
        refusal_log: RefusalLog,
    ) -> None:
        self._stored = stored
        self._following_tickets = following_tickets
        self._following_floor = following_floor
        self._status_choices = status_choices
        self._attendance = attendance
        self._people = people
        self._hub = hub
        self._presence = presence
        self._bans = bans
        self._metrics = metrics
        self._limits = limits
        self._refusal_log = refusal_log
        self.direct: dict[type[Command], Callable[[SocketPeer, Any], None]] = {
            MessageSend: writing.send,
            NoteAdd: writing.add_note,
            Typing: writing.typing,
            Read: writing.read,
            PageAt: writing.page,
            Ping: writing.ping,
            **following_tickets.direct,
        }
        self.transacted: dict[type[Command], Any] = {
            CustomerHello: customers.greet,
            StaffHello: staff.greet,
            Identify: customers.identify,
            ChatStart: starting.start,
            ChatResume: following.resume,
            **conversing.transacted,
            ChatAccept: handing_over.accept,
            ChatDecline: handing_over.decline,
            ChatPick: handing_over.pick,
            ChatTransfer: handing_over.transfer,
            ChatTake: handing_over.take,
            ChatWatch: following.watch,
            ChatUnwatch: following.unwatch,
            PresenceSet: self._set_presence,
            **following_tickets.transacted,
            **following_floor.transacted,
            **alarms.transacted,
        }

    async def _set_presence(self, peer: SocketPeer, frame: PresenceSet) -> bytes:
        choice = await self._status_choices.set(actor_of(peer), frame)
        return wire.ok(frame.id, Chosen(choice.status, choice.capacity, sorted(choice.paused), choice.leaving))

    def allows(self, peer: SocketPeer, received: Command | wire.Rejected) -> Refused | None:
        if peer.staff and type(received) not in (Ping, FloorFollow):
            self._attendance.active(peer.person)
            if isinstance(peer, ServedPeer) and peer.session is not None and type(received) not in OF_THEMSELVES:
                self._people.use.note(peer.session)
        refused = self._limits.allow(peer, received)
        if refused is not None:
            self._refusal_log.note("rate", peer.address)
        elif self._bans.any and isinstance(received, _BLOCKED):
            # `_BLOCKED` contains commands of staff too, such as messages. `refusal` refuses only customers.
            what = "new chats" if isinstance(received, ChatStart) else "commands"
            place = peer.place if isinstance(peer, ServedPeer) else peer.address
            return self._bans.refusal(peer.actor, place, what)
        return refused

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        try:
            stored = await self._stored.find(peer, id_)
        except StorageUnavailable:
            return wire.error(id_, unavailable())
        return stored or wire.error(id_, refused)

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        self._metrics.answered(wire.type_of(command) if command else "none", outcome)

    def gone(self, peer: SocketPeer) -> None:
        self._metrics.connections.labels(peer.wire.side).dec()
        self._limits.went(peer)
        self._following_tickets.left(peer)
        self._following_floor.left(peer)
        gone = self._hub.leave(peer)
        if gone:
            self._presence.last_connection_gone(peer, gone)
        elif peer.staff and peer.wire.greeted:
            self._presence.connection_gone(peer)
