"""`chat.address`: the address for the answer of a customer whose chat is open."""

from __future__ import annotations

from dataclasses import replace

from chat.adapters.socket import SocketPeer
from chat.addressing import Addressing
from chat.errors import invalid
from chat.events import Logged
from chat.frames import ChatAddress
from chat.ports import Stamp
from identity.actor import Actor
from identity.adapters.people import People
from server.edge.commands.transactions import Transactions
from server.edge.email_addresses import checked_email
from server.edge.peers import actor_of
from storage.ports import Tx


class GivingAddresses:
    def __init__(self, transactions: Transactions, addressing: Addressing, people: People) -> None:
        self._transactions = transactions
        self._addressing = addressing
        self._people = people

    async def give(self, peer: SocketPeer, frame: ChatAddress) -> bytes | None:
        email = checked_email(frame.email)
        if email is None:
            raise invalid("email", "Write an address, like name@company.example.")
        before = actor_of(peer)
        actor = before if before.verified else replace(before, email=email)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            given = self._addressing.give(tx, frame, email, actor, now, stamp)
            self._people.keep_visitor(tx, actor, now)
            return given

        answer = await self._transactions.run(peer, frame.id, body, actor)
        if answer is None:
            peer.actor = actor
        return answer
