"""Lists, searches, counts and whole stories: read in turn, in time, and only while somebody waits for them.

One person, or one address of strangers, has one such query under way. It is stopped when it takes too long, and when
who asked is gone. It never waits for, nor keeps waiting, what is quick (`storage.ports.ReadKind`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.asking import while_asked
from server.edge.heavy_turns import Asker, HeavyTurns
from storage.ports import Storage, StorageUnavailable, TookTooLong, Tx

T = TypeVar("T")

AT_ONCE = 2
"""As many as the storage has connections for; a query that has its turn waits for none."""
STRANGERS = 1
"""Of these, for those who have not proven who they are."""
SEARCH_S = 1.0
READ_S = 5.0
RETRY_AFTER_S = 2.0
_STORED = "Your change was saved, but we can't show it right now. Load it again in a moment."


class HeavyReads:
    """What handlers read much by. `search_s`, `read_s`: how long a search, and everything else, may take."""

    def __init__(self, storage: Storage, *, search_s: float = SEARCH_S, read_s: float = READ_S) -> None:
        self._storage = storage
        self._turns = HeavyTurns(AT_ONCE, STRANGERS)
        self._search_s = search_s
        self._read_s = read_s

    async def read_for(self, request: Request, actor: Actor, query: Callable[[Tx], T], *, search: bool = False) -> T:
        """What `query` returns, for `actor`, who sent `request`.

        Raises Refused: `rate_limited` for too many at once, `unavailable` for one that takes too long.
        ClientDisconnect where the request is gone. StorageUnavailable.
        """
        async with while_asked(request), self._turns.turn(_asker(request, actor)):
            try:
                return await self._storage.read(query, "heavy", self._search_s if search else self._read_s)
            except TookTooLong:
                raise Refused("unavailable", _sentence(search=search), retry_after_s=RETRY_AFTER_S) from None

    async def answer_for(self, request: Request, actor: Actor, query: Callable[[Tx], T]) -> T:
        """The answer to a change that is stored. It waits for its turn too, but is never refused for the wait.

        Raises ClientDisconnect if the client is gone, Refused (`unavailable`) if the database cannot be read.
        """
        async with while_asked(request), self._turns.turn(_asker(request, actor), patient=True):
            try:
                return await self._storage.read(query, "heavy")
            except StorageUnavailable:
                raise Refused("unavailable", _STORED, retry_after_s=RETRY_AFTER_S) from None


def _asker(request: Request, actor: Actor) -> Asker:
    if actor.identified:
        return Asker(actor.customer)
    return Asker(network_of(request.client.host) if request.client else "", stranger=True)


def _sentence(*, search: bool) -> str:
    if search:
        return "This search took too long. Try fewer words."
    return "This took too long. Try again in a moment."
