"""A sweep that withdraws expired offers, and offers whose agent can no longer accept."""

from __future__ import annotations

from collections.abc import Callable

from chat.adapters import clocks
from chat.handover import Handovers
from clock import Clock
from routing.ports import FloorView
from server.live.chats.open_chats import OpenChats
from server.live.ports import Here
from server.live.presence.attendance import Attendance
from storage.ports import Storage


class OfferDeadlines:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        open_chats: OpenChats,
        here: Here,
        floor: FloorView,
        attendance: Attendance,
        handovers: Handovers,
        offer_ms: Callable[[str], int],
    ) -> None:
        """`offer_ms(team)` is the time in ms that an agent of the team has to accept an offer."""
        self._storage = storage
        self._clock = clock
        self._open_chats = open_chats
        self._here = here
        self._floor = floor
        self._attendance = attendance
        self._handovers = handovers
        self._offer_ms = offer_ms

    async def sweep(self) -> None:
        if not any(chat.offered_to is not None for chat in self._open_chats.all()):
            return
        now = self._clock()
        for expired in await self._storage.read(lambda tx: clocks.unanswered_offers(tx, now)):
            staff = self._open_chats.offered_to(expired.chat)
            if staff is not None and await self._take_back(expired.chat, staff, passed=True):
                await self._attendance.did_not_answer(staff, expired.due_at - self._offer_ms(expired.team))
        for chat in self._open_chats.all():
            staff = chat.offered_to
            if staff is not None and not self._can_answer(staff):
                await self._take_back(chat.id, staff, passed=False)

    def _can_answer(self, staff: str) -> bool:
        agent = self._floor.get(staff)
        return agent is not None and agent.status == "available" and self._here.is_here(staff)

    async def _take_back(self, chat: str, staff: str, *, passed: bool) -> bool:
        return await self._storage.write(
            lambda tx: self._handovers.withdraw(tx, chat, staff, self._clock(), passed=passed)
        )
