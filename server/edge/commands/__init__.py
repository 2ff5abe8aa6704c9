"""Frame type → handler: what each command of the socket does with the rooms.

A handler in `direct` acts at once or puts something on the journal's lane. One in `transacted`
has its turn to itself; it gives the answer, or None where the hub gives it in the event's place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chat import wire
from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.errors import unavailable
from chat.frames import (
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
    MessageRedact,
    MessageSend,
    NoteAdd,
    Ping,
    PresenceSet,
    Read,
    StaffHello,
    Typing,
)
from refusals import Refused
from server.edge.admission import Admissions
from server.edge.commands.following import Following
from server.edge.commands.greeting import Greetings
from server.edge.commands.handing_over import HandingOver
from server.edge.commands.people import actor_of
from server.edge.commands.transacting import Transacting, stored_ok
from server.edge.commands.writing import Writing
from server.edge.limits import SocketLimits
from server.edge.peers import ServedPeer
from server.edge.refusal_log import RefusalLog
from storage.ports import StorageUnavailable

if TYPE_CHECKING:
    from server.live.desk import LiveDesk

SERVED_TO_CUSTOMERS: frozenset[type[Command]] = frozenset(
    {
        CustomerHello,
        Identify,
        ChatStart,
        ChatResume,
        MessageSend,
        ChatWait,
        ChatEnd,
        ChatRate,
        MessageRedact,
        Typing,
        Read,
        Ping,
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
    }
)

OF_THEMSELVES: frozenset[type[Command | wire.Rejected]] = frozenset(
    {Ping, StaffHello, ChatResume, ChatWatch, Read, wire.Rejected}
)
"""What a console says without anybody at it: when it comes back, and while its page is merely in view. A session is not
kept alive by these."""

_BLOCKED = (ChatStart, MessageSend, ChatRate, Typing)
"""What a blocked customer may not do."""


class Commands:
    """`chat.adapters.socket.Handlers` over the composed desk."""

    def __init__(self, desk: LiveDesk, limits: SocketLimits, admissions: Admissions, refusal_log: RefusalLog) -> None:
        self._desk = desk
        self._limits = limits
        self._refusal_log = refusal_log
        greetings, following = Greetings(desk, limits), Following(desk, limits)
        transacting = Transacting(desk, limits, admissions)
        writing, handing_over = Writing(desk, transacting), HandingOver(desk, transacting)
        self.direct: dict[type[Command], Callable[[SocketPeer, Any], None]] = {
            MessageSend: writing.send,
            NoteAdd: writing.add_note,
            Typing: writing.typing,
            Read: writing.read,
            Ping: writing.ping,
        }
        self.transacted: dict[type[Command], Any] = {
            CustomerHello: greetings.greet_customer,
            StaffHello: greetings.greet_staff,
            Identify: greetings.identify,
            ChatStart: transacting.start,
            ChatResume: following.resume,
            ChatWait: transacting.wait,
            ChatEnd: transacting.end,
            ChatClose: transacting.close,
            ChatRate: transacting.rate,
            MessageRedact: transacting.redact,
            ChatAccept: handing_over.accept,
            ChatDecline: handing_over.decline,
            ChatPick: handing_over.pick,
            ChatTransfer: handing_over.transfer,
            ChatTake: handing_over.take,
            ChatWatch: following.watch,
            ChatUnwatch: following.unwatch,
            PresenceSet: self.set_presence,
        }

    async def set_presence(self, peer: SocketPeer, frame: PresenceSet) -> bytes:
        choice = await self._desk.status_choices.set(actor_of(peer), frame)
        return wire.ok(
            frame.id, {"status": choice.status, "capacity": choice.capacity, "paused": sorted(choice.paused)}
        )

    def allows(self, peer: SocketPeer, received: Command | wire.Rejected) -> Refused | None:
        if peer.staff and type(received) is not Ping:
            self._desk.attendance.active(peer.person)
            if isinstance(peer, ServedPeer) and peer.session is not None and type(received) not in OF_THEMSELVES:
                self._desk.people.use.note(peer.session)
        refused = self._limits.allow(peer, received)
        if refused is not None:
            self._refusal_log.note("rate", peer.address)
        elif self._desk.bans.any and isinstance(received, _BLOCKED):
            # Staff send messages too.
            what = "new chats" if isinstance(received, ChatStart) else "commands"
            place = peer.place if isinstance(peer, ServedPeer) else peer.address
            return self._desk.bans.refusal(peer.actor, place, what)
        return refused

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        try:
            stored = await self._desk.storage.read(lambda tx: archive.known(tx, peer.person, id_))
        except StorageUnavailable:
            return wire.error(id_, unavailable())
        return await stored_ok(self._desk, peer, stored) if stored else wire.error(id_, refused)

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        self._desk.metrics.answered(wire.type_of(command) if command else "none", outcome)

    def gone(self, peer: SocketPeer) -> None:
        self._desk.metrics.connections.labels(peer.wire.side).dec()
        self._limits.went(peer)
        gone = self._desk.hub.leave(peer)
        if gone:
            self._desk.presence.last_connection_gone(peer, gone)
        elif peer.staff and peer.wire.greeted:
            self._desk.presence.connection_gone(peer)
