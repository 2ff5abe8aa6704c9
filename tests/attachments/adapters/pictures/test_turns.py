"""`attachments.adapters.pictures.turns`: whose picture is next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from attachments.adapters.pictures.turns import PictureTurns, TooMany

Asked = tuple[str, str]


async def order(turns: PictureTurns, asked: Sequence[Asked]) -> list[Asked]:
    """Who had a turn, in the order of the turns, of those who ask at once."""
    had: list[Asked] = []

    async def take(lane: str, person: str) -> None:
        async with turns.turn(lane, person):
            had.append((lane, person))
            await asyncio.sleep(0)

    await asyncio.gather(*(take(lane, person) for lane, person in asked))
    return had


async def ask(turns: PictureTurns, asked: Asked) -> Asked:
    """Have one turn."""
    async with turns.turn(*asked):
        return asked


def made(at_once: int = 1, *, lane_max: int = 10, all_max: int = 20, wait_s: float = 60) -> PictureTurns:
    return PictureTurns(at_once, lane_max=lane_max, all_max=all_max, wait_s=wait_s)


async def test_a_second_lane_waits_behind_one_of_a_flood() -> None:
    """Eight of one address asked first; another address comes second, not ninth."""
    had = await order(made(), [*[("flood", "x")] * 8, ("other", "ana")])
    assert had[:2] == [("flood", "x"), ("other", "ana")]
    assert len(had) == 9


async def test_people_of_one_lane_take_turns_too() -> None:
    """Behind one address, who sends most waits longest."""
    had = await order(made(), [*[("site", "x")] * 4, ("site", "ana"), ("site", "ben")])
    assert {person for _, person in had[1:4]} == {"x", "ana", "ben"}


async def test_a_lane_has_one_turn_at_a_time() -> None:
    """A free process does not help who has one already."""
    turns, running, most = made(2), 0, 0

    async def take() -> None:
        nonlocal running, most
        async with turns.turn("one", "x"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(take() for _ in range(5)))
    assert most == 1


async def test_a_lane_that_is_full_is_refused() -> None:
    """Others still get in."""
    turns = made(lane_max=2)
    async with turns.turn("flood", "x"), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(ask(turns, ("flood", "x"))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await ask(turns, ("flood", "x"))
        other = tasks.create_task(ask(turns, ("other", "ana")))
        await asyncio.sleep(0)
        assert turns.waiting() == 3
        for task in (*waiting, other):
            task.cancel()
    assert turns.waiting() == 0


async def test_a_full_queue_takes_from_the_longest_lane() -> None:
    """Somebody new gets in, and the last of the longest lane is refused; when all have one, nobody gets in."""
    turns = made(all_max=3)
    async with turns.turn("busy", "x"):
        flood = [asyncio.create_task(ask(turns, ("flood", "x"))) for _ in range(3)]
        await asyncio.sleep(0)
        more = [asyncio.create_task(ask(turns, (lane, "y"))) for lane in ("a", "b", "c")]
        results = await asyncio.gather(flood[1], flood[2], more[2], return_exceptions=True)
        assert all(isinstance(result, TooMany) for result in results)
        assert turns.waiting() == 3
    assert [await task for task in (flood[0], *more[:2])] == [("flood", "x"), ("a", "y"), ("b", "y")]


async def test_who_hangs_up_or_waits_too_long_leaves_the_queue() -> None:
    """And the next has their turn."""
    turns = made(wait_s=0)
    async with turns.turn("busy", "x"):
        with pytest.raises(TooMany):
            await ask(turns, ("late", "y"))
        assert turns.waiting() == 0
    assert await ask(turns, ("late", "y")) == ("late", "y")
