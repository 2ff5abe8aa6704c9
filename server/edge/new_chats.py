"""The limit on new chats of one person and one network address. All processes of the desk count together."""

from __future__ import annotations

from chat.adapters.socket import SocketPeer
from counters.ports import Charge, Counters
from identity.networks import network_of
from server.edge.allowances import ALLOWANCES, Allowances
from server.edge.limits import Rates, is_proven, person_of, rate_limited

HOUR_MS = 3_600_000


class NewChats:
    def __init__(self, rates: Rates, counters: Counters, allowances: Allowances = ALLOWANCES) -> None:
        self._rates = rates
        self._counters = counters
        self._people_an_address = allowances.people_an_address

    async def count(self, peer: SocketPeer) -> None:
        """Count a new chat. Raises Refused(rate_limited) if a limit is reached."""
        if self._rates.off:
            return
        over_ms = await self._charge(peer, 1)
        if over_ms > 0:
            await self._charge(peer, -1)
            refused = rate_limited("Too many new chats. Try again later.", over_ms / 1000)
            assert refused is not None
            raise refused

    async def did_not_begin(self, peer: SocketPeer) -> None:
        """Undo the count of a chat that was refused, for example because it needs a proof first.

        Otherwise, people who never send a proof could use up the new chats of their address.
        """
        if not self._rates.off:
            await self._charge(peer, -1)

    async def _charge(self, peer: SocketPeer, chats: int) -> int:
        """Returns the time in ms until these chats would be allowed. Zero or less if they are allowed."""
        cost_ms = chats * HOUR_MS / self._rates.chats_per_hour
        charges = []
        if person := person_of(peer):
            charges.append(Charge(f"chats {person}", round(cost_ms), 2 * HOUR_MS))
        if not (person and is_proven(peer)):
            by_address = round(cost_ms / self._people_an_address)
            charges.append(Charge(f"chats by address {network_of(peer.address)}", by_address, 2 * HOUR_MS))
        return max(await self._counters.charge(charges)) - HOUR_MS
