"""Faults to put into a running server of several workers, to see that the checker finds them.

The workers are forked from the patched process, and each has a port of its own.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

import asyncpg
from msgspec.structs import replace

from chat.adapters import connected, journal_postgres
from chat.adapters.archive import Snapshot
from chat.adapters.connected import Connected
from chat.adapters.hub import Hub
from chat.adapters.lane import Settlement
from chat.adapters.peer import Peer
from chat.events import Logged
from chat.numbering import Append, Head, Outcome, number
from server import schema, workers
from server.edge.neighbours import Place
from server.live.processes.leading import DISPATCHER
from server.live.processes.other_commits import OtherCommits
from server.live.processes.people_elsewhere import LEASE_MS, PeopleElsewhere
from server.serving import listening_socket
from server.settings import Settings
from storage.leases import Lease, claim
from storage.ports import Tx
from storage.writer_postgres import PostgresStorage, _PostgresLane
from tests.faults import seeded
from ticketing import due_steps
from ticketing.waiting_clock import Pace, Step, Wait, reminded

LEASE_ENDS = Path("lease-ends")
"""In the working folder of the server. Once this file exists, `a_lease_not_renewed` takes effect."""


def _before_the_commit(tell: Callable[[Hub, Peer, Logged], None]) -> None:
    """`tell` is called for each append, and the commit comes after it."""
    init = _PostgresLane.__init__

    def hasty(
        self: _PostgresLane,
        storage: PostgresStorage,
        apply: Callable[[asyncpg.Connection, Sequence[Append]], Awaitable[Sequence[Outcome]]],
        deliver: Callable[[Sequence[Append], Sequence[Outcome] | Exception], None],
    ) -> None:
        async def told(connection: asyncpg.Connection, appends: Sequence[Append]) -> Sequence[Outcome]:
            outcomes = await apply(connection, appends)
            settlement = getattr(deliver, "__self__", None)
            assert isinstance(settlement, Settlement)
            for append, outcome in zip(appends, outcomes, strict=True):
                if isinstance(outcome, Logged):
                    tell(settlement._hub, append.origin, outcome)
            if any(seeded.LAST_WORDS in append.body for append in appends):
                await asyncio.sleep(60)
            return outcomes

        init(self, storage, told, deliver)

    patch.object(_PostgresLane, "__init__", hasty).start()


def an_ack_before_the_commit() -> None:
    _before_the_commit(seeded.acknowledge)


def publish_before_commit() -> None:
    _before_the_commit(seeded.publish)


def no_unique_key() -> None:
    """The test drops the index. Here nobody looks up what is stored."""

    def forgetful(
        appends: Sequence[Append], heads: dict[str, Head], known: object, silent_ms: Callable[[str], int], size_max: int
    ) -> object:
        return number(appends, heads, {}, silent_ms, size_max)

    patch.object(journal_postgres, "number", forgetful).start()
    patch.object(schema, "check", lambda connection: None).start()


def a_dropped_wake_up() -> None:
    """No other process hears that a chat was closed."""
    apply = OtherCommits._apply

    def deaf(self: OtherCommits, stored: Iterable[Snapshot]) -> None:
        apply(self, [snapshot for snapshot in stored if snapshot.chat.state != "closed"])

    patch.object(OtherCommits, "_apply", deaf).start()


def two_dispatchers() -> None:
    """Each process believes that it leads."""
    claimed = Lease.claim

    def careless(self: Lease, tx: Tx) -> bool:
        return self._job == DISPATCHER or claimed(self, tx)

    patch.object(Lease, "claim", careless).start()


def a_lease_not_renewed() -> None:
    """For longer than it lasts."""
    renew = PeopleElsewhere._renew

    def late(self: PeopleElsewhere, tx: Tx, active: Iterable[Connected]) -> frozenset[str]:
        living = renew(self, tx, active)
        if LEASE_ENDS.exists():
            claim(tx, self._lease, self._process, self._shared() - LEASE_MS, LEASE_MS)
        return living

    patch.object(PeopleElsewhere, "_renew", late).start()


def presence_never_removed() -> None:
    def forgetful(tx: Tx, process: str, ids: Collection[str]) -> None: ...

    patch.object(connected, "went", forgetful).start()


def a_reminder_twice() -> None:
    """The desk forgets that it has sent the first reminder."""
    _after_a_reminder(lambda wait, step: replace(wait, step="reminder_1") if step == "reminder_1" else wait)


def a_reminder_lost() -> None:
    """The desk believes that it has sent the second reminder too."""
    _after_a_reminder(lambda wait, step: replace(wait, step="auto_solve"))


def _after_a_reminder(changed: Callable[[Wait, Step], Wait]) -> None:
    def careless(wait: Wait, letter: int, now: int, pace: Pace) -> Wait:
        return changed(reminded(wait, letter, now, pace), wait.step)

    patch.object(due_steps, "reminded", careless).start()


_ALL = (
    seeded.nothing,
    an_ack_before_the_commit,
    publish_before_commit,
    no_unique_key,
    seeded.resume_with_greater_or_equal,
    seeded.resume_one_too_far,
    seeded.a_note_to_a_customer,
    a_dropped_wake_up,
    two_dispatchers,
    a_lease_not_renewed,
    presence_never_removed,
)
FAULTS = {fault.__name__: fault for fault in _ALL}
OF_REMINDERS = {fault.__name__: fault for fault in (seeded.nothing, a_reminder_twice, a_reminder_lost)}


def before(fault: str, port: int) -> Callable[[], None]:
    """The patches of a server whose second worker is to listen on this port."""
    return partial(_patch, fault, port)


def _patch(fault: str, port: int) -> None:
    (FAULTS | OF_REMINDERS)[fault]()
    work = workers._work

    def at_its_port(
        settings: Settings,
        listening: socket.socket,
        ready: Connection,
        program: workers.Program,
        place: Place,
        life: workers.Life,
    ) -> None:
        mine = listening_socket("127.0.0.1", port) if place.number else listening
        work(settings, mine, ready, program, place, life)

    patch.object(workers, "_work", at_its_port).start()
