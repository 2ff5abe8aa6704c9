"""A proposal of the dispatcher made true: chat, seat and event in one conditional transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import func, select

from chat.adapters.tables import ChatRow
from identity.actor import Actor
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
        """True once the chat is the agent's; False where it no longer waits or they have no seat by now."""
        agent = self._desk.routing.agent(placement.staff)
        if agent is None or not self._desk.hub.is_here(agent.staff):
            return False
        actor = Actor(kind="staff", id=agent.staff, name=agent.name, role="agent", teams=agent.teams)

        def unit(tx: Tx) -> bool:
            if not self._desk.conversations.waits(tx, placement.chat) or not _has_a_seat(tx, placement.staff):
                return False
            store.took_chat(tx, placement.staff, now)
            return self._desk.conversations.assign(tx, placement.chat, actor, placement.by, now)

        return await self._desk.storage.write(unit)


def _has_a_seat(tx: Tx, staff: str) -> bool:
    row = store.lock_agent(tx, staff)
    if row is None or row.status != "available":
        return False
    held = select(func.count()).select_from(ChatRow).where(ChatRow.agent == staff, ChatRow.state == "active")
    return tx.session.exec(held).one() < row.capacity
