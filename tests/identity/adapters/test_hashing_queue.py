from __future__ import annotations

import asyncio
from functools import partial

import pytest

from identity.adapters.hashing_queue import AT_ONCE, OF_ONE_PLACE, WAITING, HashingQueue
from refusals import Refused


class Hasher:
    """Hashes that last until the test ends them, by name."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.under_way: dict[str, asyncio.Future[str]] = {}

    def start(self, name: str) -> asyncio.Future[str]:
        self.begun.append(name)
        self.under_way[name] = asyncio.get_running_loop().create_future()
        return self.under_way[name]

    async def end(self, name: str) -> None:
        self.under_way.pop(name).set_result(name)
        await turn_of_the_loop()

    async def end_all(self) -> None:
        while self.under_way:
            await self.end(next(iter(self.under_way)))


async def turn_of_the_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def hasher() -> Hasher:
    return Hasher()


def asked(line: HashingQueue, hasher: Hasher, place: str, name: str, rank: int = 1) -> asyncio.Task[str]:
    async def ask() -> str:
        with line.enter(place):
            return await line.turn(place, rank, partial(hasher.start, name))

    return asyncio.create_task(ask())


async def outcomes(tasks: list[asyncio.Task[str]]) -> list[str]:
    """The result of each request: its name or the code of its refusal."""
    found = await asyncio.gather(*tasks, return_exceptions=True)
    return [one.code if isinstance(one, Refused) else str(one) for one in found]


async def test_place_hashes_one_at_a_time_with_few_waiting(hasher: Hasher) -> None:
    line = HashingQueue()
    many = [asked(line, hasher, "a", f"a{n}") for n in range(160)]
    await turn_of_the_loop()
    assert hasher.begun == ["a0"]
    assert sum(task.done() for task in many) == 160 - OF_ONE_PLACE
    other = asked(line, hasher, "b", "b0")
    await turn_of_the_loop()
    assert hasher.begun == ["a0", "b0"]
    await hasher.end_all()
    assert await other == "b0"
    assert (await outcomes(many)).count("unavailable") == 160 - OF_ONE_PLACE
    refused = many[-1].exception()
    assert isinstance(refused, Refused) and refused.retry_after_s


async def test_queue_is_bounded_over_all_places(hasher: Hasher) -> None:
    line = HashingQueue()
    many = [asked(line, hasher, f"place {n % 50}", str(n)) for n in range(200)]
    await turn_of_the_loop()
    assert len(hasher.begun) == AT_ONCE
    assert sum(not task.done() for task in many) == AT_ONCE + WAITING
    await hasher.end_all()
    assert len(hasher.begun) == AT_ONCE + WAITING
    assert (await outcomes(many)).count("unavailable") == 200 - AT_ONCE - WAITING


async def test_low_rank_goes_first_and_pushes_out_a_high_rank(hasher: Hasher) -> None:
    line = HashingQueue()
    strangers = [asked(line, hasher, f"place {n}", f"s{n}", rank=1 + n) for n in range(AT_ONCE + WAITING)]
    await turn_of_the_loop()
    known = asked(line, hasher, "home", "known", rank=0)
    await turn_of_the_loop()
    assert strangers[-1].done() and not known.done()
    await hasher.end("s0")
    assert hasher.begun == ["s0", "s1", "known"]
    await hasher.end_all()
    assert await known == "known"
    assert await outcomes(strangers) == [f"s{n}" for n in range(AT_ONCE + WAITING - 1)] + ["unavailable"]


async def test_cancelled_request_is_never_hashed(hasher: Hasher) -> None:
    line = HashingQueue()
    left = [asked(line, hasher, f"place {n % 50}", f"l{n}") for n in range(200)]
    await turn_of_the_loop()
    for task in left:
        task.cancel()
    await turn_of_the_loop()
    right = asked(line, hasher, "home", "right")
    await turn_of_the_loop()
    assert hasher.begun == ["l0", "l1"]
    await hasher.end("l0")
    assert hasher.begun == ["l0", "l1", "right"]
    await hasher.end_all()
    assert await right == "right" and len(hasher.begun) == AT_ONCE + 1
    assert all(task.cancelled() or isinstance(task.exception(), Refused) for task in left)


async def test_running_hash_keeps_its_turn_after_cancellation(hasher: Hasher) -> None:
    line = HashingQueue(at_once=1)
    gone = asked(line, hasher, "a", "gone")
    await turn_of_the_loop()
    gone.cancel()
    next_one = asked(line, hasher, "b", "next")
    await turn_of_the_loop()
    assert gone.cancelled() and hasher.begun == ["gone"]
    await hasher.end("gone")
    assert hasher.begun == ["gone", "next"]
    await hasher.end_all()
    assert await next_one == "next"


async def test_request_cancelled_at_its_turn_gives_it_back(hasher: Hasher) -> None:
    line = HashingQueue(at_once=1)
    first, gone, last = (asked(line, hasher, place, place) for place in "abc")
    await turn_of_the_loop()
    hasher.under_way.pop("a").set_result("a")
    # The hash tells the line in this turn of the loop, and the line the next in line, who is cancelled before hearing.
    asyncio.get_running_loop().call_soon(gone.cancel)
    await turn_of_the_loop()
    assert await first == "a" and gone.cancelled()
    assert hasher.begun == ["a", "c"]
    await hasher.end_all()
    assert await last == "c"


async def test_failed_hash_gives_its_turn_back(hasher: Hasher) -> None:
    line = HashingQueue(at_once=1)

    def fails() -> asyncio.Future[str]:
        raise RuntimeError("no thread")

    with pytest.raises(RuntimeError), line.enter("a"):
        await line.turn("a", 1, fails)
    broken = asked(line, hasher, "a", "broken")
    await turn_of_the_loop()
    hasher.under_way.pop("broken").set_exception(RuntimeError("no memory"))
    await turn_of_the_loop()
    assert isinstance(broken.exception(), RuntimeError)
    last = asked(line, hasher, "a", "last")
    await turn_of_the_loop()
    await hasher.end_all()
    assert await last == "last"
    assert not line.inside and not line.turns.waiting()
