"""The flag of tickets whose address stopped working, on both databases."""

from __future__ import annotations

from functools import partial

import pytest

from storage.ports import Storage
from tests.ticketing.paces import PlainPaces
from tests.ticketing.people import Colleagues
from tests.ticketing.table import TEAMS
from tests.ticketing.test_service import MAYA, STAFF, ChatLogs
from ticketing.adapters.addressed import SqlAddressed
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.reachability import AT_ONCE, Reachability
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

NOW = 1_795_556_400_000
ADDRESS = "ana@northlake.example"
SOLVED = Wanted(status="solved", resolution="set_up")


class Desk:
    def __init__(self, storage: Storage) -> None:
        self.storage, self.store = storage, SqlStore()
        awaiting = Awaiting(SqlWaits(), PlainPaces())
        self.tickets = Tickets(
            self.store,
            SqlReadMarks(),
            SqlIndex(),
            Colleagues(STAFF),
            ChatLogs(),
            lambda: TEAMS,
            lambda: "Desk",
            awaiting,
        )
        self.reachability = Reachability(self.tickets, self.store, SqlAddressed())

    async def made(self, email: str | None, wanted: Wanted | None = None) -> int:
        opening = Opening(
            channel="staff",
            team="media",
            by=MAYA,
            at=NOW,
            created_at=NOW,
            requester=Requester("v1", "Ana", email),
            wanted=wanted or Wanted(),
        )
        return (await self.storage.write(lambda tx: self.tickets.open(tx, opening))).number

    async def settle(self, *, comes_back: bool, first: int | None = None) -> bool:
        unit = partial(self.reachability.settle, address=ADDRESS, now=NOW + 1, comes_back=comes_back, first=first)
        return await self.storage.write(unit)

    async def flagged(self, *numbers: int) -> list[bool]:
        found = [await self.storage.read(partial(self.store.find, number=number)) for number in numbers]
        return [ticket is not None and ticket.unreachable for ticket in found]


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


async def test_unsolved_tickets_of_the_address_get_the_flag_and_lose_it_again(desk: Desk) -> None:
    """However the address is written. Other addresses and solved tickets do not change."""
    ours = [await desk.made(ADDRESS), await desk.made("ANA@northlake.example", Wanted(status="awaiting_reply"))]
    others = [await desk.made("ben@northlake.example"), await desk.made(None)]
    solved = await desk.made(ADDRESS)
    await desk.storage.write(lambda tx: desk.tickets.patch(tx, MAYA, solved, SOLVED, None, NOW))
    assert not await desk.settle(comes_back=True)
    assert await desk.flagged(*ours, *others, solved) == [True, True, False, False, False]
    assert not await desk.settle(comes_back=False)
    assert await desk.flagged(*ours, *others, solved) == [False] * 5


async def test_many_tickets_take_several_transactions_and_the_named_one_comes_first(desk: Desk) -> None:
    numbers = [await desk.made(ADDRESS) for _ in range(AT_ONCE + 2)]
    assert await desk.settle(comes_back=True, first=numbers[-1])
    assert await desk.flagged(numbers[0], *numbers[-2:]) == [True, False, True]
    assert not await desk.settle(comes_back=True)
    assert await desk.flagged(*numbers) == [True] * len(numbers)


async def test_named_ticket_with_another_address_meanwhile_gets_no_flag(desk: Desk) -> None:
    number = await desk.made("ana@new.example")
    await desk.settle(comes_back=True, first=number)
    assert await desk.flagged(number) == [False]
