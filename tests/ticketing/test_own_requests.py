"""The lists of requests on a customer's pages, on both databases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from storage.ports import Storage, Tx
from tests.ticketing.statements import statements
from tests.ticketing.test_service import ANA, NOW, PEOPLE, TICKETS, made
from ticketing.adapters.store import SqlStore
from ticketing.listing import Filters
from ticketing.own_requests import GROUP, PAGE, TURNS, Listed, OwnRequests
from ticketing.wanted import Wanted

MINE = Filters(whose="mine")
OWN = OwnRequests(TICKETS, SqlStore(), PEOPLE)
WANTED = {
    "awaiting_reply": Wanted(status="awaiting_reply"),
    "open": Wanted(status="open"),
    "solved": Wanted(status="solved", resolution="set_up"),
}


def listed(tx: Tx, filters: Filters = MINE, cursor: str | None = None) -> Listed:
    return OWN.listed(tx, ANA, filters, NOW, cursor)


async def test_groups_hold_the_newest_requests_of_each_turn_in_order(storage: Storage) -> None:
    numbers = {
        status: [await made(storage, at=NOW + place, wanted=wanted) for place in range(3)]
        for status, wanted in WANTED.items()
    }
    found = await storage.read(listed)
    shown = [[ticket.number for ticket in group] for group in found.groups]
    assert shown == [numbers[status][::-1] for status in ("awaiting_reply", "open", "solved")]
    assert (found.more, found.next, found.counts["mine"]) == ([False] * 3, None, dict.fromkeys(WANTED, 3))


async def test_group_with_too_many_requests_shows_the_newest_and_has_more(storage: Storage) -> None:
    numbers = [await made(storage, at=NOW + place, wanted=WANTED["open"]) for place in range(PAGE + 1)]
    found = await storage.read(listed)
    assert [ticket.number for ticket in found.groups[1]] == numbers[: -GROUP - 1 : -1]
    assert found.more == [False, True, False]
    page = await storage.read(partial(listed, filters=Filters(whose="mine", status=TURNS[1])))
    assert [ticket.number for ticket in page.groups[1]] == numbers[:0:-1] and page.next is not None
    rest = await storage.read(partial(listed, filters=Filters(whose="mine", status=TURNS[1]), cursor=page.next))
    assert [ticket.number for ticket in rest.groups[1]] == numbers[:1]


async def test_requests_of_all_groups_are_read_together(storage: Storage) -> None:
    await made(storage, wanted=WANTED["solved"])
    one = await storage.read(lambda tx: statements(tx, partial(listed, tx)))
    for status in ("awaiting_reply", "open"):
        await made(storage, wanted=WANTED[status])
    many = await storage.read(lambda tx: statements(tx, partial(listed, tx)))
    # The waits of tickets that await a reply.
    assert len(many) == len(one) + 1


async def test_coordinator_without_requests_has_the_name_of_the_company(storage: Storage) -> None:
    """The name does not depend on the tickets that are listed. Others have no such list, and no name."""
    coordinator = replace(ANA, account="a1", client="c1", coordinator=True)
    found = await storage.read(lambda tx: OWN.listed(tx, coordinator, MINE, NOW, None))
    assert (found.company, found.counts["company"]) == ("Northlake", {})
    assert (await storage.read(listed)).company == ""
