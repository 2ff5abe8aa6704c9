"""Commands that assign or transfer a chat, or answer an offer: accept, decline, pick, take, transfer."""

from __future__ import annotations

from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.conversation import Chat
from chat.errors import invalid
from chat.events import Logged
from chat.frames import ChatAccept, ChatDecline, ChatPick, ChatTake, ChatTransfer, Staff
from chat.handover import Handovers, Target
from chat.ports import Stamp
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may
from refusals import Refused
from routing.adapters import store
from routing.agents import Agent
from routing.assign import team_with
from routing.service import Dispatcher
from server.edge.commands.transactions import Transactions
from server.live.attendance import Attendance
from server.live.opening_hours import OpeningHours
from server.live.seats import Seats
from server.live.teams import Teams
from storage.ports import Tx


class HandingOver:
    def __init__(
        self,
        transactions: Transactions,
        handovers: Handovers,
        people: People,
        teams: Teams,
        opening_hours: OpeningHours,
        routing: Dispatcher,
        seats: Seats,
        hub: Hub,
        attendance: Attendance,
    ) -> None:
        self._transactions = transactions
        self._handovers = handovers
        self._people = people
        self._teams = teams
        self._opening_hours = opening_hours
        self._routing = routing
        self._seats = seats
        self._hub = hub
        self._attendance = attendance

    async def accept(self, peer: SocketPeer, frame: ChatAccept) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            accepted = self._handovers.accept(tx, frame.chat, actor, now, stamp)
            self._took_chat(tx, actor, now)
            return accepted

        return await self._transactions.run(peer, frame.id, body)

    async def decline(self, peer: SocketPeer, frame: ChatDecline) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            declined = self._handovers.decline(tx, frame.chat, actor, now, stamp)
            self._is_there(tx, actor)
            return declined

        return await self._transactions.run(peer, frame.id, body)

    async def pick(self, peer: SocketPeer, frame: ChatPick) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            picked = self._handovers.pick(tx, frame.chat, actor, now, stamp)
            row = store.lock_agent(tx, actor.id)
            if row is not None and row.status == "offline":
                raise Refused("conflict", "You're offline. Change your status before you take a chat.")
            self._took_chat(tx, actor, now)
            return picked

        return await self._transactions.run(peer, frame.id, body)

    async def take(self, peer: SocketPeer, frame: ChatTake) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            held = self._handovers.takeable(tx, frame.chat, actor)
            present, left = held.chat, None
            if present.agent is not None:
                left = Staff(present.agent, self._people.names(tx, [present.agent]).get(present.agent, ""))
            taken = self._handovers.take(held, left, actor, now, stamp)
            self._took_chat(tx, actor, now)
            detail = {"team": present.team, "from": present.agent}
            self._people.record(tx, actor, "take", "chat", present.id, detail, now)
            return taken

        return await self._transactions.run(peer, frame.id, body)

    async def transfer(self, peer: SocketPeer, frame: ChatTransfer) -> bytes | None:
        if (frame.team is None) == (frame.staff is None):
            raise invalid("team", "Choose either a team or a colleague to transfer the chat to.")

        # Read here, on the event loop: the body runs in the writer's thread.
        agent = self._routing.floor.get(frame.staff) if frame.staff is not None else None
        connected = agent is not None and self._hub.is_here(agent.staff)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            held = self._handovers.theirs(tx, frame.chat, actor)
            if frame.staff is None:
                to = self._team(frame.team or "")
            elif frame.staff == actor.id:
                raise invalid("staff", "You already have this chat. Choose someone else.")
            elif agent is None:
                raise self._unseen(tx, frame.staff)
            else:
                to = self._person(tx, held.chat, agent, now, connected=connected)
            handed_on = self._handovers.transfer(held, to, frame.note, actor, now, stamp)
            if to.staff is not None and to.offer_until is None:
                store.took_chat(tx, to.staff.id, now)
            return handed_on

        return await self._transactions.run(peer, frame.id, body)

    def _took_chat(self, tx: Tx, actor: Actor, now: int) -> None:
        store.took_chat(tx, actor.id, now)
        self._is_there(tx, actor)

    def _is_there(self, tx: Tx, actor: Actor) -> None:
        """After the commit, reset the agent's count of missed offers, because the agent is present."""
        tx.after_commit(lambda: self._attendance.answered(actor.id))

    def _team(self, key: str) -> Target:
        """A team that takes chats now. Raises Refused if it is unknown, retired or closed."""
        self._teams.open_team(key)
        self._opening_hours.check_open(key)
        return Target(key)

    def _person(self, tx: Tx, chat: Chat, agent: Agent, now: int, *, connected: bool) -> Target:
        """A colleague as a target.

        Raises Refused unless the colleague is available, is connected and has a free slot. The colleague's team may be
        closed. The chat stays in its present team if the colleague works for this team. Otherwise it moves to the first
        of the colleague's teams; open teams come first.
        """
        if agent.status != "available" or not connected:
            raise _not_available(agent.name)
        key = team_with(agent, chat.team, self._teams.open, lambda key: self._teams.desk.hours_of(key).is_open(now))
        if key is None:
            raise Refused("conflict", f"{agent.name} isn't taking new chats right now.")
        if not self._seats.has_one(tx, agent.staff, key, now):
            raise Refused("conflict", f"{agent.name} has no free slot right now.")
        team = self._teams.by_key[key]
        until = now + self._teams.offer_ms(team.key) if team.assign == "offer" else None
        return Target(team.key, Staff(agent.staff, agent.name), until)

    def _unseen(self, tx: Tx, staff: str) -> Refused:
        """The refusal for an agent who has not connected since the server started."""
        person = self._people.staff(tx, staff)
        if person is None or not may(person, "handle", "chats"):
            return invalid("staff", "There is no such colleague.")
        return _not_available(person.name or "")


def _not_available(name: str) -> Refused:
    return Refused("conflict", f"{name} isn't available right now.")
