"""The active blocks, in memory. Each command is checked against them. `follow` reads changes from the
database."""

from __future__ import annotations

import asyncio
from collections import Counter

from chat.adapters import networks
from clock import Clock
from identity.actor import Actor
from identity.adapters import ban_store
from identity.bans import Ban, BanList
from refusals import Refused
from storage.ports import Storage, StorageUnavailable, Tx

RETRY_AFTER_S = 900.0
"""The `retry_after_s` for blocked customers. It is always the same, so that a block looks like a rate limit."""


class Bans:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._list = BanList()
        self.any = False
        """True if anybody is blocked. Checked at each command."""
        self._mark: ban_store.Mark | None = None
        self._following = asyncio.Lock()
        self._refused: Counter[str] = Counter()
        """What this process has refused and not stored yet, by the id of the block."""

    def refusal(self, actor: Actor | None, address: str, what: str) -> Refused | None:
        """If the person is blocked, a refusal that reads like a rate limit. Otherwise None."""
        ban = self._list.blocking(actor, address, self._clock()) if self._list else None
        if ban is None:
            return None
        self._refused[ban.id] += 1
        return Refused("rate_limited", f"Too many {what}. Try again later.", retry_after_s=RETRY_AFTER_S)

    def check(self, actor: Actor, address: str, what: str) -> None:
        """Raises Refused(rate_limited) if the person is blocked."""
        refused = self.refusal(actor, address, what)
        if refused is not None:
            raise refused

    async def follow(self) -> None:
        """Reload the blocks if they have changed in the database, and store what was refused. May raise
        StorageUnavailable."""

        def read(tx: Tx) -> tuple[ban_store.Mark, list[Ban] | None]:
            mark = ban_store.mark(tx)
            return mark, None if mark == self._mark else ban_store.in_force(tx, self._clock())

        # One reload at a time, so that an older result never replaces a newer one.
        async with self._following:
            mark, bans = await self._storage.read(read)
            if bans is not None:
                self._mark, self._list = mark, BanList(bans)
                self.any = bool(bans)
            if self._refused:
                refused, self._refused = self._refused, Counter()
                try:
                    await self._storage.write(lambda tx: ban_store.count_refused(tx, refused, self._clock()))
                except StorageUnavailable:
                    self._refused.update(refused)
                    raise

    async def forget(self) -> None:
        """Delete expired blocks, and the stored networks of chats whose retention time is over."""
        now = self._clock()

        def unit(tx: Tx) -> None:
            ban_store.expire(tx, now)
            networks.forget(tx, now)

        await self._storage.write(unit)
