"""Whose expensive request is next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from refusals import Refused
from server.edge.heavy_turns import REST_MIN_S, WAITING, WAITING_AT_ADDRESS, Asker, HeavyTurns
from tests.running import eventually

ANA, BEN, MAYA = (Asker(name) for name in ("ana", "ben", "maya"))
HERE, THERE = (Asker(network, stranger=True) for network in ("192.0.2.1", "192.0.2.2"))


class Crowd:
    """Those who ask for turns: who has had one, in order, and who has one now."""

    def __init__(self, at_once: int, strangers: int) -> None:
        self.now = 0.0
        self.rests: list[tuple[float, Callable[[], None]]] = []
        self.turns = HeavyTurns(at_once, strangers, seconds=lambda: self.now, later=self._later)
        self.began: list[Asker] = []
        self.inside: list[tuple[Asker, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def _later(self, delay: float, call: Callable[[], None]) -> None:
        self.rests.append((delay, call))

    async def rested(self) -> None:
        """The places of strangers have rested."""
        rests, self.rests = self.rests, []
        for _, call in rests:
            call()
        await asyncio.sleep(0)

    async def come(self, *askers: Asker) -> None:
        """They ask, one after the other."""
        for asker in askers:
            self.tasks.append(asyncio.create_task(self._ask(asker)))
            await asyncio.sleep(0)

    async def _ask(self, asker: Asker) -> None:
        async with self.turns.turn(asker):
            ready = asyncio.Event()
            self.began.append(asker)
            self.inside.append((asker, ready))
            await ready.wait()

    async def done(self, asker: Asker) -> None:
        """What they had a turn for is done."""
        count = len(self.tasks) - sum(task.done() for task in self.tasks)
        entry = next(one for one in self.inside if one[0] == asker)
        self.inside.remove(entry)
        entry[1].set()
        await eventually(lambda: len(self.tasks) - sum(task.done() for task in self.tasks) < count, "they are done")
        await asyncio.sleep(0)

    async def all_done(self) -> None:
        while self.inside:
            await self.done(self.inside[0][0])
            await self.rested()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_another_person_comes_before_the_second_of_one() -> None:
    """Who has one under way waits, though there is room; who comes later has theirs first."""
    crowd = Crowd(2, 2)
    await crowd.come(ANA, ANA, ANA, BEN, MAYA)
    assert crowd.began == [ANA, BEN]
    await crowd.done(BEN)
    assert crowd.began == [ANA, BEN, MAYA]
    await crowd.done(ANA)
    await crowd.done(MAYA)
    assert crowd.began == [ANA, BEN, MAYA, ANA]
    await crowd.all_done()
    assert crowd.began == [ANA, BEN, MAYA, ANA, ANA]


async def test_people_take_turns_whoever_asked_for_more() -> None:
    """In one place, each gets one after the other, and not all of one person's first."""
    crowd = Crowd(1, 1)
    await crowd.come(MAYA, ANA, ANA, ANA, BEN, BEN)
    await crowd.all_done()
    assert crowd.began == [MAYA, ANA, BEN, ANA, BEN, ANA]


async def test_strangers_never_have_all_places() -> None:
    """However many addresses ask, there is a place for somebody proven, who goes first besides."""
    crowd = Crowd(2, 1)
    await crowd.come(HERE, THERE, HERE, ANA, BEN)
    assert crowd.began == [HERE, ANA]
    await crowd.done(HERE)
    assert crowd.began == [HERE, ANA, BEN]
    await crowd.done(ANA)
    await crowd.rested()
    assert crowd.began == [HERE, ANA, BEN, THERE]
    await crowd.all_done()


@pytest.mark.parametrize(("asker", "most"), [(ANA, WAITING), (HERE, WAITING_AT_ADDRESS)])
async def test_a_line_that_is_too_long_is_refused(asker: Asker, most: int) -> None:
    """One under way and so many in line; the next is told when to try again, others are let in."""
    crowd = Crowd(2, 1)
    await crowd.come(*[asker] * (1 + most))
    with pytest.raises(Refused) as refused:
        async with crowd.turns.turn(asker):
            pytest.fail("there was a turn")
    assert (refused.value.code, refused.value.retry_after_s) == ("rate_limited", 1.0)
    await crowd.come(BEN)
    assert crowd.began == [asker, BEN]
    await crowd.all_done()
    assert len(crowd.began) == 2 + most


async def test_who_leaves_the_line_has_no_turn() -> None:
    """Those behind them come up; nothing is left of a line in which everybody gave up."""
    crowd = Crowd(1, 1)
    await crowd.come(ANA, BEN, BEN, MAYA)
    for task in crowd.tasks[1:3]:
        task.cancel()
    await asyncio.sleep(0)
    await crowd.all_done()
    assert crowd.began == [ANA, MAYA]
    await crowd.come(BEN)
    assert crowd.began == [ANA, MAYA, BEN]
    await crowd.all_done()


async def test_who_leaves_as_their_turn_comes_gives_it_on() -> None:
    """A turn that was given and not taken is the next one's."""
    crowd = Crowd(1, 1)
    await crowd.come(ANA, BEN, MAYA)
    crowd.inside.pop()[1].set()
    while not crowd.tasks[0].done():
        await asyncio.sleep(0)
    crowd.tasks[1].cancel()
    await eventually(lambda: crowd.began == [ANA, MAYA], "the next one has it")
    await crowd.all_done()


async def test_a_turn_ends_with_what_was_done_in_it() -> None:
    """An error takes no place with it."""
    turns = HeavyTurns(1, 1)
    for _ in range(3):
        with pytest.raises(LookupError):
            await _fail_in_turn(turns)


async def _fail_in_turn(turns: HeavyTurns) -> None:
    async with turns.turn(ANA):
        raise LookupError


async def test_who_is_patient_is_never_refused() -> None:
    """What somebody changed they are told of, however many of theirs wait."""
    crowd = Crowd(1, 1)
    await crowd.come(*[ANA] * (1 + WAITING))

    async def tell() -> str:
        async with crowd.turns.turn(ANA, patient=True):
            return "told"

    told = asyncio.create_task(tell())
    await asyncio.sleep(0)
    await crowd.all_done()
    assert await told == "told"


async def test_place_of_strangers_rests_as_long_as_it_was_used() -> None:
    """The next stranger waits for it, whichever address they come from; who is proven does not."""
    crowd = Crowd(2, 1)
    await crowd.come(HERE, THERE)
    crowd.now = 0.8
    await crowd.done(HERE)
    assert [delay for delay, _ in crowd.rests] == [0.8]
    await crowd.come(ANA, BEN)
    assert crowd.began == [HERE, ANA, BEN]
    await crowd.rested()
    assert crowd.began == [HERE, ANA, BEN]
    await crowd.done(ANA)
    assert crowd.began == [HERE, ANA, BEN, THERE]
    await crowd.done(THERE)
    assert [delay for delay, _ in crowd.rests] == [REST_MIN_S]
    await crowd.all_done()
