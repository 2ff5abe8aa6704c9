"""A proposal of the dispatcher made true: chat, seat and event in one conditional transaction; and whether there is a
seat at all, by the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.adapters import clocks, closing
from chat.frames import Staff
from chat.silence import rests
from routing.adapters import store
from routing.assign import Placement
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk


class Seats:
    """`routing.ports.Claims` over the conversations. Locks are taken chat first, then agent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def claim(self, placement: Placement, now: int) -> bool:
        """True once the chat is the agent's, or offered to them where their team works so; False where it no longer
        waits, its time is over, or they have no seat for its team by now."""
        desk = self._desk
        agent, team = desk.routing.agent(placement.staff), desk.teams.get(placement.team)
        if agent is None or team is None or not desk.hub.is_here(agent.staff):
            return False

        def unit(tx: Tx) -> bool:
            chat = desk.conversations.chat(tx, placement.chat)
            if chat is None or chat.state != "queued" or chat.team != placement.team or agent.staff in chat.kept_from:
                return False
            if self._has_missed_us(tx, chat.id, now) or not self.has_one(tx, agent.staff, team.key, now):
                return False
            if team.assign == "offer":
                return desk.handovers.offer(tx, chat.id, agent.staff, now + desk.offer_ms(team.key))
            store.took_chat(tx, agent.staff, now)
            return desk.handovers.assign(tx, chat.id, Staff(agent.staff, agent.name), placement.by, now)

        return await desk.storage.write(unit)

    def _has_missed_us(self, tx: Tx, chat: str, now: int) -> bool:
        """Is closing time over for a chat that waits? By the next sweep it is a ticket, and rings nobody meanwhile."""
        waiting = closing.one_waiting(tx, chat)
        return waiting is not None and waiting.asked.is_over(now)

    def has_one(self, tx: Tx, staff: str, team: str, now: int) -> bool:
        """Can this person work, and for this team; are they available, without having paused it, with a seat free?
        Their row stays locked, so that it stays free."""
        desk, choice = self._desk, store.lock_choice(tx, staff)
        if choice is None or choice.status != "available" or team in choice.paused:
            return False
        person = desk.people.staff(tx, staff)
        if person is None or not person.sees(team):
            return False
        held = clocks.answered(tx, staff)
        resting = sum(rests(chat.silent_due_at, desk.answered.patience(chat.team), now) for chat in held)
        others = clocks.offers_to(tx, staff) + clocks.wraps_up(tx, staff, now)
        return len(held) - resting + others < choice.capacity
