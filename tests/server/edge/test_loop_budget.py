"""Who has a turn when, and how much work fits into one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from server.edge.loop_budget import BUSY_SWITCH_S, LoopBudget


def piece(done: list[str], name: str, units: int = 1) -> Callable[[], int]:
    """Work that writes down that it was done."""

    def go_on() -> int:
        done.append(name)
        return units

    return go_on


async def test_work_beyond_a_turn_continues_in_later_turns() -> None:
    """Other callbacks run in between."""
    budget, done = LoopBudget(asyncio.get_running_loop(), units=4), list[str]()
    for number in range(10):
        budget.wait("address", piece(done, str(number)))
    counts = []
    while len(done) < 10:
        await asyncio.sleep(0)
        counts.append(len(done))
    assert counts == [4, 8, 10]
    assert done == [str(number) for number in range(10)]


async def test_address_after_a_flood_is_second_in_turn() -> None:
    """However much work the other address has waiting."""
    budget, done = LoopBudget(asyncio.get_running_loop(), units=2), list[str]()
    for _ in range(100):
        budget.wait("flood", piece(done, "flood"))
    budget.wait("person", piece(done, "person"))
    await asyncio.sleep(0)
    assert done == ["flood", "person"]


async def test_used_units_are_restored_in_the_next_turn() -> None:
    """The last piece of work may exceed the remaining units."""
    budget = LoopBudget(asyncio.get_running_loop(), units=4)
    assert [budget.take(3), budget.take(3), budget.take(1)] == [True, True, False]
    await asyncio.sleep(0)
    assert budget.take(1)


async def test_failed_piece_does_not_stop_the_next_one() -> None:
    """The error goes to the exception handler of the loop."""
    loop, told, done = asyncio.get_running_loop(), list[object](), list[str]()
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    budget, fault = LoopBudget(loop), ValueError()

    def fail() -> int:
        raise fault

    budget.wait("one", fail)
    budget.wait("two", piece(done, "two"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (told, done) == ([fault], ["two"])


async def test_task_waits_for_its_turn() -> None:
    """If there is room it runs immediately. A cancelled task takes no turn."""
    budget, done = LoopBudget(asyncio.get_running_loop(), units=2), list[str]()

    async def work(name: str) -> None:
        await budget.turn(name, 2)
        done.append(name)

    tasks = [asyncio.ensure_future(work(name)) for name in ("one", "two", "three")]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert done == ["one"]
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == ["one", "three"]


async def test_thread_switch_interval_is_shorter_while_work_waits() -> None:
    """So that a flood does not starve other threads, such as the one that stores messages."""
    usual = sys.getswitchinterval()
    budget, done = LoopBudget(asyncio.get_running_loop(), units=2), list[str]()
    for _ in range(5):
        budget.wait("flood", piece(done, "flood"))
    await asyncio.sleep(0)
    assert sys.getswitchinterval() == BUSY_SWITCH_S < usual
    while len(done) < 5:
        await asyncio.sleep(0)
    assert sys.getswitchinterval() == usual
