"""`hello` and `identify`: who comes, what they are told at the door, and what of theirs is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import structs
from uuid_utils import uuid7

from attachments.file_types import TYPES
from attachments.inspection import SIZE_MAX
from chat import wire
from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.frames import (
    FILES_MAX,
    FRAME_MAX,
    TEXT_MAX,
    About,
    CustomerHello,
    Identify,
    Limits,
    StaffHello,
)
from clock import rfc3339
from identity import visitors
from identity.actor import Actor
from identity.adapters.visits import Proven
from identity.customers import acting
from identity.ports import Account, KnownVisitor
from identity.visitors import Visitor
from routing.adapters import store
from routing.agents import Choice
from server.edge.addresses import checked_email, without_query
from server.edge.commands.people import actor_of
from server.edge.heartbeat import HEARTBEAT_S
from server.edge.limits import SocketLimits
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import LiveDesk

_MORE_LOOKS = 2
"""How often the store is asked again for somebody's chats where what was committed meanwhile makes it old."""


class Greetings:
    """The two hellos, and the proofs of who a customer is."""

    def __init__(self, desk: LiveDesk, limits: SocketLimits) -> None:
        self._desk = desk
        self._limits = limits

    async def greet_customer(self, peer: SocketPeer, frame: CustomerHello) -> bytes:
        desk, now = self._desk, self._desk.clock()
        email = checked_email(frame.email)
        proven = await self._proven(frame.identity) if frame.identity is not None else None
        account = proven.account if proven is not None else None
        token = visitors.open(desk.secret, frame.token, now) if frame.token else None
        known = await self._visitor_of(token, account) if token else None
        id_ = known.id if known else str(uuid7())
        if proven is not None:
            self._shown(proven, id_)
        peer.actor = acting(
            id_,
            account,
            wire.check_line(frame.name, "name") or (known.name if known else None),
            email or (known.email if known else None),
        )
        chats = await self._open_chats(peer.actor) if known or account else []
        # It is kept for as long as the connection: what is never stored need not be.
        peer.hello = structs.replace(
            frame, page=without_query(frame.page), referrer=without_query(frame.referrer), token=None, identity=None
        )
        self._greeted(peer)
        return wire.ok(
            frame.id,
            {
                **self._customer(peer.actor, frame.token if known else None, chats),
                **self._terms(),
                "teams": desk.routing.hours_view(now),
            },
        )

    async def identify(self, peer: SocketPeer, frame: Identify) -> bytes:
        """A new proof: of the same account, of one where there was none, or of somebody else, who is a new visitor."""
        before, proven = actor_of(peer), await self._proven(frame.identity)
        account = proven.account
        stays = visitors.goes_on(before.account, account.id)
        if stays and before.account is None:
            stays = await self._bound(before.id, account)
        said = (before.name, before.email) if stays and not before.verified else (None, None)
        actor = acting(before.id if stays else str(uuid7()), account, *said)
        self._shown(proven, actor.id)
        chats = await self._open_chats(actor)
        if not peer.closed:
            self._become(peer, actor)
        return wire.ok(frame.id, self._customer(actor, None, chats))

    def _become(self, peer: SocketPeer, actor: Actor) -> None:
        """From now on this connection is `actor`'s; where that is another visitor, what was followed ends."""
        desk = self._desk
        if actor.id != peer.person and (gone := desk.hub.leave(peer)):
            desk.presence.last_connection_gone(peer, gone)
        if not self._has_room_for(peer, actor):
            return
        peer.actor, peer.person = actor, actor.id
        if came := desk.hub.join(peer):
            desk.presence.first_connection(peer, came)

    def _has_room_for(self, peer: SocketPeer, actor: Actor) -> bool:
        """May this connection be one of `actor`'s? An account is one person, in however many browsers. If not, it is
        closed."""
        open_already = max(len({*self._desk.hub.peers_of(id_)} - {peer}) for id_ in actor.ids)
        if self._limits.has_room_for(open_already):
            return True
        peer.close(4102, "too many connections of one person")
        return False

    def _shown(self, proven: Proven, visitor: str) -> None:
        self._desk.people.visits.shown_by(proven.signed, visitor)

    async def _proven(self, identity: str) -> Proven:
        settings = self._desk.settings
        return await self._desk.people.visits.prove(
            identity, settings.identity_secrets(), settings.base_url, settings.identity_domains
        )

    async def _visitor_of(self, token: Visitor, account: Account | None) -> KnownVisitor | None:
        """The visitor whom a token names, as far as they go on as the same; None for who is a new one."""
        desk, proven = self._desk, account.id if account else None
        if not visitors.goes_on(token.account, proven):
            return None
        known = await desk.storage.read(lambda tx: desk.people.visitor(tx, token.id))
        if desk.people.visits.has_signed_out(token, known):
            return None
        known = known or KnownVisitor(token.id, None, None)
        if not visitors.goes_on(known.account, proven):
            return None
        if account is not None and token.account is None and known.account is None:
            return known if await self._bound(token.id, account) else None
        return known

    async def _bound(self, visitor: str, account: Account) -> bool:
        """Make a visitor the account's, so that a token without it opens nothing. False where they are another's."""
        desk, now = self._desk, self._desk.clock()
        return await desk.storage.write(lambda tx: desk.people.customers.bind(tx, visitor, account.id, now))

    def _customer(self, actor: Actor, token: str | None, chats: Sequence[ChatRow]) -> dict[str, Any]:
        """Who a customer is to us, what to come back with, and what of theirs is open."""
        secret, now = self._desk.secret, self._desk.clock()
        return {
            "visitor": actor.id,
            "token": visitors.issue(secret, actor.id, now, actor.account)
            if actor.account is not None
            else visitors.renew(secret, token, actor.id, now),
            "chats": [
                {"chat": chat.id, "state": chat.state, "team": chat.team, "seq": chat.last_public_seq} for chat in chats
            ],
        }

    async def greet_staff(self, peer: SocketPeer, frame: StaffHello) -> bytes:
        desk, now, actor = self._desk, self._desk.clock(), actor_of(peer)
        abouts, choice = await self._past_of_agent(actor.id)
        teams = desk.teams.seen_by(actor)
        known = desk.routing.floor.get(actor.id)
        agent = (known.choice if known is not None else choice).named(actor.name or "", frozenset(teams))
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
                "reason": agent.reason,
                "since": rfc3339(agent.since),
                "by": agent.set_by,
                "capacity": agent.capacity,
                "paused": sorted(agent.paused),
                **self._terms(),
                "chats": abouts,
                "queues": desk.routing.queue_states(teams),
            },
        )

    async def _open_chats(self, actor: Actor) -> Sequence[ChatRow]:
        """A customer's open chats as they are at the moment of joining."""
        desk = self._desk
        found = await desk.storage.read(lambda tx: archive.open_chats(tx, customer=actor.ids))
        for _ in range(_MORE_LOOKS):
            if {chat.id for chat in found} == desk.picture.open_of(actor.ids):
                break
            found = await desk.storage.read(lambda tx: archive.open_chats(tx, customer=actor.ids))
        return found

    async def _past_of_agent(self, staff: str) -> tuple[list[About], Choice]:
        """The chats that they hold as they are at the moment of joining, and what they chose."""
        desk = self._desk

        def look(tx: Tx) -> tuple[list[About], Choice]:
            held = desk.abouts.all_of(tx, archive.open_chats(tx, agent=staff))
            return held, store.choice_of(tx, staff) or Choice(staff=staff, since=desk.clock())

        found = await desk.storage.read(look)
        for _ in range(_MORE_LOOKS):
            if {about.chat for about in found[0]} == desk.routing.floor.held_by(staff):
                break
            found = await desk.storage.read(look)
        return found

    def _greeted(self, peer: SocketPeer) -> None:
        if peer.closed:
            # It went while we looked: nobody is here by that.
            return
        actor = actor_of(peer)
        peer.person = actor.id
        if not self._has_room_for(peer, actor):
            return
        peer.wire.greeted = True
        if came := self._desk.hub.join(peer):
            self._desk.presence.first_connection(peer, came)
        elif peer.staff:
            self._desk.presence.connection_added(peer)
        if peer.staff:
            self._desk.offers.greet(peer)
            self._desk.alarms.greet(peer)

    def _terms(self) -> dict[str, Any]:
        limits = self._desk.settings.rate_limits
        return {
            "epoch": self._desk.epoch,
            "heartbeat_s": HEARTBEAT_S,
            "limits": Limits(
                frame=FRAME_MAX,
                text=TEXT_MAX,
                files={"count": FILES_MAX, "size": SIZE_MAX, "types": list(TYPES)},
                commands_per_10s=limits.commands_per_10s,
                chats_per_hour=limits.chats_per_hour,
            ),
        }
