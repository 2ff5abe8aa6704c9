"""A sweep that compares the memory of this process with the database, and repairs differences.

Memory and database differ if a reaction failed, or if the answer to a commit was lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import structlog

from chat.adapters import archive, clocks
from chat.adapters.hub import Hub
from chat.conversation import WAITING, Chat
from clock import Clock
from identity.adapters.people import People
from routing.service import Dispatcher
from server.live.chats.open_chats import OpenChats
from server.live.ports import Here
from server.live.reactions import Reactions
from server.live.teams import Teams
from storage.ports import Storage

log = structlog.get_logger(__name__)


class Reconcile:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        hub: Hub,
        here: Here,
        open_chats: OpenChats,
        routing: Dispatcher,
        reactions: Reactions,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._hub = hub
        self._here = here
        self._open_chats = open_chats
        self._routing = routing
        self._reactions = reactions
        self._differed: set[str] = set()
        """The chats that differed at the previous sweep."""
        self._lengths: dict[str, int] = {}
        """The last `seq` of each open chat at the previous sweep."""

    async def sweep(self) -> None:
        await self._remove_disabled_agents()
        await self._compare_chats()
        await self._correct_clocks()

    async def _remove_disabled_agents(self) -> None:
        known = {agent.staff for agent in self._routing.floor.agents()}
        for staff in known - await self._storage.read(lambda tx: self._people.able(tx, known)):
            self._routing.agent_gone(staff)

    async def _compare_chats(self) -> None:
        """Take over from the database the chats that differed from the memory in two sweeps in a row.

        A chat that differs in one sweep alone may belong to a commit whose listeners were not called yet.
        """
        stored = {snapshot.chat.id: snapshot for snapshot in await self._storage.read(archive.open_snapshots)}
        known = {chat.id: chat for chat in self._open_chats.all()}
        differ = differing({id_: snapshot.chat for id_, snapshot in stored.items()}, known)
        for id_, seq in self._lengths.items():
            self._hub.heard_of(id_, seq)
        adopted = differ & self._differed
        self._adopt(stored[id_] for id_ in adopted & stored.keys())
        closed = [known[id_] for id_ in adopted - stored.keys()]
        if closed:
            self._adopt(await self._ends_of(closed))
        self._lengths = {id_: snapshot.seq for id_, snapshot in stored.items()}
        self._differed = differ

    def _adopt(self, stored: Iterable[archive.Snapshot]) -> None:
        for snapshot in stored:
            log.warning("chat_adopted", chat=snapshot.chat.id, state=snapshot.chat.state)
            self._reactions.make_up_for(snapshot)

    async def _ends_of(self, closed: Collection[Chat]) -> Iterable[archive.Snapshot]:
        """The stored end of each of these chats. For a chat that the database lacks, a snapshot that says that the chat
        is closed."""
        known = {chat.id: archive.Snapshot(replace(chat, state="closed"), 0, 0) for chat in closed}
        stored = await self._storage.read(lambda tx: archive.snapshots_of(tx, known.keys()))
        return {**known, **{snapshot.chat.id: snapshot for snapshot in stored}}.values()

    async def _correct_clocks(self) -> None:
        """Correct the clock that ends the wait of a waiting customer. It must run if the customer is disconnected, and
        must not run if the customer is connected."""
        waiting = [chat for chat in self._open_chats.all() if chat.state in WAITING]
        here = [chat for chat in waiting if self._here.is_here(chat.customer)]
        gone = [chat for chat in waiting if not self._here.is_here(chat.customer)]
        if waiting:
            await self._storage.write(lambda tx: clocks.reconcile(tx, self._clock(), here, gone, self._teams.left_ms))


def differing(stored: Mapping[str, Chat], known: Mapping[str, Chat]) -> set[str]:
    """The chats that differ between `stored` and `known`, or exist in only one of them."""
    return {id_ for id_ in stored.keys() | known.keys() if stored.get(id_) != known.get(id_)}
