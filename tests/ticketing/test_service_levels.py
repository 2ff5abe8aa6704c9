"""Targets of stored tickets, on both databases. The teams are always open here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest
from msgspec import structs

from storage.ports import Storage, Tx
from tests.ticketing.paces import PLAIN, PlainPaces
from tests.ticketing.people import Colleagues, KnownClient
from tests.ticketing.table import TEAMS
from tests.ticketing.test_service import ANA, MAYA, NOW, STAFF, ChatLogs, opening
from ticketing import contact
from ticketing.adapters import list_queries
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.listing import Counts, Due, Filters, Place
from ticketing.service import Tickets
from ticketing.targets import Policy, Time
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Pace
from ticketing.wanted import Wanted

MINUTE = 60_000
TIME = Time("always", lambda start, end: end - start, lambda at, duration: at + duration)
POLICY = Policy(id="all", name="All", first_reply=60, next_reply=30, resolution=240, position=2)
URGENT = Policy(id="urgent", name="Urgent", priorities=["urgent"], first_reply=10, position=1)


class OpenPaces(PlainPaces):
    def of(self, team: str) -> Pace | None:
        return replace(PLAIN, opened=TIME)


class Counted(Colleagues):
    asked = 0

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        self.asked += 1
        return super().vips(tx, ids)


class Desk:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.store = SqlStore()
        self.people = Counted(STAFF, clients={"vip": KnownClient("Northlake", vip=True), "other": KnownClient("Other")})
        parts = (self.store, SqlReadMarks(), SqlIndex(), self.people, ChatLogs(), lambda: TEAMS, lambda: "Desk")
        self.tickets = Tickets(*parts, Awaiting(SqlWaits(), OpenPaces()))

    async def put(self, *policies: Policy) -> None:
        def unit(tx: Tx) -> None:
            for policy in policies:
                self.store.put_policy(tx, policy)

        await self.storage.write(unit)

    async def opened(self, at: int = NOW, client: str | None = None) -> int:
        wanted = opening(channel="form", by=ANA, at=at, created_at=at, assignee=None, client=client)
        return (await self.storage.write(lambda tx: self.tickets.open(tx, wanted))).number

    async def found(self, number: int) -> Ticket:
        found = await self.storage.read(lambda tx: self.store.find(tx, number))
        assert found is not None
        return found

    async def change(self, number: int, wanted: Wanted, at: int) -> None:
        await self.storage.write(lambda tx: self.tickets.patch(tx, MAYA, number, wanted, None, at))

    async def answer(self, number: int, at: int) -> None:
        def unit(tx: Tx) -> None:
            ticket = self.store.find(tx, number, lock=True)
            assert ticket is not None
            self.tickets.keep(tx, ticket, contact.answered(ticket, at), [], MAYA, at)

        await self.storage.write(unit)

    async def recompute(self, at: int, touched: int | None = None) -> None:
        """`touched`: a ticket that changes after the first step."""
        after: Place | None = None

        def unit(tx: Tx) -> Place | None:
            return self.tickets.service_levels.recompute(tx, after, at, 2)

        while (after := await self.storage.write(unit)) is not None:
            if touched is not None:
                await self.change(touched, Wanted(add_tags=["seen"]), at)
                touched = None

    async def due(self, number: int) -> Mapping[str, float | None]:
        """The minutes from NOW at which targets are due."""
        running = (await self.found(number)).service.running
        return {one.metric: None if one.due is None else (one.due - NOW) / MINUTE for one in running if one.met is None}

    async def counts(self, at: int) -> Counts:
        return await self.storage.read(lambda tx: self.tickets.lists.counts(tx, MAYA, (), at))

    async def listed(self, filters: Filters, at: int) -> list[int]:
        page = await self.storage.read(lambda tx: self.tickets.lists.page(tx, MAYA, filters, at, "sla_due"))
        return [one.number for one in page.tickets]


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


async def test_targets_follow_replies_priority_and_status(desk: Desk) -> None:
    await desk.put(POLICY, URGENT)
    number = await desk.opened()
    assert await desk.due(number) == {"first_reply": 60, "resolution": 240}
    await desk.change(number, Wanted(priority="urgent"), NOW + 5 * MINUTE)
    assert await desk.due(number) == {"first_reply": 10}
    await desk.answer(number, NOW + 8 * MINUTE)
    await desk.change(number, Wanted(priority="normal", status="awaiting_reply"), NOW + 20 * MINUTE)
    assert await desk.due(number) == {"resolution": None}
    view = await desk.storage.read(lambda tx: desk.tickets.get(tx, MAYA, number, NOW))
    assert isinstance(view.sla, list)
    assert [(one.metric, one.breached) for one in view.sla] == [("first_reply", False), ("resolution", False)]
    assert not isinstance((await desk.storage.read(lambda tx: desk.tickets.get(tx, ANA, number, NOW))).sla, list)
    await desk.change(number, Wanted(status="open"), NOW + 50 * MINUTE)
    assert await desk.due(number) == {"resolution": 270}
    await desk.change(number, Wanted(status="solved", resolution="set_up"), NOW + 60 * MINUTE)
    assert await desk.due(number) == {} and (await desk.found(number)).sla_due is None


@pytest.mark.parametrize("few", [True, False])
async def test_tickets_due_soon_are_found_sorted_and_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, few: bool
) -> None:
    """A list of few late tickets sorts them. One of many goes through all open work."""
    monkeypatch.setattr(list_queries, "SORTED_MAX", 1 if few else 0)
    await desk.put(POLICY)
    early, late = await desk.opened(), await desk.opened(NOW + 30 * MINUTE)
    soon, breached = NOW + 46 * MINUTE, NOW + 60 * MINUTE
    assert await desk.listed(Filters(), soon) == [early, late]
    assert await desk.listed(Filters(due=Due("soon", soon), snoozed=False), soon) == [early]
    assert await desk.listed(Filters(due=Due("breached", soon)), soon) == []
    assert await desk.listed(Filters(due=Due("breached", breached)), breached) == [early]
    assert await desk.listed(Filters(due_before=NOW + 91 * MINUTE), soon) == [early, late]
    counts = [await desk.counts(at) for at in (soon, NOW)]
    assert [one.due_soon for one in counts] == [1, 0]
    at = NOW + 300 * MINUTE
    await desk.answer(early, at)
    await desk.change(early, Wanted(status="awaiting_reply"), at)
    assert await desk.listed(Filters(due=Due("breached", at)), at) == [late, early], "the late one that is paused too"
    assert await desk.listed(Filters(due=Due("soon", at)), at) == [late]


async def test_changed_policies_reach_unsolved_tickets_without_changing_their_version(desk: Desk) -> None:
    numbers = [await desk.opened(NOW + place) for place in range(5)]
    solved = await desk.opened()
    await desk.change(solved, Wanted(status="solved", resolution="set_up"), NOW)
    before = await desk.found(numbers[0])
    await desk.put(POLICY)
    await desk.recompute(NOW + MINUTE)
    assert [len(await desk.due(number)) for number in numbers] == [2] * 5 and await desk.due(solved) == {}
    after = await desk.found(numbers[0])
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    await desk.put(structs.replace(POLICY, first_reply=30))
    await desk.recompute(NOW + MINUTE, touched=numbers[2])
    assert [(await desk.due(number))["first_reply"] for number in numbers] == pytest.approx([30] * 5, abs=0.01)
    await desk.put(structs.replace(POLICY, enabled=False))
    await desk.recompute(NOW + MINUTE)
    assert await desk.due(numbers[0]) == {}


async def test_policy_for_vips_asks_once_for_the_clients_of_many_tickets(desk: Desk) -> None:
    first, second = await desk.opened(client="vip"), await desk.opened(client="other")
    await desk.put(structs.replace(POLICY, vips=True))
    desk.people.asked = 0
    await desk.storage.write(lambda tx: desk.tickets.service_levels.recompute(tx, None, NOW, 5))
    assert desk.people.asked == 1
    assert (await desk.due(first))["first_reply"] == 60 and await desk.due(second) == {}
