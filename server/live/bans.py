"""Blocks: kept in memory for each command, and read anew as soon as the store has others."""

from __future__ import annotations

import asyncio

from chat.adapters import networks
from clock import Clock
from identity.actor import Actor
from identity.adapters import ban_store
from identity.bans import Ban, BanList
from refusals import Refused
from storage.ports import Storage, Tx

RETRY_AFTER_S = 900.0
"""What a blocked customer is told, always the same: it looks like any other limit."""


class Bans:
    """Block list now."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._list = BanList()
        self.any = False
        """Is anybody blocked at all? Asked for each command."""
        self._mark: ban_store.Mark | None = None
        self._following = asyncio.Lock()

    def refusal(self, actor: Actor | None, address: str, what: str) -> Refused | None:
        """The refusal for who is blocked, in the words of a rate limit; None for everybody else."""
        if not self._list or not self._list.blocks(actor, address, self._clock()):
            return None
        return Refused("rate_limited", f"Too many {what}. Try again later.", retry_after_s=RETRY_AFTER_S)

    def check(self, actor: Actor, address: str, what: str) -> None:
        """Raises Refused(rate_limited) for who is blocked."""
        refused = self.refusal(actor, address, what)
        if refused is not None:
            raise refused

    async def follow(self) -> None:
        """Take up what the store has, where that is something else. Raises StorageUnavailable."""

        def look(tx: Tx) -> tuple[ban_store.Mark, list[Ban] | None]:
            mark = ban_store.mark(tx)
            return mark, None if mark == self._mark else ban_store.in_force(tx, self._clock())

        # One look at a time, so that an older one never replaces a newer.
        async with self._following:
            mark, bans = await self._storage.read(look)
            if bans is not None:
                self._mark, self._list = mark, BanList(bans)
                self.any = bool(bans)

    async def forget(self) -> None:
        """Delete bans that are over, and networks of chats that were kept for long enough."""
        now = self._clock()

        def unit(tx: Tx) -> None:
            ban_store.expire(tx, now)
            networks.forget(tx, now)

        await self._storage.write(unit)
