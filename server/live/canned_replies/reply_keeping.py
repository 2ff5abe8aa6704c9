"""Canned replies, as staff keep and use them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from canned_replies import errors
from canned_replies.reply import CannedReply, WantedReply
from canned_replies.service import CannedReplies
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.errors import Outdated
from identity.permissions import may
from refusals import Refused
from storage.ports import Storage, Tx

_THING = "canned_reply"


class ReplyKeeping:
    """Every method raises Refused(forbidden) for people without canned replies, and StorageUnavailable."""

    def __init__(self, storage: Storage, clock: Clock, people: People, replies: CannedReplies[Tx]) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._replies = replies

    async def all(self, by: Actor) -> list[CannedReply]:
        """The replies that `by` may use, most used first."""
        if not may(by, "read", "canned_replies"):
            raise _forbidden()
        now = self._clock()
        return await self._storage.read(lambda tx: self._replies.all(tx, by, now))

    async def add(self, by: Actor, wanted: WantedReply) -> CannedReply:
        """Add a reply. Raises Refused: `invalid`, `conflict`."""
        now = self._writing(by)

        def unit(tx: Tx) -> CannedReply:
            added = self._replies.add(tx, by, wanted, now)
            self._record(tx, by, "add", added, now)
            return added

        return await self._storage.write(unit)

    async def change(
        self, by: Actor, id_: str, merge: Callable[[CannedReply], WantedReply], versions: Collection[int] | None
    ) -> CannedReply:
        """Change a reply into what `merge` makes of it. `versions` are those that the caller accepts, None for any.

        Raises Refused: `invalid`, `conflict`, `not_found`. Raises Outdated.
        """
        now = self._writing(by)

        def unit(tx: Tx) -> CannedReply:
            try:
                before, after = self._replies.change(tx, by, id_, merge, versions, now)
            except errors.Outdated:
                raise Outdated("Somebody changed this reply while you looked. Nothing was saved.") from None
            if after != before:
                self._record(tx, by, "change", after, now, before)
            return after

        return await self._storage.write(unit)

    async def remove(self, by: Actor, id_: str) -> CannedReply:
        """Remove a reply. Returns it. Raises Refused(not_found)."""
        now = self._writing(by)

        def unit(tx: Tx) -> CannedReply:
            removed = self._replies.remove(tx, by, id_, now)
            self._record(tx, by, "remove", removed, now)
            return removed

        return await self._storage.write(unit)

    async def count_use(self, by: Actor, id_: str) -> None:
        """Count that `by` has inserted a reply. Raises Refused(not_found)."""
        now = self._writing(by)
        await self._storage.write(lambda tx: self._replies.count_use(tx, by, id_, now))

    def _writing(self, by: Actor) -> int:
        """The time of a change by `by`."""
        if not may(by, "change", "canned_replies"):
            raise _forbidden()
        return self._clock()

    def _record(
        self, tx: Tx, by: Actor, verb: str, reply: CannedReply, now: int, before: CannedReply | None = None
    ) -> None:
        """Audit a change of a reply that others use. The texts are left out."""
        if reply.scope == "own" and (before is None or before.scope == "own"):
            return
        detail: dict[str, object] = {"shortcut": reply.shortcut, "scope": reply.scope, "team": reply.team}
        if before is not None:
            detail["changed"] = [
                field
                for field in ("shortcut", "name", "scope", "holder", "texts", "actions", "files")
                if getattr(before, field) != getattr(reply, field)
            ]
        self._people.record(tx, by, verb, _THING, reply.id, detail, now)


def _forbidden() -> Refused:
    return Refused("forbidden", "Canned replies are for agents, supervisors and admins.")
