"""The order of the lists behind figures, on both databases."""

from __future__ import annotations

from reports.adapters import listing
from reports.adapters.tables import IntervalRow, StepFactRow
from reports.asking import Asked
from reports.drill import Behind
from reports.periods import Period
from storage.ports import Storage, Tx

DAY = 739_000
ASKED = Asked(period=Period(DAY, DAY + 2), teams=None)


def stay(ticket: int, began: int, ended: int, day: int = DAY) -> IntervalRow:
    return IntervalRow(
        ticket=ticket,
        place=0,
        chat="",
        kind="open",
        team="media",
        holder="",
        began=began,
        ended=ended,
        day=day,
        product="",
        channel="form",
        open_ms=0,
    )


def created(ticket: int, at: int, day: int = DAY) -> StepFactRow:
    return StepFactRow(
        ticket=ticket,
        place=0,
        kind="created",
        at=at,
        day=day,
        team="media",
        agent="",
        product="",
        channel="form",
        code="",
    )


async def test_steps_are_listed_oldest_first_and_stays_by_their_end(storage: Storage) -> None:
    def add(tx: Tx) -> None:
        tx.session.add_all([created(1, 900, DAY + 1), created(2, 300), created(3, 200), created(4, 100, DAY + 2)])
        tx.session.add_all([stay(1, 10, 300), stay(2, 20, 200), stay(3, 5, 900, DAY + 1), stay(4, 5, 99, DAY - 1)])

    def listed(tx: Tx, metric: str) -> list[int]:
        return [row.ticket for row in listing.counted(tx, ASKED, Behind(metric=metric), [], 0).rows]

    await storage.write(add)
    assert await storage.read(lambda tx: listed(tx, "created")) == [3, 2, 1]
    assert await storage.read(lambda tx: listed(tx, "open_time")) == [2, 1, 3]
