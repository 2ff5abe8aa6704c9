"""Assigns a chat to an agent in one transaction, and checks the agent's free slots against the database."""

from __future__ import annotations

from collections.abc import Callable

from chat.adapters import clocks
from chat.conversation import Chat
from chat.frames.people import Staff
from chat.handover import Handovers
from chat.service import Conversations
from chat.silence import rests
from identity.adapters.people import People
from routing.adapters import store
from routing.agents import Agent
from routing.assign import Placement
from server.live.ports import Here
from server.live.teams import Teams
from storage.ports import Storage, Tx


class Seats:
    """Implements `routing.ports.Claims` over conversations. Locks the chat first, then the agent."""

    def __init__(
        self,
        storage: Storage,
        people: People,
        teams: Teams,
        here: Here,
        agent: Callable[[str], Agent | None],
        conversations: Conversations,
        handovers: Handovers,
    ) -> None:
        """`agent(id)` is the agent as the dispatcher knows them, or None."""
        self._storage = storage
        self._people = people
        self._teams = teams
        self._here = here
        self._agent = agent
        self._conversations = conversations
        self._handovers = handovers

    async def claim(self, placement: Placement, now: int) -> bool:
        """Assign the chat to the agent. If the team uses offers, offer it to the agent instead.

        Returns False if the chat no longer waits, or if it may no longer be answered after closing time. Also returns
        False if the agent is not connected or has no free slot for the team.
        """
        agent, team = self._agent(placement.staff), self._teams.by_key.get(placement.team)
        if agent is None or team is None or not self._here.is_here(agent.staff):
            return False
        offer_until = now + self._teams.offer_ms(team.key) if team.assign == "offer" else None

        def unit(tx: Tx) -> bool:
            held = self._conversations.hold(tx, placement.chat)
            if held is None or not _still_waits(held.chat, placement):
                return False
            # A chat past its closing time becomes a ticket in the next sweep, so no agent gets it.
            if held.asked.is_over(now) or not self.has_one(tx, agent.staff, team.key, now):
                return False
            if offer_until is not None:
                return self._handovers.offer(held, agent.staff, offer_until)
            store.took_chat(tx, agent.staff, now)
            return self._handovers.assign(held, Staff(agent.staff, agent.name), placement.by, now)

        return await self._storage.write(unit)

    def has_one(self, tx: Tx, staff: str, team: str, now: int) -> bool:
        """True if this agent has a free slot for the team.

        Locks the agent's row, so that no other transaction can take the slot.
        """
        choice = store.lock_choice(tx, staff)
        if choice is None or not choice.accepts(team):
            return False
        person = self._people.staff(tx, staff)
        if person is None or not person.sees(team):
            return False
        held = clocks.active_chats(tx, staff)
        resting = sum(rests(chat.silent_due_at, self._teams.patience(chat.team), now) for chat in held)
        others = clocks.offers_to(tx, staff) + clocks.wrap_ups_of(tx, staff, now)
        return len(held) - resting + others < choice.capacity


def _still_waits(chat: Chat, placement: Placement) -> bool:
    return chat.state == "queued" and chat.team == placement.team and placement.staff not in chat.kept_from
