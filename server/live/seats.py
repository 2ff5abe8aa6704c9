"""A proposal of the dispatcher made true: chat, seat and event in one conditional transaction; and whether there is a
seat at all, by the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.adapters import clocks
from chat.conversation import Chat
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
            held = desk.conversations.hold(tx, placement.chat)
            if held is None or not _still_waits(held.chat, placement):
                return False
            # A chat past its closing time becomes a ticket in the next sweep; no agent is asked before that.
            if held.asked.is_over(now) or not self.has_one(tx, agent.staff, team.key, now):
                return False
            if team.assign == "offer":
                return desk.handovers.offer(held, agent.staff, now + desk.offer_ms(team.key))
            store.took_chat(tx, agent.staff, now)
            return desk.handovers.assign(held, Staff(agent.staff, agent.name), placement.by, now)

        return await desk.storage.write(unit)

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


def _still_waits(chat: Chat, placement: Placement) -> bool:
    return chat.state == "queued" and chat.team == placement.team and placement.staff not in chat.kept_from
