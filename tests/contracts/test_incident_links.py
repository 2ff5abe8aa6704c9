"""The links and runs of incidents on both databases: `availability.linking` over `availability.adapters.links`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from availability.adapters.links import SqlLinks
from availability.adapters.store import SqlAvailability
from availability.incident import NewUpdate
from availability.link import LinkState, Moved, Run, RunKind
from availability.linking import CHUNK_MS, Linking
from refusals import Refused
from storage.ports import Storage, Tx
from tests.contracts.test_availability import INES, NOW, Systems, Told


@dataclass
class Tickets:
    """Tickets that take any change, but for `refused`. `fails` raises once, like a crash."""

    moved: list[tuple[int, RunKind]] = field(default_factory=list)
    refused: frozenset[int] = frozenset()
    fails: int | None = None
    now: int = 0

    def check_code(self, code: str) -> None:
        if code == "void":
            raise Refused("invalid", "No.", {"code": "No."})

    def move(self, tx: Tx, number: int, run: Run, now: int) -> Moved:
        self.now += CHUNK_MS
        if number == self.fails:
            self.fails = None
            raise RuntimeError("the machine stopped")
        if number in self.refused:
            return Moved("refused", "The rules refuse it.")
        self.moved.append((number, run.kind))
        return Moved("mitigated" if run.kind == "mitigate" else "closed")


class Incident:
    """An open incident on a database, with linked tickets."""

    def __init__(self, storage: Storage, tickets: Tickets) -> None:
        self.storage, self.tickets, told = storage, tickets, Told()
        self.systems = Systems(storage)
        self.linking = Linking(SqlAvailability(), SqlLinks(), tickets, told, told, lambda: tickets.now)
        self.id = 0

    async def begin(self, linked: Sequence[int]) -> None:
        orders, _ = await self.systems.begin()
        self.id = await self.systems.open({orders: "degraded"})
        for number in linked:
            await self.storage.write(partial(self.linking.link, id_=self.id, ticket=number, person=None, now=NOW))

    async def advance(self, kind: RunKind) -> bool:
        """One transaction of the run: one ticket, because each takes all of its time."""
        return await self.storage.write(lambda tx: self.linking.advance(tx, self.id, kind, NOW))

    async def to_its_end(self, kind: RunKind) -> None:
        while await self.advance(kind):
            pass

    async def workaround(self) -> None:
        await self.storage.write(lambda tx: self.linking.give_workaround(tx, INES, self.id, "Wait.", NOW))

    async def finding(self, code: str = "technical") -> None:
        await self.systems.update(self.id, NewUpdate(step="resolved", text="Over."), NOW + 1)
        await self.storage.write(lambda tx: self.linking.publish_finding(tx, INES, self.id, "A bug.", code, NOW + 2))

    async def standing(self) -> tuple[Mapping[LinkState, int], list[str], list[tuple[int, str]]]:
        counts, runs, left = await self.storage.read(lambda tx: self.linking.standing(tx, self.id))
        return counts, [run.state for run in runs], [(link.ticket, link.reason) for link in left]


async def test_run_reaches_each_ticket_once(storage: Storage) -> None:
    it = Incident(storage, Tickets())
    await it.begin([3, 1, 2])
    await it.workaround()
    assert await it.advance("mitigate") is True
    assert it.tickets.moved == [(1, "mitigate")], "a transaction ends when its time is over"
    await it.to_its_end("mitigate")
    await it.finding()
    await it.to_its_end("close")
    assert it.tickets.moved == [(n, kind) for kind in ("mitigate", "close") for n in (1, 2, 3)]
    assert await it.standing() == ({"closed": 3}, ["done", "done"], [])


async def test_stopped_run_moves_nothing_until_it_is_resumed(storage: Storage) -> None:
    it = Incident(storage, Tickets())
    await it.begin([1, 2])
    await it.workaround()
    await it.advance("mitigate")
    await storage.write(lambda tx: it.linking.stop(tx, INES, it.id, "mitigate", NOW))
    assert await it.advance("mitigate") is False
    assert await storage.read(it.linking.running) == []
    again = Incident(storage, it.tickets)
    again.id = it.id
    await storage.write(lambda tx: again.linking.resume(tx, INES, it.id, "mitigate", NOW))
    await again.to_its_end("mitigate")
    assert it.tickets.moved == [(1, "mitigate"), (2, "mitigate")]


async def test_crash_between_two_tickets_leaves_none_out_and_none_twice(storage: Storage) -> None:
    it = Incident(storage, Tickets(fails=2))
    await it.begin([1, 2, 3])
    await it.workaround()
    await it.advance("mitigate")
    with pytest.raises(RuntimeError, match="the machine stopped"):
        await it.advance("mitigate")
    assert (await it.standing())[0] == {"linked": 2, "mitigated": 1}
    await it.to_its_end("mitigate")
    assert it.tickets.moved == [(1, "mitigate"), (2, "mitigate"), (3, "mitigate")]


async def test_refused_tickets_stay_in_a_list_and_are_tried_again(storage: Storage) -> None:
    it = Incident(storage, Tickets(refused=frozenset([2])))
    await it.begin([1, 2])
    await it.finding()
    await it.to_its_end("close")
    assert await it.standing() == ({"closed": 1, "refused": 1}, ["done"], [(2, "The rules refuse it.")])
    it.tickets.refused = frozenset()
    await storage.write(lambda tx: it.linking.resume(tx, INES, it.id, "close", NOW))
    await it.to_its_end("close")
    assert it.tickets.moved == [(1, "close"), (2, "close")]
    assert await it.standing() == ({"closed": 2}, ["done"], [])


async def test_ticket_linked_after_the_workaround_gets_it_too(storage: Storage) -> None:
    it = Incident(storage, Tickets())
    await it.begin([5])
    await it.workaround()
    await it.to_its_end("mitigate")
    await storage.write(lambda tx: it.linking.link(tx, it.id, 4, "somebody", NOW))
    await storage.write(lambda tx: it.linking.link(tx, it.id, 6, "somebody", NOW))
    await it.to_its_end("mitigate")
    assert it.tickets.moved == [(5, "mitigate"), (4, "mitigate")], "one ticket a person"
    assert await storage.read(lambda tx: it.linking.ticket_of(tx, it.id, "somebody")) == 4


async def test_finding_needs_the_end_of_the_incident_and_a_fitting_code(storage: Storage) -> None:
    it = Incident(storage, Tickets())
    await it.begin([1])
    with pytest.raises(Refused, match="Resolve it first"):
        await storage.write(lambda tx: it.linking.publish_finding(tx, INES, it.id, "A bug.", "technical", NOW))
    with pytest.raises(Refused, match="No"):
        await it.finding("void")
    assert await storage.read(it.linking.running) == []
