from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from fairness import REST_MIN_S, NoTurn, Turns


class Crowd:
    """People who want turns. Records the order of turns and who has one now."""

    def __init__(self, at_once: int = 1, *, all_max: int | None = None, others: int | None = None) -> None:
        self.now = 0.0
        self.rests: list[tuple[float, Callable[[], None]]] = []
        self.turns = Turns(
            at_once,
            all_max=all_max,
            others=others,
            seconds=lambda: self.now,
            later=lambda delay, call: self.rests.append((delay, call)),
        )
        self.began: list[str] = []
        self.inside: list[tuple[str, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, *names: str, rank: int = 0, share_max: int | None = None) -> list[asyncio.Task[None]]:
        """They ask one after the other; a name is `share` or `share/person`."""
        came = []
        for name in names:
            came.append(asyncio.create_task(self._ask(name, rank, share_max)))
            await asyncio.sleep(0)
        self.tasks += came
        return came

    async def _ask(self, name: str, rank: int, share_max: int | None) -> None:
        share, _, person = name.partition("/")
        async with self.turns.turn(share, person, rank=rank, share_max=share_max):
            ready = asyncio.Event()
            self.began.append(name)
            self.inside.append((name, ready))
            await ready.wait()

    async def end(self, name: str) -> None:
        entry = next(one for one in self.inside if one[0] == name)
        self.inside.remove(entry)
        entry[1].set()
        for _ in range(5):
            await asyncio.sleep(0)

    async def rest(self) -> None:
        rests, self.rests = self.rests, []
        for _, call in rests:
            call()
        await asyncio.sleep(0)

    async def end_all(self) -> list[str]:
        """Serve everybody; the names in the order of their turns."""
        while self.inside:
            await self.end(self.inside[0][0])
            await self.rest()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        assert not self.turns.waiting()
        return self.began


async def test_a_lane_has_one_turn_at_a_time() -> None:
    crowd = Crowd(2)
    await crowd.come("ana", "ana", "ana", "ben", "maya")
    assert crowd.began == ["ana", "ben"]
    await crowd.end("ben")
    assert crowd.began == ["ana", "ben", "maya"]
    assert await crowd.end_all() == ["ana", "ben", "maya", "ana", "ana"]


async def test_lanes_take_turns_despite_a_busy_one() -> None:
    crowd = Crowd()
    await crowd.come("maya", "ana", "ana", "ana", "ben", "ben")
    assert await crowd.end_all() == ["maya", "ana", "ben", "ana", "ben", "ana"]


async def test_lane_after_a_flood_is_second_in_turn() -> None:
    """A request that arrives during a turn goes before the flood's next one."""
    crowd = Crowd()
    await crowd.come(*["flood"] * 8, "other")
    assert (await crowd.end_all())[:2] == ["flood", "other"]


async def test_people_of_one_lane_take_turns() -> None:
    crowd = Crowd()
    await crowd.come(*["site/x"] * 4, "site/ana", "site/ben")
    assert set((await crowd.end_all())[1:4]) == {"site/x", "site/ana", "site/ben"}


async def test_a_lower_rank_goes_first() -> None:
    crowd = Crowd()
    await crowd.come("busy")
    await crowd.come("ana", "ben/b", rank=2)
    await crowd.come("ben/b", rank=1)
    await crowd.come("known")
    assert await crowd.end_all() == ["busy", "known", "ben/b", "ana", "ben/b"]


async def test_full_lane_refuses_while_others_get_in() -> None:
    crowd = Crowd()
    await crowd.come(*["flood"] * 3, share_max=2)
    (refused,) = await crowd.come("flood", share_max=2)
    await crowd.come("other", share_max=2)
    with pytest.raises(NoTurn) as none:
        await refused
    assert not none.value.late and crowd.turns.waiting() == 3
    assert sorted(await crowd.end_all()) == ["flood", "flood", "flood", "other"]


async def test_a_full_queue_refuses_the_last_of_the_longest_lane() -> None:
    """If every share has one request, the newest is refused."""
    crowd = Crowd(all_max=3)
    await crowd.come("busy")
    flood = await crowd.come(*["flood"] * 3)
    late = (await crowd.come("a", "b", "c"))[-1]
    results = await asyncio.gather(flood[1], flood[2], late, return_exceptions=True)
    assert [type(result) for result in results] == [NoTurn] * 3
    assert await crowd.end_all() == ["busy", "flood", "a", "b"]


async def test_a_full_queue_refuses_the_highest_rank() -> None:
    crowd = Crowd(all_max=2)
    await crowd.come("busy")
    (last,) = (await crowd.come("a", rank=1) + await crowd.come("b", rank=2))[1:]
    await crowd.come("known")
    with pytest.raises(NoTurn):
        await last
    assert await crowd.end_all() == ["busy", "known", "a"]


async def test_request_past_its_wait_limit_is_refused() -> None:
    turns = Turns(1)
    async with turns.turn("busy"):
        with pytest.raises(NoTurn) as none:
            async with turns.turn("late", wait_s=0):
                pytest.fail("there was a turn")
        assert none.value.late and not turns.waiting()
    async with turns.turn("late", wait_s=0):
        pass


async def test_cancelled_request_leaves_the_queue() -> None:
    crowd = Crowd()
    await crowd.come("ana", "ben", "ben", "maya")
    for task in crowd.tasks[1:3]:
        task.cancel()
    await asyncio.sleep(0)
    assert await crowd.end_all() == ["ana", "maya"]
    await crowd.come("ben")
    assert await crowd.end_all() == ["ana", "maya", "ben"]


async def test_turn_granted_during_a_cancellation_is_passed_on() -> None:
    for before in (False, True):
        crowd = Crowd()
        await crowd.come("ana", "ben", "maya")
        if before:
            crowd.tasks[1].cancel()
        crowd.inside.pop()[1].set()
        while not crowd.tasks[0].done():
            await asyncio.sleep(0)
        crowd.tasks[1].cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert await crowd.end_all() == ["ana", "maya"]


async def test_an_error_ends_the_turn() -> None:
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(LookupError):
            async with turns.turn("ana"):
                raise LookupError


async def test_higher_ranks_never_take_all_places() -> None:
    """However many shares ask, rank 0 has a place of its own, and goes first for the others."""
    crowd = Crowd(2, others=1)
    await crowd.come("here", "there", "here", rank=1)
    await crowd.come("ana", "ben")
    assert crowd.began == ["here", "ana"]
    await crowd.end("here")
    assert crowd.began == ["here", "ana", "ben"]
    await crowd.end("ana")
    assert crowd.began == ["here", "ana", "ben"]
    await crowd.rest()
    assert await crowd.end_all() == ["here", "ana", "ben", "there", "here"]


async def test_a_place_of_higher_ranks_rests_as_long_as_it_was_used() -> None:
    crowd = Crowd(2, others=1)
    await crowd.come("here", "there", rank=1)
    crowd.now = 0.8
    await crowd.end("here")
    assert [delay for delay, _ in crowd.rests] == [0.8]
    await crowd.come("ana", "ben")
    assert crowd.began == ["here", "ana", "ben"]
    await crowd.rest()
    await crowd.end("ana")
    assert crowd.began == ["here", "ana", "ben", "there"]
    await crowd.end("there")
    assert [delay for delay, _ in crowd.rests] == [REST_MIN_S]
    await crowd.end_all()
