"""Applies `routing.admission` to chats and requests of customers without a proven identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counters.ports import Charge, Counters
from identity.actor import Actor
from refusals import Refused
from routing.admission import FREE, REQUEST_MS, REQUESTS_MS_MAX, Crowd, admission, bits_of_request, free_at_site
from server.edge.proofs import Proofs
from server.live.chats.unverified_chats import UnverifiedChats


class Admissions:
    def __init__(
        self,
        proofs: Proofs,
        unverified_chats: UnverifiedChats,
        counters: Counters,
        *,
        off: bool,
        free: int = FREE,
    ) -> None:
        """`counters` count the requests of each network.

        `free` is the maximum number of chats of one network that need no proof. If `off` is true, everybody is
        admitted.
        """
        self._free = free
        self._proofs = proofs
        self._counters = counters
        self._off = off
        self.unverified_chats = unverified_chats

    async def admit(
        self, actor: Actor, network: str, team: str, queue_max: int | None, command: str, proof: str | None
    ) -> None:
        """Check that this network may start one more chat with the team.

        Raises Refused(rate_limited) if the network may not start a chat now. Raises Refused(proof_needed) if a proof of
        work is needed and `proof` is missing or invalid. The caller must enter `joining` right after this call, without
        an `await` before it. Otherwise another chat of the network could be admitted before this chat is counted.
        """
        if self._off or actor.identified:
            return
        crowd = self.unverified_chats.around(network, team)
        asked = admission(crowd, queue_max, self._free)
        if asked.bits and not await self._proofs.accepts(proof, network, actor.id, command):
            raise self._proofs.needed(network, actor.id, asked.bits, _too_many(crowd, self._free))
        if asked.refused or admission(self.unverified_chats.around(network, team), queue_max, self._free).refused:
            raise Refused(
                "rate_limited",
                "Too many chats from your network are waiting. Leave a message, or try again in a few minutes.",
                retry_after_s=60.0,
            )

    async def admit_request(self, actor: Actor, network: str, use: str, proof: str | None) -> None:
        """Check that this network may send one more request for help, and count the request.

        Raises Refused(proof_needed) if a proof of work is needed and `proof` is missing or invalid. `use` identifies
        the request that the proof is for.
        """
        if self._off or actor.kind != "customer" or actor.identified:
            return
        # Counted first, so that simultaneous requests do not all count as the same one.
        bits = bits_of_request(await self._count_request(network, REQUEST_MS))
        try:
            if bits and not await self._proofs.accepts(proof, network, actor.id, use):
                raise self._proofs.needed(network, actor.id, bits, "new requests from your network")
        except BaseException:
            await self._count_request(network, -REQUEST_MS)
            raise

    async def _count_request(self, network: str, cost_ms: int) -> int:
        """The debt of the network in ms."""
        (debt_ms,) = await self._counters.charge([Charge(f"requests {network}", cost_ms, REQUESTS_MS_MAX)])
        return debt_ms

    @contextmanager
    def joining(self, chat: str, actor: Actor, network: str, team: str) -> Iterator[None]:
        """Count a chat as open, unless the customer's identity is proven. The `with` block then stores the chat. If the
        block fails, the chat is no longer counted."""
        if actor.identified:
            yield
            return
        self.unverified_chats.begin(chat, network, team)
        try:
            yield
        except BaseException:
            self.unverified_chats.forget(chat)
            raise


def _too_many(crowd: Crowd, free: int) -> str:
    theirs = crowd.network >= free or crowd.site >= free_at_site(free)
    return "chats waiting from your network" if theirs else "chats waiting"
