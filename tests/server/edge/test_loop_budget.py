"""Who has a turn when, and how much work fits into one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from server.edge.loop_budget import BUSY_SWITCH_S, Turns


def piece(done: list[str], name: str, units: int = 1) -> Callable[[], int]:
    """Work that writes down that it was done."""

    def go_on() -> int:
        done.append(name)
        return units

    return go_on


async def test_work_beyond_a_turn_continues_in_later_turns() -> None:
    """Other callbacks run in between."""
    turns, done = Turns(asyncio.get_running_loop(), units=4), list[str]()
    for number in range(10):
        turns.wait("address", piece(done, str(number)))
    counts = []
    while len(done) < 10:
        await asyncio.sleep(0)
        counts.append(len(done))
    assert counts == [4, 8, 10]
    assert done == [str(number) for number in range(10)]


async def test_address_after_a_flood_is_second_in_turn() -> None:
    """However much work the other address has waiting."""
    turns, done = Turns(asyncio.get_running_loop(), units=2), list[str]()
    for _ in range(100):
        turns.wait("flood", piece(done, "flood"))
    turns.wait("person", piece(done, "person"))
    await asyncio.sleep(0)
    assert done == ["flood", "person"]


async def test_used_units_are_restored_in_the_next_turn() -> None:
    """The last piece of work may exceed the remaining units."""
    turns = Turns(asyncio.get_running_loop(), units=4)
    assert [turns.take(3), turns.take(3), turns.take(1)] == [True, True, False]
    await asyncio.sleep(0)
    assert turns.take(1)


async def test_failed_piece_does_not_stop_the_next_one() -> None:
    """The error goes to the exception handler of the loop."""
    loop, told, done = asyncio.get_running_loop(), list[object](), list[str]()
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    turns, fault = Turns(loop), ValueError()

    def fail() -> int:
        raise fault

    turns.wait("one", fail)
    turns.wait("two", piece(done, "two"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (told, done) == ([fault], ["two"])


async def test_task_waits_for_its_turn() -> None:
    """If there is room it runs immediately. A cancelled task takes no turn."""
    turns, done = Turns(asyncio.get_running_loop(), units=2), list[str]()

    async def work(name: str) -> None:
        await turns.turn(name, 2)
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
    turns, done = Turns(asyncio.get_running_loop(), units=2), list[str]()
    for _ in range(5):
        turns.wait("flood", piece(done, "flood"))
    await asyncio.sleep(0)
    assert sys.getswitchinterval() == BUSY_SWITCH_S < usual
    while len(done) < 5:
        await asyncio.sleep(0)
    assert sys.getswitchinterval() == usual
