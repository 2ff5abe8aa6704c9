"""Durable commands that are transactions of their own: a chat begins, a chat ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from uuid_utils import uuid7

from chat import service, wire
from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.errors import Refused, invalid
from chat.events import Logged
from chat.frames import (
    ChatClose,
    ChatEnd,
    ChatRate,
    ChatStart,
    ChatWait,
    CustomerHello,
    MessageRedact,
    MessageSend,
)
from chat.ports import Stamp
from identity.actor import Actor
from server.addresses import checked_email, without_query
from server.commands.people import actor_of
from storage.ports import Tx

if TYPE_CHECKING:
    from server.desk import Desk


class Transacting:
    """What begins and ends chats."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, peer: SocketPeer, frame: ChatStart) -> bytes | None:
        desk, actor, hello = self._desk, actor_of(peer), peer.hello
        assert isinstance(hello, CustomerHello)
        self._check_start(frame, actor)
        if not actor.verified:
            # What is proven is not claimed otherwise.
            name, email = (frame.name or "").strip() or actor.name, checked_email(frame.email) or actor.email
            actor = replace(actor, name=name, email=email)
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

    def _check_start(self, frame: ChatStart, actor: Actor) -> None:
        team = self._desk.open_team(frame.team)
        self._desk.hours.check_open(frame.team)
        if frame.product is not None:
            self._check_product(frame.product, frame.team)
        if team.identity == "required" and not actor.verified:
            raise Refused("unauthorized", f"{team.name} answers only customers whose identity is proven.")

    def _check_product(self, product: str, team: str) -> None:
        products = self._desk.teams[team].products
        if product not in products:
            name = self._desk.teams[team].name
            raise invalid("product", f"{name} answers for {', '.join(products)}, not for {product!r}.")

    async def send_with_files(self, peer: SocketPeer, frame: MessageSend) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.send_with_files(tx, frame, desk.files, actor, desk.silent_ms, desk.clock(), stamp)

        return await self._transact(peer, frame.id, body)

    async def wait(self, peer: SocketPeer, frame: ChatWait) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.wait(tx, frame, actor, desk.hours.drain_ms, desk.clock(), stamp)

        return await self._transact(peer, frame.id, body)

    async def end(self, peer: SocketPeer, frame: ChatEnd) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        return await self._transact(
            peer,
            frame.id,
            lambda tx: desk.conversations.end(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer)),
        )

    async def close(self, peer: SocketPeer, frame: ChatClose) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        if frame.team is not None:
            desk.open_team(frame.team)

        def body(tx: Tx) -> Logged:
            chat = desk.conversations.chat(tx, frame.chat)
            if frame.product is not None and chat is not None and chat.agent == actor.id:
                self._check_product(frame.product, frame.team or chat.team)
            return desk.conversations.close(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer))

        return await self._transact(peer, frame.id, body)

    async def redact(self, peer: SocketPeer, frame: MessageRedact) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.redact(tx, frame, desk.traces, actor, desk.clock(), stamp)

        return await self._transact(peer, frame.id, body)

    async def rate(self, peer: SocketPeer, frame: ChatRate) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        return await self._transact(
            peer,
            frame.id,
            lambda tx: desk.conversations.rate(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer)),
        )

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
            return wire.stored_ok(event, staff=peer.staff, dup=True)
        return None
