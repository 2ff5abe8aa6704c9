"""Durable commands that are transactions of their own: a chat begins, a chat ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from uuid_utils import uuid7

from chat import service, wire
from chat.adapters import archive, networks
from chat.adapters.socket import SocketPeer
from chat.errors import invalid
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
from chat.wire import check_line
from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from routing.desk import Team
from routing.queue import is_full, priority_of
from server.edge.addresses import checked_email
from server.edge.admission import Admissions
from server.edge.commands.people import actor_of
from server.edge.limits import SocketLimits
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import LiveDesk


class Transacting:
    """What begins and ends chats."""

    def __init__(self, desk: LiveDesk, limits: SocketLimits, admissions: Admissions) -> None:
        self._desk = desk
        self._limits = limits
        self._admissions = admissions

    async def start(self, peer: SocketPeer, frame: ChatStart) -> bytes | None:
        desk, actor, hello = self._desk, actor_of(peer), peer.hello
        assert isinstance(hello, CustomerHello)
        self._check_start(frame, actor)
        if not actor.verified:
            # What is proven is not claimed otherwise.
            name, email = check_line(frame.name, "name") or actor.name, checked_email(frame.email) or actor.email
            actor = replace(actor, name=name, email=email)
        around = service.Surroundings(
            page=hello.page,
            referrer=hello.referrer,
            locale=hello.locale,
            timezone=hello.timezone,
            user_agent=(peer.user_agent or "")[:300] or None,
        )

        wait_s, chat, network = desk.routing.estimate(frame.team), str(uuid7()), network_of(peer.address)
        if not desk.picture.open_of(actor.ids):
            # Who has an open chat is told so, whatever waits.
            await self._admit(peer, actor, frame, wait_s)

        team = desk.teams.by_key[frame.team]
        # Read here, on the loop: the body runs in the writer's thread.
        free, seated = desk.routing.floor.free_seats(team.key), desk.routing.floor.seated(team.key)

        def body(tx: Tx) -> Logged:
            now = desk.clock()
            stamp = Stamp(actor.id, frame.id, peer)
            joining = self._joining(tx, team, free, seated, actor, now, wait_s)
            started = desk.conversations.start(tx, frame, actor, around, lambda: chat, joining, now, stamp)
            if not actor.identified:
                networks.keep(tx, chat, network, now)
            desk.people.keep_visitor(tx, actor, now)
            return started

        with self._admissions.joining(chat, actor, network, frame.team):
            answer = await self.transact(peer, frame.id, body)
        if answer is not None:
            # It was stored before, as another chat.
            self._admissions.crowds.forget(chat)
        peer.actor = actor
        return answer

    async def _admit(
        self, peer: SocketPeer, actor: Actor, frame: ChatStart, wait_s: Callable[[int], int | None]
    ) -> None:
        """Raises Refused where this network needs a proof for one more chat, or has no place for it."""
        desk, team = self._desk, self._desk.teams.by_key[frame.team]
        try:
            await self._admissions.admit(
                actor, network_of(peer.address), team.key, team.queue_max, frame.id, frame.proof
            )
        except Refused:
            waiting = len(desk.routing.floor.line(team.key))
            if is_full(team, waiting, desk.routing.floor.free_seats(team.key), desk.routing.floor.seated(team.key)):
                # Nobody works on a proof for a place that there is not.
                raise _queue_full(team, wait_s(waiting + 1)) from None
            self._limits.did_not_begin(peer)
            raise

    def _check_start(self, frame: ChatStart, actor: Actor) -> None:
        team = self._desk.teams.open_team(frame.team)
        self._desk.doors.check_open(frame.team)
        if frame.product is not None:
            self._check_product(frame.product, frame.team)
        if team.identity == "required" and not actor.identified:
            raise Refused("unauthorized", f"{team.name} only chats with verified customers.")

    def _joining(
        self,
        tx: Tx,
        team: Team,
        free: int,
        seated: int,
        actor: Actor,
        now: int,
        wait_s: Callable[[int], int | None],
    ) -> service.Joining:
        """The customer's place in the queue. Raises Refused(queue_full). `free` and `seated`: the slots of the team
        that are free, and those that are just being given to waiting chats."""
        desk = self._desk
        if team.queue_max is not None:
            archive.one_joins_at_a_time(tx, team.key)
        waiting = archive.waiting(tx, team.key)
        if is_full(team, waiting, free, seated):
            raise _queue_full(team, wait_s(waiting + 1))
        client = desk.people.client(tx, actor.client) if actor.client is not None else None
        priority = priority_of(vip=client is not None and client.vip, requeued=False)
        since = now - team.sticky_days * 86_400_000
        last = archive.last_joined(tx)
        behind = None if last is None or last <= now else last + 1
        return service.Joining(priority, archive.last_agent(tx, actor.ids, since), behind, wait_s)

    def _check_product(self, product: str, team: str) -> None:
        products = self._desk.teams.by_key[team].products
        if product not in products:
            name = self._desk.teams.by_key[team].name
            raise invalid("product", f"{name} answers for {', '.join(products)}, not for {product!r}.")

    async def send_with_files(self, peer: SocketPeer, frame: MessageSend) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            files, now = desk.chat_files, desk.clock()
            return desk.conversations.send_with_files(tx, frame, files, actor, desk.teams.silent_ms, now, stamp)

        return await self.transact(peer, frame.id, body)

    async def wait(self, peer: SocketPeer, frame: ChatWait) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.wait(tx, frame, actor, desk.teams.drain_ms, desk.clock(), stamp)

        return await self.transact(peer, frame.id, body)

    async def end(self, peer: SocketPeer, frame: ChatEnd) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        return await self.transact(
            peer,
            frame.id,
            lambda tx: desk.conversations.end(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer)),
        )

    async def close(self, peer: SocketPeer, frame: ChatClose) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        if frame.team is not None:
            desk.teams.open_team(frame.team)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.close(tx, frame, actor, desk.clock(), stamp, self._check_product)

        return await self.transact(peer, frame.id, body)

    async def redact(self, peer: SocketPeer, frame: MessageRedact) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)

        def body(tx: Tx) -> Logged:
            stamp = Stamp(actor.id, frame.id, peer)
            return desk.conversations.redact(tx, frame, desk.traces, actor, desk.clock(), stamp)

        return await self.transact(peer, frame.id, body)

    async def rate(self, peer: SocketPeer, frame: ChatRate) -> bytes | None:
        desk, actor = self._desk, actor_of(peer)
        return await self.transact(
            peer,
            frame.id,
            lambda tx: desk.conversations.rate(tx, frame, actor, desk.clock(), Stamp(actor.id, frame.id, peer)),
        )

    async def transact(self, peer: SocketPeer, id_: str, body: Callable[[Tx], Logged]) -> bytes | None:
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
            return await stored_ok(self._desk, peer, event)
        return None


def _queue_full(team: Team, wait_s: int | None) -> Refused:
    sentence = f"The line for {team.name} is full right now. Leave a message, or come back later."
    return Refused("queue_full", sentence, wait_s=wait_s)


async def stored_ok(desk: LiveDesk, peer: SocketPeer, event: Logged) -> bytes:
    """The `ok` to a command that was stored before. How a chat stands that they got by it, it says as of now, as long
    as they may know."""
    # Whoever stored it may have been cut off before it could tell.
    desk.hub.heard_of(event.chat, event.seq)
    about = (
        await desk.history.about(event.chat, actor_of(peer)) if peer.staff and event.gives_its_writer_a_chat else None
    )
    return wire.stored_ok(event, staff=peer.staff, dup=True, about=about)
