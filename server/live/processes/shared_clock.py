"""The clock by which the processes of a desk hold their leases: that of the database."""

from __future__ import annotations

from clock import EvenClock
from storage.leases import now_of
from storage.ports import Storage, Tx

SLOW_MS = 500


class SharedClock:
    """The clocks of several hosts differ, and each may be set while the desk runs. A lease must neither end early nor
    last longer because of that.

    Between two readings of the database's clock, it goes on with the steady clock of this process.
    """

    def __init__(self, storage: Storage, clock: EvenClock) -> None:
        self._storage = storage
        self._steady = clock.steady
        self._ahead = clock() - clock.steady()
        self._is_set = False

    def __call__(self) -> int:
        return self._steady() + self._ahead

    def set_by(self, tx: Tx) -> None:
        """Read the clock of the database. An answer that took long is not used: this process may have stood still after
        it, and the clock would be behind. Only the first one is, because the clocks of the hosts may differ more."""
        began = self._steady()
        now = now_of(tx, self)
        if not self._is_set or self._steady() - began <= SLOW_MS:
            self._ahead, self._is_set = now - began, True

    async def read(self) -> None:
        """Call it as often as the leases are renewed. Raises StorageUnavailable."""
        await self._storage.read(self.set_by)
