"""Counts the waiting chats and new requests of each network and lets further ones in (`routing.admission`): in memory,
without a look into the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from chat.conversation import WAITING, Chat
from chat.errors import Refused
from identity.actor import Actor
from routing.admission import Allowance, admission
from server.proofs import Proofs

NETWORKS_MAX = 10_000
"""Networks whose new requests are counted; beyond it those that asked longest ago are forgotten."""


class Admissions:
    """The waiting chats of customers who have proven nothing, by network. With `off` everybody is let in."""

    def __init__(self, proofs: Proofs, seconds: Callable[[], float], *, off: bool) -> None:
        """`seconds` is a clock that only rises."""
        self._proofs = proofs
        self._seconds = seconds
        self._off = off
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()
        self._network: dict[str, str] = {}
        """Of each open chat of an unproven customer."""
        self._waiting: dict[str, set[str]] = {}

    def waiting(self, network: str) -> int:
        """How many chats of unproven customers of this network wait."""
        return len(self._waiting.get(network, ()))

    async def admit(self, actor: Actor, network: str, queue_max: int | None, command: str, proof: str | None) -> None:
        """Raises Refused where one more chat of this network needs a proof, or has no place. With no await between
        this and `joining`, as many as are let in are counted."""
        if self._off or actor.identified:
            return
        asked = admission(self.waiting(network), queue_max)
        if asked.bits and not await self._proofs.accepts(proof, network, actor.id, command):
            raise self._proofs.needed(network, actor.id, asked.bits, "chats waiting")
        if asked.refused or admission(self.waiting(network), queue_max).refused:
            raise Refused(
                "rate_limited",
                "Too many chats from your network are waiting. Leave a message instead, or try again in a few minutes.",
                retry_after_s=60.0,
            )

    async def admit_request(self, actor: Actor, network: str, use: str, proof: str | None) -> None:
        """Raises Refused where one more new request of this network needs a proof. `use`: what it is good for."""
        if self._off or actor.kind != "customer" or actor.verified:
            return
        bits = self._allowance(network).bits(self._seconds())
        if bits and not await self._proofs.accepts(proof, network, actor.id, use):
            raise self._proofs.needed(network, actor.id, bits, "new requests")
        self._allowance(network).take()

    def _allowance(self, network: str) -> Allowance:
        found = self._allowances.setdefault(network, Allowance(self._seconds()))
        self._allowances.move_to_end(network)
        while len(self._allowances) > NETWORKS_MAX:
            self._allowances.popitem(last=False)
        return found

    @contextmanager
    def joining(self, chat: str, actor: Actor, network: str) -> Iterator[None]:
        """Count a chat that is about to be stored; no longer where that fails."""
        if actor.identified:
            yield
            return
        self._network[chat] = network
        self._waiting.setdefault(network, set()).add(chat)
        try:
            yield
        except BaseException:
            self.forget(chat)
            raise

    def adopt(self, networks: Mapping[str, str]) -> None:
        """Chats that were open before there was this server. Told before where each of them stands."""
        self._network |= networks

    def moved(self, chat: Chat) -> None:
        """A chat stands otherwise than before."""
        network = self._network.get(chat.id)
        if network is None:
            return
        if chat.state == "closed":
            self.forget(chat.id)
        elif chat.state in WAITING:
            self._waiting.setdefault(network, set()).add(chat.id)
        else:
            self._waits_no_more(chat.id, network)

    def forget(self, chat: str) -> None:
        """A chat is over, or never came to be."""
        network = self._network.pop(chat, None)
        if network is not None:
            self._waits_no_more(chat, network)

    def _waits_no_more(self, chat: str, network: str) -> None:
        waiting = self._waiting.get(network)
        if waiting is not None:
            waiting.discard(chat)
            if not waiting:
                del self._waiting[network]
