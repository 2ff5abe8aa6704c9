"""Expensive reads (lists, searches, counts, whole tickets). They wait in a queue, have a deadline, and are cancelled
when the connection of their request is lost.

Each person with a proven identity has at most one expensive read at a time, and so has each network of strangers. Quick
reads do not wait for expensive reads, and do not delay them (`storage.ports.ReadKind`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from starlette.requests import Request

from fairness import NoTurn, Turns
from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.client_disconnect import cancelled_on_disconnect
from storage.ports import Storage, StorageUnavailable, TookTooLong, Tx

T = TypeVar("T")

AT_ONCE = 2
"""Maximum number of concurrent reads.

The storage has as many connections, so no query waits for a connection during its turn.
"""
STRANGERS = 1
"""Maximum number of concurrent reads for strangers. Each read is followed by a pause of the same length."""
WAITING = 16
"""Maximum number of queued requests of one person."""
WAITING_AT_ADDRESS = 32
"""Maximum number of queued requests of all strangers in one network."""
WAIT_S = 5.0
RETRY_TURN_S = 1.0
SEARCH_S = 1.0
READ_S = 5.0
RETRY_AFTER_S = 2.0
_STORED = "Your change was saved, but we can't show it right now. Load it again in a moment."


@contextmanager
def stored() -> Iterator[None]:
    """For the answer to a change that is already stored. Raises Refused (`unavailable`), which says so, in place of
    StorageUnavailable."""
    try:
        yield
    except StorageUnavailable:
        raise Refused("unavailable", _STORED, retry_after_s=RETRY_AFTER_S) from None


class HeavyReads:
    """Queues and runs expensive reads.

    `search_s` is the deadline of a search in seconds. `read_s` is the deadline of any other read.
    """

    def __init__(self, storage: Storage, *, search_s: float = SEARCH_S, read_s: float = READ_S) -> None:
        self._storage = storage
        self._turns = Turns(AT_ONCE, others=STRANGERS)
        self._search_s = search_s
        self._read_s = read_s

    async def read_for(self, request: Request, actor: Actor, query: Callable[[Tx], T], *, search: bool = False) -> T:
        """The result of `query` for `actor`, who sent `request`.

        Raises Refused: `rate_limited` for too many reads at once, `unavailable` if the read takes too long. Raises
        ClientDisconnect if the connection is lost. Raises StorageUnavailable.
        """
        async with cancelled_on_disconnect(request), self._turn(request, actor):
            try:
                return await self._storage.read(query, "heavy", self._search_s if search else self._read_s)
            except TookTooLong:
                raise Refused("unavailable", _sentence(search=search), retry_after_s=RETRY_AFTER_S) from None

    async def answer_for(self, request: Request, actor: Actor, query: Callable[[Tx], T]) -> T:
        """Run `query`, which reads the answer to a change that is already stored. Returns its result.

        The read waits for its turn without a deadline, so that the sender learns about the change. Raises
        ClientDisconnect if the connection is lost. Raises Refused (`unavailable`) if the database cannot be read.
        """
        async with cancelled_on_disconnect(request), self._turn(request, actor, patient=True):
            with stored():
                return await self._storage.read(query, "heavy")

    @asynccontextmanager
    async def _turn(self, request: Request, actor: Actor, *, patient: bool = False) -> AsyncIterator[None]:
        """Wait for a turn and hold it during the block. If `patient` is true, the wait has no deadline."""
        if actor.identified:
            share, most = actor.customer, WAITING
        else:
            share, most = f"network {network_of(request.client.host) if request.client else ''}", WAITING_AT_ADDRESS
        limits = (None, None) if patient else (most, WAIT_S)
        try:
            turn = await self._turns.take(share, rank=int(not actor.identified), share_max=limits[0], wait_s=limits[1])
        except NoTurn as none:
            raise _refused(late=none.late) from None
        try:
            yield
        finally:
            turn.end()


def _refused(*, late: bool) -> Refused:
    if late:
        return Refused("unavailable", "We're busy right now. Try again in a moment.", retry_after_s=RETRY_TURN_S)
    sentence = "Too many requests at once. Wait for the current ones to finish."
    return Refused("rate_limited", sentence, retry_after_s=RETRY_TURN_S)


def _sentence(*, search: bool) -> str:
    if search:
        return "This search took too long. Try fewer words."
    return "This took too long. Try again in a moment."
