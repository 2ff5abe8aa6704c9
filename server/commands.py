"""Frame type → handler: what each command of the socket does with the rooms.

A handler in `direct` acts at once or puts something on the journal's lane. One in `transacted`
has its turn to itself; it gives the answer, or None where the hub gives it in the event's place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msgspec import structs
from uuid_utils import uuid7

from chat import service, wire
from chat.adapters import archive
from chat.adapters.archive import chat_of
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.conversation import check
from chat.errors import NotFound, Refused, invalid, unavailable
from chat.events import Logged
from chat.frames import (
    FRAME_MAX,
    TEXT_MAX,
    About,
    ChatClose,
    ChatEnd,
    ChatResume,
    ChatStart,
    ChatUnwatch,
    ChatWatch,
    Command,
    CustomerHello,
    Limits,
    MessageSend,
    NoteAdd,
    Ping,
    PresenceSet,
    Read,
    ReadEvent,
    StaffHello,
    Typing,
    TypingEvent,
)
from chat.numbering import Append
from chat.ports import Stamp
from clock import rfc3339
from identity import visitors
from identity.actor import Actor
from identity.ports import KnownVisitor
from routing.adapters import store
from routing.agents import Choice
from server.addresses import checked_email, without_query
from server.transport import HEARTBEAT_S
from storage.ports import StorageUnavailable, Tx

if TYPE_CHECKING:
    from server.desk import Desk

SERVED_TO_CUSTOMERS: frozenset[type[Command]] = frozenset(
    {CustomerHello, ChatStart, ChatResume, MessageSend, ChatEnd, Typing, Read, Ping}
)
SERVED_TO_STAFF: frozenset[type[Command]] = frozenset(
    {StaffHello, PresenceSet, ChatResume, MessageSend, NoteAdd, ChatClose, ChatWatch, ChatUnwatch, Typing, Read, Ping}
)


_MORE_LOOKS = 2
"""How often the store is asked again for somebody's chats where what was committed meanwhile makes it old."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a chat stands, as the store has it."""

    row: ChatRow
    position: int | None
    agent: str | None
    about: About | None


