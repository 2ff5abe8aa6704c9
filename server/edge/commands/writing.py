"""Messages and notes, by the journal's lane; and what is not stored: typing, reading, signs of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from chat import service, wire
from chat.adapters.socket import SocketPeer
from chat.errors import NotFound
from chat.frames import (
    MessageSend,
    NoteAdd,
    Ping,
    Read,
    ReadEvent,
    Typing,
    TypingEvent,
)
from chat.numbering import Append
from chat.senders import sender
from clock import rfc3339
from refusals import Refused
from server.edge.commands.people import actor_of
from server.edge.commands.transacting import Transacting

if TYPE_CHECKING:
    from server.live.desk import LiveDesk


class Writing:
    """What is said, or only seen, in a chat that is followed."""

    def __init__(self, desk: LiveDesk, transacting: Transacting) -> None:
        self._desk = desk
        self._transacting = transacting

    def send(self, peer: SocketPeer, frame: MessageSend) -> None:
        if frame.files:
            # Whose files they are is looked up, and they are used up with it: no work for the lane.
            peer.take_turn(frame, self._transacting.send_with_files(peer, frame))
            return
        self._submit(peer, service.send(frame, actor_of(peer), self._desk.clock(), peer))

    def add_note(self, peer: SocketPeer, frame: NoteAdd) -> None:
        self._submit(peer, service.note(frame, actor_of(peer), self._desk.clock(), peer))

    def _submit(self, peer: SocketPeer, append: Append) -> None:
        peer.submitted(append.command)
        self._desk.lane.submit(append)

    def ping(self, peer: SocketPeer, frame: Ping) -> None:
        peer.send(wire.ok(frame.id, {"at": rfc3339(self._desk.clock())}))

    def typing(self, peer: SocketPeer, frame: Typing) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = actor_of(peer)
        event = TypingEvent(chat=frame.chat, from_=sender(actor), on=frame.on)
        self._desk.hub.news(frame.chat, event, besides=actor.id, to_staff=peer.staff, to_customer=peer.staff)
        if not peer.staff:
            team = self._desk.teams.by_key.get(self._desk.picture.team_of(frame.chat) or "")
            if frame.preview and team is not None and team.typing_preview:
                event = structs.replace(event, preview=frame.preview)
            self._desk.hub.news(frame.chat, event, besides=actor.id, to_customer=False)

    def read(self, peer: SocketPeer, frame: Read) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = actor_of(peer)
        upto = min(frame.upto, self._desk.hub.place_of(peer, frame.chat))
        if self._desk.reading.mark(frame.chat, upto, staff=peer.staff):
            event = ReadEvent(chat=frame.chat, from_=sender(actor), upto=upto)
            # A chat has one customer: what is theirs goes to none of their other tabs and devices.
            self._desk.hub.news(frame.chat, event, besides=actor.id, to_customer=peer.staff)

    def _check_takes_part(self, peer: SocketPeer, chat: str) -> None:
        """Raises Refused where this person is not the chat's customer or agent: they are not read or typing."""
        if not self._desk.hub.follows(peer, chat):
            raise NotFound
        if peer.staff and chat not in self._desk.routing.floor.held_by(peer.person):
            raise Refused("forbidden", "Only the customer and the chat's agent can send this.")
