"""Counts and lists of tickets that are not solved, on both databases."""

from __future__ import annotations

from functools import partial

from reports.adapters import listing, tickets
from reports.asking import Asked
from reports.backlog import AGES, Ageing
from reports.drill import Behind
from reports.overview import LateTickets
from reports.periods import Period
from storage.ports import Storage, Tx
from ticketing.adapters.tables import TicketRow

ASKED = Asked(period=Period(739_000, 739_001), teams=None)
EDGES = (600, 500, 400, 300, 200, 100)
NOW = 1_000
EARLIER_EDGES = (500, 400, 300, 200, 100, 50)
AGEINGS = [Ageing(("media",), EDGES), Ageing(("finance", "prod"), EARLIER_EDGES)]


def ticket(
    number: int, team: str, created_at: int, status: str = "open", with_: str = "support", assignee: str | None = None
) -> TicketRow:
    return TicketRow(
        number=number,
        team=team,
        created_at=created_at,
        updated_at=created_at,
        status=status,
        with_=with_,
        assignee=assignee,
        channel="form",
    )


async def stored(storage: Storage) -> None:
    def add(tx: Tx) -> None:
        tx.session.add(ticket(1, "finance", 550))
        tx.session.add(ticket(2, "media", 550, assignee="u1"))
        tx.session.add(ticket(3, "media", 10, with_="product"))
        tx.session.add(ticket(4, "prod", 5, status="solved"))
        tx.session.add(ticket(5, "retired", 5))

    await storage.write(add)


async def test_ages_follow_the_rule_of_each_team(storage: Storage) -> None:
    """Two tickets of the same moment have different ages. Solved tickets and unknown teams do not count."""
    await stored(storage)
    found = await storage.read(lambda tx: tickets.unsolved(tx, ASKED, AGEINGS))
    counts = {part.status: part.by_age for part in found if part.count}
    assert counts == {"open": [1, 1, 0, 0, 0, 0, 0], "with_product": [0] * (len(AGES) - 1) + [1]}


async def test_filters_limit_the_count_and_the_list_alike(storage: Storage) -> None:
    await stored(storage)

    def numbers(tx: Tx, asked: Asked, behind: Behind) -> list[int]:
        page = listing.counted(tx, asked, behind, AGEINGS, NOW)
        assert page.count == len(page.rows)
        return [row.ticket for row in page.rows]

    def read(tx: Tx) -> None:
        agent = Asked(period=ASKED.period, teams=None, agent="u1")
        prod, nowhere = (Asked(period=ASKED.period, teams=(team,)) for team in ("prod", "retired"))
        assert numbers(tx, ASKED, Behind(metric="backlog")) == [3, 1, 2]
        assert numbers(tx, ASKED, Behind(metric="backlog", age=0)) == [1]
        assert numbers(tx, ASKED, Behind(metric="backlog", age=6, status="with_product")) == [3]
        assert numbers(tx, ASKED, Behind(metric="backlog", status="open")) == [1, 2]
        assert numbers(tx, agent, Behind(metric="backlog")) == [2]
        assert numbers(tx, prod, Behind(metric="backlog")) == []
        assert numbers(tx, nowhere, Behind(metric="backlog", age=0)) == []
        assert sum(part.count for part in tickets.unsolved(tx, agent, AGEINGS)) == 1
        assert sum(part.count for part in tickets.unsolved(tx, nowhere, AGEINGS)) == 0

    await storage.read(read)


async def test_tickets_with_a_late_target_are_counted_by_team_and_listed(storage: Storage) -> None:
    """A target that is due later, and tickets without one, do not count."""

    def add(tx: Tx) -> None:
        for number, team, due in ((1, "media", 900), (2, "media", NOW), (3, "media", NOW + 1), (4, "prod", 5)):
            late = ticket(number, team, 1, assignee="u1" if number == 2 else None)
            late.sla_due, late.product = due, "Lumina" if number == 4 else None
            tx.session.add(late)
        tx.session.add(ticket(5, "media", 1))

    await storage.write(add)

    def found(tx: Tx, asked: Asked) -> tuple[list[LateTickets], list[int]]:
        page = listing.counted(tx, asked, Behind(metric="late_now"), AGEINGS, NOW)
        counts = tickets.late_now(tx, asked, NOW)
        assert page.count == len(page.rows) == sum(one.tickets for one in counts)
        return counts, [row.ticket for row in page.rows]

    for asked, counts, numbers in (
        (ASKED, [LateTickets("media", 2), LateTickets("prod", 1)], [4, 1, 2]),
        (Asked(period=ASKED.period, teams=("media",)), [LateTickets("media", 2)], [1, 2]),
        (Asked(period=ASKED.period, teams=None, agent="u1"), [LateTickets("media", 1)], [2]),
        (Asked(period=ASKED.period, teams=None, products=("Lumina",)), [LateTickets("prod", 1)], [4]),
        (Asked(period=ASKED.period, teams=None, channels=("email",)), [], []),
    ):
        assert await storage.read(partial(found, asked=asked)) == (counts, numbers)
