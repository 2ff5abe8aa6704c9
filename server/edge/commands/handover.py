"""Commands that assign or transfer a chat, or answer an offer: accept, decline, pick, take, transfer."""

from __future__ import annotations

from chat.adapters.socket import SocketPeer
from chat.events import Logged
from chat.frames.people import Staff
from chat.frames.staff_commands import ChatAccept, ChatDecline, ChatPick, ChatTake, ChatTransfer
from chat.handover import Handovers
from chat.ports import Stamp
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused, invalid
from routing.adapters import store
from server.edge.commands.transactions import Transactions
from server.live.presence.attendance import Attendance
from server.live.queues.transfer_targets import TransferTargets
from storage.ports import Tx


class HandingOver:
    def __init__(
        self,
        transactions: Transactions,
        handovers: Handovers,
        people: People,
        targets: TransferTargets,
        attendance: Attendance,
    ) -> None:
        self._transactions = transactions
        self._handovers = handovers
        self._people = people
        self._targets = targets
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
        # Read here, on the event loop: the body runs in the writer's thread.
        wanted = self._targets.wanted(frame.team, frame.staff)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            held = self._handovers.theirs(tx, frame.chat, actor)
            if frame.staff == actor.id:
                raise invalid("staff", "You already have this chat. Choose someone else.")
            to = self._targets.check(tx, held.chat, wanted, now)
            handed_on = self._handovers.transfer(held, to, frame.note, actor, now, stamp)
            if to.staff is not None and to.offer_until is None:
                store.took_chat(tx, to.staff.id, now)
            return handed_on

        return await self._transactions.run(peer, frame.id, body)

    def _took_chat(self, tx: Tx, actor: Actor, now: int) -> None:
        store.took_chat(tx, actor.id, now)
        self._is_there(tx, actor)

    def _is_there(self, tx: Tx, actor: Actor) -> None:
        """Note that the agent is present: after the commit, reset the agent's count of missed offers."""
        tx.after_commit(lambda: self._attendance.answered(actor.id))
