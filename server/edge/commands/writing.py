"""Stores messages and notes through the lane. Also handles typing, read marks, pages and pings, which store no
event."""

from __future__ import annotations

from msgspec import structs

from chat import service, wire
from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.errors import NotFound
from chat.frames.commands import MessageSend, PageAt, Ping, Read, Typing
from chat.frames.customer_commands import CustomerHello
from chat.frames.ephemeral import PageEvent, ReadEvent, TypingEvent
from chat.frames.staff_commands import NoteAdd
from chat.numbering import Append
from chat.senders import sender
from chat.visits import Visit
from clock import Clock, rfc3339
from refusals import Refused
from routing.service import Dispatcher
from server.edge.commands.answers import Pong
from server.edge.commands.conversing import Conversing
from server.edge.page_addresses import without_query
from server.edge.peers import actor_of
from server.live.chats.open_chats import OpenChats
from server.live.chats.reading import Reading
from server.live.ports import Telling
from server.live.teams import Teams
from storage.ports import Lane
from texts.card_numbers import holds_card, masked_so_far


class Writing:
    def __init__(
        self,
        clock: Clock,
        lane: Lane[Append],
        conversing: Conversing,
        hub: Hub,
        telling: Telling,
        teams: Teams,
        open_chats: OpenChats,
        reading: Reading,
        routing: Dispatcher,
    ) -> None:
        self._clock = clock
        self._lane = lane
        self._conversing = conversing
        self._hub = hub
        self._telling = telling
        self._teams = teams
        self._open_chats = open_chats
        self._reading = reading
        self._routing = routing

    def send(self, peer: SocketPeer, frame: MessageSend) -> None:
        if frame.files or holds_card(frame.text):
            # Files are claimed in the same transaction, which is too much work for the lane. The answer to a message
            # with a card number says that it was masked.
            peer.take_turn(frame, self._conversing.send_with_files(peer, frame))
            return
        self._submit(peer, service.send(frame, actor_of(peer), self._clock(), peer))

    def add_note(self, peer: SocketPeer, frame: NoteAdd) -> None:
        if frame.files or frame.mentions or holds_card(frame.text):
            peer.take_turn(frame, self._conversing.note_with_files(peer, frame))
            return
        self._submit(peer, service.note(frame, actor_of(peer), self._clock(), peer))

    def _submit(self, peer: SocketPeer, append: Append) -> None:
        peer.submitted(append.command)
        self._lane.submit(append)

    def ping(self, peer: SocketPeer, frame: Ping) -> None:
        peer.send(wire.ok(frame.id, Pong(rfc3339(self._clock()))))

    def typing(self, peer: SocketPeer, frame: Typing) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = actor_of(peer)
        event = TypingEvent(chat=frame.chat, from_=sender(actor), on=frame.on)
        self._telling.to_followers(frame.chat, event, besides=actor.id, to_staff=peer.staff, to_customer=peer.staff)
        if not peer.staff:
            team = self._teams.by_key.get(self._open_chats.team_of(frame.chat) or "")
            if frame.preview and team is not None and team.typing_preview:
                event = structs.replace(event, preview=masked_so_far(frame.preview))
            self._telling.to_followers(frame.chat, event, besides=actor.id, to_customer=False)

    def read(self, peer: SocketPeer, frame: Read) -> None:
        self._check_takes_part(peer, frame.chat)
        actor = actor_of(peer)
        upto = min(frame.upto, self._hub.place_of(peer, frame.chat))
        if self._reading.mark(frame.chat, upto, staff=peer.staff):
            event = ReadEvent(chat=frame.chat, from_=sender(actor), upto=upto)
            # A chat has one customer. The customer's other tabs need not learn of the customer's own mark.
            self._telling.to_followers(frame.chat, event, besides=actor.id, to_customer=peer.staff)

    def page(self, peer: SocketPeer, frame: PageAt) -> None:
        """Store the page that the customer is on.

        The next chat of this connection begins on this page. If the command names a chat, the staff who follow this
        chat are notified at once.
        """
        address = without_query(frame.page)
        if address is None:
            return
        if frame.chat is not None:
            self._check_takes_part(peer, frame.chat)
        if isinstance(peer.hello, CustomerHello):
            peer.hello = structs.replace(peer.hello, page=address)
        if frame.chat is not None:
            self._reading.moved(frame.chat, Visit(self._clock(), address))
            actor = actor_of(peer)
            event = PageEvent(chat=frame.chat, from_=sender(actor), page=address)
            self._telling.to_followers(frame.chat, event, besides=actor.id, to_customer=False)

    def _check_takes_part(self, peer: SocketPeer, chat: str) -> None:
        """Raises NotFound if the connection does not follow the chat. Raises Refused(forbidden) for staff who are not
        the chat's agent."""
        if not self._hub.follows(peer, chat):
            raise NotFound
        if peer.staff and chat not in self._routing.floor.held_by(peer.person):
            raise Refused("forbidden", "Only the customer and the chat's agent can send this.")
