from __future__ import annotations

import asyncio

import pytest

from refusals import Refused
from server.live.learning.booking_turns import BookingTurns


async def test_turns_are_taken_in_order_and_not_more_at_once_than_allowed() -> None:
    turns, order, most, now = BookingTurns(2), list[int](), 0, 0

    async def book(number: int) -> None:
        nonlocal most, now
        async with turns.turn():
            now += 1
            most = max(most, now)
            order.append(number)
            await asyncio.sleep(0)
            now -= 1

    await asyncio.gather(*(book(number) for number in range(20)))
    assert order == list(range(20)) and most == 2


async def test_registration_that_waits_too_long_is_refused_and_may_be_repeated() -> None:
    turns = BookingTurns(1, wait_s=0)
    async with turns.turn():
        with pytest.raises(Refused, match="Nothing was saved") as refused:
            await turns.turn().__aenter__()
    assert refused.value.code == "unavailable" and refused.value.retry_after_s
    async with turns.turn():
        pass


async def test_registration_is_refused_at_once_if_too_many_wait() -> None:
    turns = BookingTurns(1, waiting_max=0)
    with pytest.raises(Refused, match="Many people register"):
        await turns.turn().__aenter__()


async def test_cancelled_wait_takes_no_turn() -> None:
    turns = BookingTurns(1)

    async def book() -> None:
        async with turns.turn():
            pass

    async with turns.turn():
        waits = asyncio.create_task(book())
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
    await book()
