"""`hello` and `identify` of customers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import structs
from uuid_utils import uuid7

from chat import wire
from chat.adapters import archive
from chat.adapters.archive import chat_of
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.frames.customer_commands import CustomerHello, Identify
from chat.typed_texts import check_line
from clock import Clock
from identity import visitors
from identity.actor import Actor
from identity.customers import acting
from identity.ports import KnownVisitor
from identity.visitors import Visitor
from routing.service import Dispatcher
from server.edge.commands.answers import CustomerGreeted, Identified, OpenChat, Terms
from server.edge.commands.joining import Joining
from server.edge.commands.recognizing import Recognizing
from server.edge.email_addresses import checked_email
from server.edge.page_addresses import without_query
from server.edge.peers import actor_of
from server.live.chats.open_chats import OpenChats
from server.live.shared_reads import SharedReads, each
from storage.ports import Storage, Tx
from ticketing.following import Following, OpenTicket

READS_MAX = 3
"""Maximum number of attempts to read a customer's chats. A commit during a read makes another attempt necessary."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The open chats and tickets of a customer."""

    chats: Sequence[ChatRow] = ()
    tickets: list[OpenTicket] = field(default_factory=list)


_Known = tuple[KnownVisitor | None, _Open]


class CustomerGreetings:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        recognizing: Recognizing,
        routing: Dispatcher,
        open_chats: OpenChats,
        joining: Joining,
        following_tickets: Following,
        terms: Terms,
    ) -> None:
        self._reads = SharedReads[Callable[[Tx], _Known], _Known](storage, each)
        self._clock = clock
        self._secret = secret
        self._recognizing = recognizing
        self._routing = routing
        self._open_chats = open_chats
        self._joining = joining
        self._following_tickets = following_tickets
        self._terms = terms

    async def greet(self, peer: SocketPeer, frame: CustomerHello) -> bytes:
        now, recognizing = self._clock(), self._recognizing
        email = checked_email(frame.email)
        proven = await recognizing.prove(frame.identity, peer.address) if frame.identity is not None else None
        account = proven.account if proven is not None else await recognizing.signed_in(peer)
        token = visitors.open(self._secret, frame.token, now) if frame.token else None
        open_ = None
        if token is not None and account is None:
            known, open_ = await self._known_and_open(token)
        else:
            known = await recognizing.visitor_of(token, account) if token else None
        id_ = known.id if known else str(uuid7())
        if proven is not None:
            await recognizing.shown(proven, id_, peer.address)
        name = check_line(frame.name, "name") or (known.name if known else None)
        peer.actor = acting(id_, account, name, email or (known.email if known else None))
        if open_ is None:
            open_ = await self._open_of(peer.actor) if known or account else _Open()
        # The `hello` is kept for the life of the connection, without the fields that are never stored.
        peer.hello = structs.replace(
            frame, page=without_query(frame.page), referrer=without_query(frame.referrer), token=None, identity=None
        )
        self._joining.greeted(peer)
        return wire.ok(
            frame.id,
            CustomerGreeted(
                **structs.asdict(self._terms),
                **structs.asdict(self._identified(peer.actor, frame.token if known else None, open_)),
                teams=self._routing.hours_view(now),
            ),
        )

    async def identify(self, peer: SocketPeer, frame: Identify) -> bytes:
        """Accept a signed identity on an open connection.

        The visitor stays the same if the identity proves the visitor's own account, or gives a first account to a
        visitor without one. If the identity proves another person, the connection gets a new visitor.
        """
        before, proven = actor_of(peer), await self._recognizing.prove(frame.identity, peer.address)
        account = proven.account
        stays = visitors.goes_on(before.account, account.id)
        if stays and before.account is None:
            stays = await self._recognizing.bind(before.id, account)
        said = (before.name, before.email) if stays and not before.verified else (None, None)
        actor = acting(before.id if stays else str(uuid7()), account, *said)
        await self._recognizing.shown(proven, actor.id, peer.address)
        open_ = await self._open_of(actor)
        self._joining.become(peer, actor)
        return wire.ok(frame.id, self._identified(actor, None, open_))

    def _identified(self, actor: Actor, token: str | None, open_: _Open) -> Identified:
        now = self._clock()
        return Identified(
            visitor=actor.id,
            token=visitors.issue(self._secret, actor.id, now, actor.account)
            if actor.account is not None
            else visitors.renew(self._secret, token, actor.id, now),
            chats=[OpenChat(chat.id, chat_of(chat).state, chat.team, chat.last_public_seq) for chat in open_.chats],
            tickets=open_.tickets,
        )

    async def _known_and_open(self, token: Visitor) -> tuple[KnownVisitor | None, _Open | None]:
        """The visitor of a customer without an account, and what is open, in one read: this is the usual `hello`."""
        actor = acting(token.id, None)
        row, open_ = await self._read(actor, partial(self._recognizing.read, visitor=token.id))
        known = self._recognizing.visitor_in(token, row, None)
        return known, open_ if known else None

    async def _open_of(self, actor: Actor) -> _Open:
        """A customer's open chats and tickets when their connection joins."""
        return (await self._read(actor, lambda tx: None))[1]

    async def _read(self, actor: Actor, more: Callable[[Tx], KnownVisitor | None]) -> _Known:
        now = self._clock()

        def read(tx: Tx) -> _Known:
            chats, tickets = archive.open_rows(tx, customer=actor.ids), self._following_tickets.open_of(tx, actor, now)
            return more(tx), _Open(chats, tickets)

        found = await self._reads.read(read)
        for _ in range(READS_MAX - 1):
            if {chat.id for chat in found[1].chats} == self._open_chats.open_of(actor.ids):
                break
            found = await self._reads.read(read)
        return found
