"""`hello`: who comes, what they are told at the door, and what of theirs is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from uuid_utils import uuid7

from chat import wire
from chat.adapters import archive
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.errors import Refused
from chat.frames import (
    FRAME_MAX,
    TEXT_MAX,
    About,
    CustomerHello,
    Limits,
    StaffHello,
)
from identity import visitors
from identity.actor import Actor
from identity.ports import KnownVisitor
from routing.adapters import store
from routing.agents import Choice
from server.addresses import checked_email
from server.commands.people import actor_of
from server.transport import HEARTBEAT_S
from storage.ports import Tx

if TYPE_CHECKING:
    from server.desk import Desk

_MORE_LOOKS = 2
"""How often the store is asked again for somebody's chats where what was committed meanwhile makes it old."""


class Greetings:
    """The two hellos."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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
        desk, now, actor = self._desk, self._desk.clock(), actor_of(peer)
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
            return desk.people.visitor(tx, visitor), archive.open_chats(tx, customer=[visitor])

        found = await desk.storage.read(look)
        for _ in range(_MORE_LOOKS):
            if {chat.id for chat in found[1]} == desk.reactions.open_of([visitor]):
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
        peer.person = actor_of(peer).id
        if not self._desk.limits.has_room_for(len(self._desk.hub.peers_of(peer.person))):
            peer.close(4102, "too many connections of one person")
            return
        peer.wire.greeted = True
        if came := self._desk.hub.join(peer):
            self._desk.reactions.first_connection(peer, came)
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
