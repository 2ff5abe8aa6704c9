"""Commands by which a chat changes hands: accept, decline, pick, take, transfer. Each is a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat.adapters.socket import SocketPeer
from chat.conversation import Chat
from chat.errors import NotFound, invalid
from chat.events import Logged
from chat.frames import ChatAccept, ChatDecline, ChatPick, ChatTake, ChatTransfer, Staff
from chat.handover import Target
from chat.ports import Stamp
from identity.actor import Actor
from identity.permissions import may
from refusals import Refused
from routing.adapters import store
from routing.agents import Agent
from routing.assign import team_with
from server.edge.commands.people import actor_of
from server.edge.commands.transacting import Transacting
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import LiveDesk

_Body = Callable[[Tx, Actor, int, Stamp], Logged]


class HandingOver:
    """Who gets whose chat."""

    def __init__(self, desk: LiveDesk, transacting: Transacting) -> None:
        self._desk = desk
        self._transacting = transacting

    async def accept(self, peer: SocketPeer, frame: ChatAccept) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            accepted = self._desk.handovers.accept(tx, frame.chat, actor, now, stamp)
            self._took_chat(tx, actor, now)
            return accepted

        return await self._transact(peer, frame.id, body)

    async def decline(self, peer: SocketPeer, frame: ChatDecline) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            declined = self._desk.handovers.decline(tx, frame.chat, actor, now, stamp)
            self._is_there(tx, actor)
            return declined

        return await self._transact(peer, frame.id, body)

    async def pick(self, peer: SocketPeer, frame: ChatPick) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            picked = self._desk.handovers.pick(tx, frame.chat, actor, now, stamp)
            row = store.lock_agent(tx, actor.id)
            if row is not None and row.status == "offline":
                raise Refused("conflict", "You're offline. Change your status before you take a chat.")
            self._took_chat(tx, actor, now)
            return picked

        return await self._transact(peer, frame.id, body)

    async def take(self, peer: SocketPeer, frame: ChatTake) -> bytes | None:
        desk = self._desk

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            present = desk.conversations.chat(tx, frame.chat)
            if present is None:
                raise NotFound
            if present.state == "active" and present.agent == actor.id:
                raise Refused("conflict", "You already have this chat.")
            left = None
            if present.agent is not None:
                left = Staff(present.agent, desk.people.names(tx, [present.agent]).get(present.agent, ""))
            taken = desk.handovers.take(tx, frame.chat, actor, left, now, stamp)
            self._took_chat(tx, actor, now)
            detail = {"team": present.team, "from": present.agent}
            desk.people.record(tx, actor, "take", "chat", present.id, detail, now)
            return taken

        return await self._transact(peer, frame.id, body)

    async def transfer(self, peer: SocketPeer, frame: ChatTransfer) -> bytes | None:
        desk = self._desk
        if (frame.team is None) == (frame.staff is None):
            raise invalid("team", "Choose either a team or a colleague to transfer the chat to.")

        # Read here, on the loop: the body runs in the writer's thread.
        agent = desk.routing.floor.get(frame.staff) if frame.staff is not None else None
        connected = agent is not None and desk.hub.is_here(agent.staff)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            held = desk.handovers.theirs(tx, frame.chat, actor)
            if frame.staff is None:
                to = self._team(frame.team or "")
            elif frame.staff == actor.id:
                raise invalid("staff", "You already have this chat. Choose someone else.")
            elif agent is None:
                raise self._unseen(tx, frame.staff)
            else:
                to = self._person(tx, held.chat, agent, now, connected=connected)
            handed_on = desk.handovers.transfer(held, to, frame.note, actor, now, stamp)
            if to.staff is not None and to.offer_until is None:
                store.took_chat(tx, to.staff.id, now)
            return handed_on

        return await self._transact(peer, frame.id, body)

    def _took_chat(self, tx: Tx, actor: Actor, now: int) -> None:
        store.took_chat(tx, actor.id, now)
        self._is_there(tx, actor)

    def _is_there(self, tx: Tx, actor: Actor) -> None:
        """Somebody answers for themselves: once that is stored, no offer before it is held against them."""
        tx.after_commit(lambda: self._desk.attendance.answered(actor.id))

    def _team(self, key: str) -> Target:
        """A team that takes chats now. Raises Refused for the unknown, the retired and the closed."""
        self._desk.teams.open_team(key)
        self._desk.doors.check_open(key)
        return Target(key)

    def _person(self, tx: Tx, chat: Chat, agent: Agent, now: int, *, connected: bool) -> Target:
        """A colleague who is available, connected and has room, whether their team is open or not. In the chat's own
        team where they work for it, else in the first of theirs, the open ones before the closed."""
        desk = self._desk
        if agent.status != "available" or not connected:
            raise _not_available(agent.name)
        key = team_with(agent, chat.team, desk.teams.open, lambda key: desk.teams.desk.hours_of(key).is_open(now))
        if key is None:
            raise Refused("conflict", f"{agent.name} isn't taking new chats right now.")
        if not desk.seats.has_one(tx, agent.staff, key, now):
            raise Refused("conflict", f"{agent.name} has no free slot right now.")
        team = desk.teams.by_key[key]
        until = now + desk.teams.offer_ms(team.key) if team.assign == "offer" else None
        return Target(team.key, Staff(agent.staff, agent.name), until)

    def _unseen(self, tx: Tx, staff: str) -> Refused:
        """For somebody who has not been here since this server began, if there is such a colleague at all."""
        person = self._desk.people.staff(tx, staff)
        if person is None or not may(person, "handle", "chats"):
            return invalid("staff", "There is no such colleague.")
        return _not_available(person.name or "")

    async def _transact(self, peer: SocketPeer, id_: str, body: _Body) -> bytes | None:
        actor = actor_of(peer)
        return await self._transacting.transact(
            peer, id_, lambda tx: body(tx, actor, self._desk.clock(), Stamp(actor.id, id_, peer))
        )


def _not_available(name: str) -> Refused:
    return Refused("conflict", f"{name} isn't available right now.")