class Commands:
    """`chat.adapters.socket.Handlers` over the composed desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.direct: dict[type[Command], Callable[[SocketPeer, Any], None]] = {
            MessageSend: self.send,
            NoteAdd: self.add_note,
            Typing: self.typing,
            Read: self.read,
            Ping: self.ping,
        }
        self.transacted: dict[type[Command], Any] = {
            CustomerHello: self.greet_customer,
            StaffHello: self.greet_staff,
            ChatStart: self.start,
            ChatResume: self.resume,
            ChatEnd: self.end,
            ChatClose: self.close,
            ChatWatch: self.watch,
            ChatUnwatch: self.unwatch,
            PresenceSet: self.set_presence,
        }

    # -- what the pump asks ---------------------------------------------------------------

    def allows(self, peer: SocketPeer, received: Command | wire.Rejected) -> Refused | None:
        return self._desk.limits.allow(peer, received)

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        try:
            stored = await self._desk.storage.read(lambda tx: archive.known(tx, peer.person, id_))
        except StorageUnavailable:
            return wire.error(id_, unavailable())
        return wire.stored_ok(stored, dup=True) if stored else wire.error(id_, refused)

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        self._desk.metrics.answered(wire.type_of(command) if command else "none", outcome)

    def gone(self, peer: SocketPeer) -> None:
        self._desk.metrics.connections.labels(peer.wire.side).dec()
        if not peer.staff:
            self._desk.limits.let_out(peer.address)
        if self._desk.hub.leave(peer):
            self._desk.reactions.last_connection_gone(peer)
        elif peer.staff and peer.wire.greeted:
            self._desk.reactions.connection_gone(peer)

    # -- hello ----------------------------------------------------------------------------

    async def greet_customer(self, peer: SocketPeer, frame: CustomerHello) -> bytes:
        desk, now = self._desk, self._desk.clock()
        if frame.identity is not None:
            raise Refused("unauthorized", "This desk takes no signed identities: it shares no secret with a site.")
        visitor = visitors.open(desk.secret, frame.token, now) if frame.token else None
        id_ = visitor.id if visitor else str(uuid7())
        row, chats = await self._past_of_visitor(id_) if visitor else (None, [])
        peer.actor = Actor(
            kind="customer",
            id=id_,
            name=(frame.name or "").strip() or (row.name if row else None),
            email=checked_email(frame.email) or (row.email if row else None),
        )
        peer.hello = frame
        self._greeted(peer)
        return wire.ok(
            frame.id,
            {
                "visitor": id_,
                "token": visitors.renew(desk.secret, frame.token if visitor else None, id_, now),
                **self._terms(),
                "teams": desk.routing.hours_view(now),
                "chats": [
                    {"chat": chat.id, "state": chat.state, "team": chat.team, "seq": chat.last_public_seq}
                    for chat in chats
                ],
            },
        )

    async def greet_staff(self, peer: SocketPeer, frame: StaffHello) -> bytes:
        desk, now, actor = self._desk, self._desk.clock(), _actor(peer)
        abouts, choice = await self._past_of_agent(actor.id)
        teams = desk.teams_of(actor)
        known = desk.routing.agent(actor.id)
        agent = (known if known is not None else choice).named(actor.name or "", frozenset(teams))
        if known is None or (known.name, known.teams) != (agent.name, agent.teams):
            # They are new, or have other teams, since this server looked last.
            desk.routing.agent_changed(agent)
        self._greeted(peer)
        return wire.ok(
            frame.id,
            {
                "staff": actor.id,
                "name": actor.name,
                "role": actor.role,
                "teams": desk.routing.staff_view(teams, now),
                "status": agent.status,
                "capacity": agent.capacity,
                **self._terms(),
                "chats": abouts,
                "queues": desk.routing.queue_states(teams),
            },
        )

    async def _past_of_visitor(self, visitor: str) -> tuple[KnownVisitor | None, Sequence[ChatRow]]:
        """What they said of themself, and their open chats as they are at the moment of joining."""
        desk = self._desk

        def look(tx: Tx) -> tuple[KnownVisitor | None, Sequence[ChatRow]]:
            return desk.people.visitor(tx, visitor), archive.open_chats(tx, visitor=visitor)

        found = await desk.storage.read(look)
        for _ in range(_MORE_LOOKS):
            if {chat.id for chat in found[1]} == desk.reactions.open_of_visitor(visitor):
                break
            found = await desk.storage.read(look)
        return found

    async def _past_of_agent(self, staff: str) -> tuple[list[About], Choice]:
        """The chats that they hold as they are at the moment of joining, and what they chose."""
        desk = self._desk

        def look(tx: Tx) -> tuple[list[About], Choice]:
            held = [archive.about(tx, row) for row in archive.open_chats(tx, agent=staff)]
            return held, store.choice_of(tx, staff) or Choice(staff=staff, since=desk.clock())

        found = await desk.storage.read(look)
        for _ in range(_MORE_LOOKS):
            if {about.chat for about in found[0]} == desk.routing.held_by(staff):
                break
            found = await desk.storage.read(look)
        return found

    def _greeted(self, peer: SocketPeer) -> None:
        if peer.closed:
            # It went while we looked: nobody is here by that.
            return
        peer.person = _actor(peer).id
        if not self._desk.limits.has_room_for(len(self._desk.hub.peers_of(peer.person))):
            peer.close(4102, "too many connections of one person")
            return
        peer.wire.greeted = True
        if self._desk.hub.join(peer):
            self._desk.reactions.first_connection(peer)
        elif peer.staff:
            self._desk.reactions.connection_added(peer)

    def _terms(self) -> dict[str, Any]:
        limits = self._desk.settings.rate_limits
        return {
            "epoch": self._desk.epoch,
            "heartbeat_s": HEARTBEAT_S,
            "limits": Limits(
                frame=FRAME_MAX,
                text=TEXT_MAX,
                files={"count": 0, "size": 0, "types": []},
                commands_per_10s=limits.commands_per_10s,
                chats_per_hour=limits.chats_per_hour,
            ),
        }

    # -- by the lane ----------------------------------------------------------------------

    def send(self, peer: SocketPeer, frame: MessageSend) -> None:
        if frame.files:
            raise invalid("files", "There is no such file.")
        self._submit(peer, service.send(frame, _actor(peer), self._desk.clock(), peer))

    def add_note(self, peer: SocketPeer, frame: NoteAdd) -> None:
        self._submit(peer, service.note(frame, _actor(peer), self._desk.clock(), peer))

    def _submit(self, peer: SocketPeer, append: Append) -> None:
        peer.submitted(append.command)
        self._desk.lane.submit(append)

    # -- each a transaction -----------------------------------------------------------------

    async def start(self, peer: SocketPeer, frame: ChatStart) -> bytes | None:
        desk, actor, hello = self._desk, _actor(peer), peer.hello
        assert isinstance(hello, CustomerHello)
        self._check_start(frame)
        actor = replace(
            actor, name=(frame.name or "").strip() or actor.name, email=checked_email(frame.email) or actor.email
        )
        around = service.Surroundings(
            page=without_query(hello.page),
            referrer=without_query(hello.referrer),
            locale=hello.locale,
            timezone=hello.timezone,
            user_agent=(peer.user_agent or "")[:300] or None,
        )

        def body(tx: Tx) -> Logged:
            now = desk.clock()
            stamp = Stamp(actor.id, frame.id, peer)
            started = desk.conversations.start(tx, frame, actor, around, lambda: str(uuid7()), now, stamp)
            desk.people.keep_visitor(tx, actor, now)
            return started

        answer = await self._transact(peer, frame.id, body)
        peer.actor = actor
        return answer

    def _check_start(self, frame: ChatStart) -> None:
        team = self._desk.open_team(frame.team)
        if frame.product is not None:
            self._check_product(frame.product, frame.team)
        if team.identity == "required":
            raise Refused("unauthorized", f"{team.name} answers only customers whose identity is proven.")
        if frame.ticket is not None:
            raise Refused("not_found", "There is no such ticket among yours.")

    def _check_product(self, product: str, team: str) -> None:
        products = self._desk.teams[team].products
        if product not in products:
            name = self._desk.teams[team].name
            raise invalid("product", f"{name} answers for {', '.join(products)}, not for {product!r}.")

    async def end(self, peer: SocketPeer, frame: ChatEnd) -> bytes | None:
        desk, actor = self._desk, _actor(peer)
        return await self._transact(
            peer,
            frame.id,
            lambda tx: desk.conversations.end(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer)),
        )

    async def close(self, peer: SocketPeer, frame: ChatClose) -> bytes | None:
        desk, actor = self._desk, _actor(peer)
        if frame.team is not None:
            desk.open_team(frame.team)

        def body(tx: Tx) -> Logged:
            chat = desk.conversations.chat(tx, frame.chat)
            if frame.product is not None and chat is not None and chat.agent == actor.id:
                self._check_product(frame.product, frame.team or chat.team)
            return desk.conversations.close(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer))

        return await self._transact(peer, frame.id, body)

    async def _transact(self, peer: SocketPeer, id_: str, body: Callable[[Tx], Logged]) -> bytes | None:
        """Run a durable command, unless it was stored before. The hub gives the `ok` of a new one."""

        def unit(tx: Tx) -> tuple[Logged, bool]:
            earlier = archive.known(tx, peer.person, id_)
            return (earlier, True) if earlier else (body(tx), False)

        peer.begun(id_)
        try:
            event, dup = await self._desk.storage.write(unit)
        except BaseException:
            peer.ended(id_)
            raise
        if dup:
            peer.ended(id_)
            self._desk.hub.heard_of(event)
            return wire.stored_ok(event, dup=True)
        return None

    async def set_presence(self, peer: SocketPeer, frame: PresenceSet) -> bytes:
        choice = await self._desk.reactions.set_presence(_actor(peer), frame)
        return wire.ok(
            frame.id, {"status": choice.status, "capacity": choice.capacity, "paused": sorted(choice.paused)}
        )

    # -- following ------------------------------------------------------------------------

    async def resume(self, peer: SocketPeer, frame: ChatResume) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "follow")

    async def watch(self, peer: SocketPeer, frame: ChatWatch) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "watch")

    async def _follow(self, peer: SocketPeer, id_: str, chat: str, after: int, verb: Any) -> None:
        desk, actor = self._desk, _actor(peer)

        def look(tx: Tx) -> ChatRow:
            row = archive.chat_row(tx, chat)
            if row is None:
                raise NotFound
            check(verb, chat_of(row), actor)
            return row

        row = await desk.storage.read(look)
        if after > row.last_seq:
            raise invalid("after", f"The chat has {row.last_seq} events. Resume from 0 if you cannot tell.")

        async def arrived(seq: int) -> bool:
            found = await desk.storage.read(lambda tx: self._standing(tx, chat, seq, actor))
            if found is not None:
                peer.send(wire.ok(id_, self._told(found, peer)))
            return found is not None

        desk.hub.follow(peer, chat, after, arrived, lambda: peer.send(wire.error(id_, unavailable())))

    def _standing(self, tx: Tx, chat: str, seq: int, actor: Actor) -> _Standing | None:
        """How a chat stands in the store; None where its log goes on beyond `seq`."""
        row = archive.chat_row(tx, chat)
        if row is None or row.last_seq > seq:
            return None
        return _Standing(
            row,
            archive.place_in_line(tx, row) if row.state == "queued" else None,
            self._desk.people.names(tx, [row.agent]).get(row.agent) if row.agent is not None else None,
            archive.about(tx, row) if actor.kind == "staff" else None,
        )

    def _told(self, found: _Standing, peer: SocketPeer) -> dict[str, Any]:
        """The answer to `chat.resume`: what the store says, and who is here."""
        desk, row = self._desk, found.row
        marks = desk.reading.marks(row.id)
        answer: dict[str, Any] = {
            "chat": row.id,
            "seq": row.last_seq if peer.staff else row.last_public_seq,
            "state": row.state,
            "read": {
                "customer": max(row.read_customer, marks.customer),
                "staff": max(row.read_staff, marks.staff),
            },
        }
        if found.position is not None:
            answer |= {"position": found.position, "wait_s": None}
        if row.agent is not None:
            answer["agent"] = {"id": row.agent, "name": found.agent, "connected": desk.hub.is_here(row.agent)}
        if row.ticket is not None:
            answer["ticket"] = row.ticket
        if found.about is not None:
            answer["about"] = found.about
        return answer

    async def unwatch(self, peer: SocketPeer, frame: ChatUnwatch) -> bytes:
        if not self._desk.hub.follows(peer, frame.chat):
            raise NotFound
        if _actor(peer).role != "supervisor" or frame.chat in self._desk.routing.held_by(peer.person):
            raise Refused("forbidden", "Only a supervisor who is not the chat's agent watches, and stops watching.")
        self._desk.hub.unfollow(peer, frame.chat)
        return wire.ok(frame.id, {"chat": frame.chat})

    # -- what is not stored -----------------------------------------------------------------

    def ping(self, peer: SocketPeer, frame: Ping) -> None:
        peer.send(wire.ok(frame.id, {"at": rfc3339(self._desk.clock())}))

    def typing(self, peer: SocketPeer, frame: Typing) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = _actor(peer)
        event = TypingEvent(chat=frame.chat, from_=service.sender(actor), on=frame.on)
        self._desk.hub.news(frame.chat, event, besides=actor.id, to_staff=peer.staff, to_customer=peer.staff)
        if not peer.staff:
            team = self._desk.teams.get(self._desk.reactions.team_of(frame.chat) or "")
            if frame.preview and team is not None and team.typing_preview:
                event = structs.replace(event, preview=frame.preview)
            self._desk.hub.news(frame.chat, event, besides=actor.id, to_customer=False)

    def read(self, peer: SocketPeer, frame: Read) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = _actor(peer)
        upto = min(frame.upto, self._desk.hub.place_of(peer, frame.chat))
        if self._desk.reading.mark(frame.chat, upto, staff=peer.staff):
            event = ReadEvent(chat=frame.chat, from_=service.sender(actor), upto=upto)
            self._desk.hub.news(frame.chat, event, besides=actor.id)

    def _check_takes_part(self, peer: SocketPeer, chat: str) -> None:
        """Raises Refused where this person is not the chat's customer or agent: they are not read or typing."""
        if not self._desk.hub.follows(peer, chat):
            raise NotFound
        if peer.staff and chat not in self._desk.routing.held_by(peer.person):
            raise Refused("forbidden", "Only the customer and the chat's agent are seen typing and reading.")


def _actor(peer: SocketPeer) -> Actor:
    assert peer.actor is not None, "nothing but hello is handled before hello"
    return peer.actor
