"""Chats that are offered: told to whom they are offered to, taken back when nobody answers or they cannot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chat.adapters import archive, clocks
from chat.adapters.hub import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.conversation import Chat
from chat.frames import ChatOffered, ChatWithdrawn, Ephemeral, Withdrawal
from clock import rfc3339
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk


class Offers:
    """Told how each chat stands before and after a command; `keep` acts on the clock, once a second."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def changed(self, before: Chat | None, after: Chat) -> None:
        """Tell whom it is offered to from now on, and whom no more."""
        was = before.offered_to if before is not None else None
        if was == after.offered_to:
            return
        if before is not None and was is not None:
            self._withdrawn(before, after, was)
        if after.offered_to is not None:
            staff = after.offered_to
            self._desk.background.spawn("offer", lambda: self._tell(after.id, staff))

    def tell_again(self, chat: Chat) -> None:
        """It stands for another while than whom it is offered to was told."""
        if chat.offered_to is not None:
            self._desk.background.spawn("offer", partial(self._tell, chat.id, chat.offered_to))

    def greet(self, peer: SocketPeer) -> None:
        """Somebody comes: tell what is offered to them."""
        for chat in self._desk.picture.open_chats():
            if chat.offered_to == peer.person:
                self._desk.background.spawn("offer", partial(self._tell, chat.id, peer.person, peer))

    async def keep(self) -> None:
        """Take back what was not answered in time, and what is offered to somebody who cannot answer."""
        desk = self._desk
        if not any(chat.offered_to is not None for chat in desk.picture.open_chats()):
            return
        now = desk.clock()
        for chat in await desk.storage.read(lambda tx: clocks.unanswered_offers(tx, now)):
            staff = desk.picture.offered_to(chat)
            if staff is not None and await self._take_back(chat, staff, passed=True):
                await desk.attendance.did_not_answer(staff)
        for standing in desk.picture.open_chats():
            staff = standing.offered_to
            if staff is not None and not self._can_answer(staff):
                await self._take_back(standing.id, staff, passed=False)

    def _can_answer(self, staff: str) -> bool:
        agent = self._desk.routing.agent(staff)
        return agent is not None and agent.status == "available" and self._desk.hub.is_here(staff)

    async def _take_back(self, chat: str, staff: str, *, passed: bool) -> bool:
        desk = self._desk
        return await desk.storage.write(
            lambda tx: desk.handovers.withdraw(tx, chat, staff, desk.clock(), passed=passed)
        )

    def _withdrawn(self, before: Chat, after: Chat, staff: str) -> None:
        to_staff, to_sender = _outcome(after, staff)
        if to_staff != "accepted":
            self._say(staff, ChatWithdrawn(chat=after.id, reason=to_staff))
        if before.offered_by is not None:
            self._say(before.offered_by, ChatWithdrawn(chat=after.id, reason=to_sender))

    async def _tell(self, chat: str, staff: str, only: SocketPeer | None = None) -> None:
        desk = self._desk

        def look(tx: Tx) -> ChatOffered | None:
            row = archive.chat_row(tx, chat)
            if row is None or row.offered_to != staff or row.offer_due_at is None:
                return None
            return ChatOffered(about=desk.abouts.of(tx, row), expires_at=rfc3339(row.offer_due_at))

        event = await desk.storage.read(look)
        if event is not None:
            self._say(staff, event, only)

    def _say(self, staff: str, event: ChatOffered | ChatWithdrawn, only: SocketPeer | None = None) -> None:
        chat = event.about.chat if isinstance(event, ChatOffered) else event.chat
        for peer in (only,) if only is not None else self._desk.hub.peers_of(staff):
            assert isinstance(peer, SocketPeer)
            if peer.staff:
                peer.tell(event, _key(event, chat))


def _outcome(after: Chat, staff: str) -> tuple[Withdrawal, Withdrawal]:
    """What became of an offer to `staff`, for them and for the colleague who handed the chat on by it."""
    if after.state == "active":
        return ("accepted", "accepted") if after.agent == staff else ("taken", "taken")
    if after.state == "closed":
        return "ended", "ended"
    return "passed" if staff in after.passed else "withdrawn", "unanswered"


def _key(event: Ephemeral, chat: str) -> tuple[str, ...]:
    return (*coalescing_key(event), chat)
