"""Counts the waiting chats of each network and lets further ones in (`routing.admission`): in memory, no look-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chat.conversation import WAITING, Chat
from chat.errors import Refused
from identity.actor import Actor
from routing.admission import admission
from server.proofs import Proofs


class Admissions:
    """The waiting chats of customers who have proven nothing, by network. With `off` everybody is let in."""

    def __init__(self, proofs: Proofs, *, off: bool) -> None:
        self._proofs = proofs
        self._off = off
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
