"""A proposal of the dispatcher made true: chat, seat and event in one conditional transaction; and whether there is a
seat at all, by the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.adapters import clocks
from chat.frames import Staff
from chat.silence import rests
from routing.adapters import store
from routing.assign import Placement
from storage.ports import Tx

if TYPE_CHECKING:
    from server.desk import Desk


class Seats:
    """`routing.ports.Claims` over the conversations. Locks are taken chat first, then agent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def claim(self, placement: Placement, now: int) -> bool:
        """True once the chat is the agent's, or offered to them where their team works so; False where it no longer
        waits or they have no seat by now."""
        desk = self._desk
        agent, team = desk.routing.agent(placement.staff), desk.teams.get(placement.team)
        if agent is None or team is None or not desk.hub.is_here(agent.staff):
            return False

        def unit(tx: Tx) -> bool:
            chat = desk.conversations.chat(tx, placement.chat)
            if chat is None or chat.state != "queued" or chat.team != placement.team or agent.staff in chat.kept_from:
                return False
            if not self.has_one(tx, agent.staff, now):
                return False
            if team.assign == "offer":
                return desk.handovers.offer(tx, chat.id, agent.staff, now + desk.offer_ms(team.key))
            store.took_chat(tx, agent.staff, now)
            return desk.handovers.assign(tx, chat.id, Staff(agent.staff, agent.name), placement.by, now)

        return await desk.storage.write(unit)

    def has_one(self, tx: Tx, staff: str, now: int) -> bool:
        """Can this person work, are they available, with a seat free? Their row stays locked, so that it stays free."""
        row = store.lock_agent(tx, staff)
        if row is None or row.status != "available" or not self._desk.people.able(tx, {staff}):
            return False
        held = clocks.answered(tx, staff)
        resting = sum(rests(chat.silent_due_at, self._desk.answered.patience(chat.team), now) for chat in held)
        others = clocks.offers_to(tx, staff) + clocks.wraps_up(tx, staff, now)
        return len(held) - resting + others < row.capacity
