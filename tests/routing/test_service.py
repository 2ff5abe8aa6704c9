"""The dispatcher: woken by facts, correct about claims, never spinning."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import asdict

from routing.adapters.floor_memory import MemoryFloor
from routing.agents import AgentChoice
from routing.assign import Placement
from routing.desk import Desk, Team
from routing.queue import QueueState, Waiting
from routing.service import CLAIMS_MAX, Dispatcher
from tests.routing.desks import NIGHTS, desk_of
from tests.running import eventually

START = 1_000_000
DAY = 24 * 3_600_000


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


class Ledger:
    """Claims as a database settles them: each chat once, seats counted."""

    def __init__(self) -> None:
        self.made: list[Placement] = []
        self.given: dict[str, str] = {}
        self.refuse: Callable[[Placement], bool] = lambda placement: False
        self.broken = False
        self.spoiled: set[str] = set()
        self.hold: asyncio.Event | None = None
        self.dispatcher: Dispatcher | None = None

    async def claim(self, placements: Sequence[Placement], now: int) -> list[bool | Exception]:
        self.made += placements
        await asyncio.sleep(0)
        if self.hold is not None:
            await self.hold.wait()
        if self.broken:
            raise OSError("database away")
        spoiled = ValueError("a bad row")
        return [spoiled if one.chat in self.spoiled else self._given(one, now) for one in placements]

    def _given(self, placement: Placement, now: int) -> bool:
        if self.refuse(placement) or placement.chat in self.given:
            return False
        self.given[placement.chat] = placement.staff
        if self.dispatcher is not None:
            self.dispatcher.chat_held(placement.chat, placement.team, placement.staff, now)
        return True


def team(key: str, **more: Any) -> Team:
    return Team(key=key, name=key.title(), schedule="standard", **more)


TEAMS = (team("media"), team("prod", typing_preview=True), team("old", retired=True))


IN_FORCE = desk_of(*TEAMS)


def made(
    ledger: Ledger,
    time: Time | None = None,
    hours: Callable[[], Desk] = lambda: IN_FORCE,
    sweep_s: float = 3_600,
) -> Dispatcher:
    """Without a sweep, unless `sweep_s` says otherwise."""
    dispatcher = Dispatcher(hours, MemoryFloor(), ledger, time or Time(), sweep_s=sweep_s)
    ledger.dispatcher = dispatcher
    return dispatcher


@asynccontextmanager
async def running(dispatcher: Dispatcher) -> AsyncIterator[None]:
    task = asyncio.create_task(dispatcher.run())
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def quiet() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def arrives(dispatcher: Dispatcher, staff: str, teams: tuple[str, ...] = ("media",), **facts: Any) -> None:
    known: dict[str, Any] = {"name": staff.title(), "status": "available", "capacity": 1}
    dispatcher.agent_changed(AgentChoice(staff=staff, teams=frozenset(teams), **(known | facts)))
    dispatcher.connected(staff)


def waits(dispatcher: Dispatcher, chat: str, queued_at: int = START, team: str = "media") -> None:
    dispatcher.chat_queued(Waiting(chat, team, queued_at, queued_at, "visitor"))


ADA = AgentChoice(staff="ada", name="Ada", teams=frozenset({"media"}), status="available", capacity=1)
FACTS: dict[str, Callable[[Dispatcher], None]] = {
    "a chat": lambda dispatcher: waits(dispatcher, "1"),
    "an agent": lambda dispatcher: dispatcher.agent_changed(ADA),
    "a connection": lambda dispatcher: dispatcher.connected("ada"),
    "a free seat": lambda dispatcher: dispatcher.chat_released("0"),
}


@pytest.mark.parametrize("last", FACTS)
async def test_any_new_chat_or_seat_wakes_the_dispatcher(last: str) -> None:
    ledger = Ledger()
    dispatcher = made(ledger)
    dispatcher.chat_held("0", "media", "ada", START)
    async with running(dispatcher):
        for fact, tell in FACTS.items():
            if fact != last:
                tell(dispatcher)
        await quiet()
        assert ledger.given == {}
        FACTS[last](dispatcher)
        await eventually(lambda: ledger.given == {"1": "ada"}, "the chat with Ada")


async def test_seats_are_filled_at_once_and_in_order() -> None:
    ledger = Ledger()
    dispatcher = made(ledger)
    for number in range(500):
        waits(dispatcher, f"{number:03}", START + number)
    async with running(dispatcher):
        arrives(dispatcher, "ada", capacity=10)
        await eventually(lambda: len(ledger.given) == 10, "ten chats for Ada")
        await quiet()
    assert [placement.chat for placement in ledger.made] == [f"{number:03}" for number in range(10)]
    assert dispatcher.floor.held_by("ada") == set(ledger.given)
    assert dispatcher.floor.position("010") == 1


async def test_claims_are_bounded_and_all_chats_are_placed() -> None:
    ledger = Ledger()
    dispatcher = made(ledger)
    total = 3 * CLAIMS_MAX + 7
    for number in range(total):
        waits(dispatcher, f"{number:04}", START + number)
    for number in range(total // 50 + 1):
        arrives(dispatcher, f"agent {number}", capacity=50)
    ledger.hold = asyncio.Event()
    async with running(dispatcher):
        await eventually(lambda: len(ledger.made) == CLAIMS_MAX, "as many claims as may be")
        await quiet()
        assert len(ledger.made) == CLAIMS_MAX
        ledger.hold.set()
        await eventually(lambda: len(ledger.given) == total, "everybody placed")
    assert [placement.chat for placement in ledger.made] == sorted(ledger.given)


async def test_failed_claims_do_not_spin() -> None:
    """Each chat is tried once and keeps its place until a new fact."""
    ledger = Ledger()
    ledger.broken = True
    dispatcher = made(ledger)
    for staff in ("ada", "bo"):
        arrives(dispatcher, staff, capacity=5)
    for chat in ("1", "2"):
        waits(dispatcher, chat)
    async with running(dispatcher):
        await eventually(lambda: len(ledger.made) == 2, "a first try of each")
        await quiet()
        assert len(ledger.made) == 2
        assert dispatcher.floor.waiting_chats("media") == ["1", "2"]
        ledger.broken = False
        waits(dispatcher, "2")
        await eventually(lambda: "2" in ledger.given, "the one that there is news of")


async def test_one_failed_claim_parks_only_its_chat() -> None:
    """The others of the same transaction are settled."""
    ledger = Ledger()
    ledger.spoiled = {"2"}
    dispatcher = made(ledger)
    arrives(dispatcher, "ada", capacity=5)
    for chat in ("1", "2", "3"):
        waits(dispatcher, chat)
    async with running(dispatcher):
        await eventually(lambda: len(ledger.given) == 2, "two chats with Ada")
        await quiet()
    assert ledger.given == {"1": "ada", "3": "ada"}
    assert dispatcher.floor.waiting_chats("media") == ["2"] and len(ledger.made) == 3


async def test_sweep_retries_failed_claims() -> None:
    ledger = Ledger()
    ledger.broken = True
    dispatcher = made(ledger, sweep_s=0.01)
    arrives(dispatcher, "ada")
    waits(dispatcher, "1")
    async with running(dispatcher):
        await eventually(lambda: len(ledger.made) >= 3, "tries at sweeps")
        ledger.broken = False
        await eventually(lambda: ledger.given == {"1": "ada"}, "the chat with Ada")


async def test_queue_states() -> None:
    time = Time()
    dispatcher = made(Ledger(), time)
    arrives(dispatcher, "ada", ("media", "prod"), capacity=3)
    arrives(dispatcher, "bo", ("media",), status="away")
    dispatcher.chat_held("0", "media", "ada", START)
    waits(dispatcher, "1", START - 61_900)
    waits(dispatcher, "2", START - 1_000)
    time.now += 100
    assert dispatcher.queue_states(["prod", "media"]) == [
        QueueState("prod", 0, 0, 0, 1, 2, None),
        QueueState("media", 2, 62, 62, 1, 2, "1"),
    ]


async def test_clock_set_back_shows_no_negative_wait() -> None:
    dispatcher = made(Ledger())
    waits(dispatcher, "1", START + 3_600_000)
    assert dispatcher.queue_states(["media"])[0].longest_wait_s == 0


async def test_hours_view_has_the_documented_fields() -> None:
    """For all teams but retired ones."""
    dispatcher = made(Ledger())
    waits(dispatcher, "1")
    media, prod = dispatcher.hours_view(START)
    assert asdict(media) == {
        "team": "media", "name": "Media", "topic": "Media", "topics": {}, "default": True,
        "products": ["Spectra OX", "Spectra DS", "Lumina", "Other"],
        "identity": "optional", "typing_preview": False, "open": True, "staffed": False,
        "opens_at": None, "closes_at": None, "closure": None, "waiting": 1, "wait_s": None,
    }  # fmt: skip
    assert (prod.team, prod.typing_preview, prod.waiting) == ("prod", True, 0)


async def test_openings_view_computes_no_estimates() -> None:
    dispatcher = made(Ledger())
    waits(dispatcher, "1")
    hours = dispatcher.hours_view(START)
    for door, team in zip(dispatcher.openings_view(START), hours, strict=True):
        assert asdict(team) == asdict(door) | {"waiting": team.waiting, "wait_s": team.wait_s}


async def test_staff_view_adds_the_promises() -> None:
    """Retired and unknown teams are omitted."""
    dispatcher = made(Ledger())
    (view,) = dispatcher.staff_view(["media", "old", "unknown"], START)
    for_all = asdict(dispatcher.hours_view(START)[0])
    added = {key: value for key, value in asdict(view).items() if key not in for_all}
    assert added == {
        "assign": "auto",
        "wait_target_s": 120,
        "first_reply_s": 180,
        "next_reply_s": 300,
        "wrap_up_s": 0,
    }


async def test_team_is_unstaffed_after_its_limit() -> None:
    """Counted from the last available agent or the start."""
    time = Time()
    dispatcher = made(Ledger(), time)
    dispatcher.was_available(ADA, time.now)

    def staffed() -> bool:
        told = dispatcher.hours_view(time.now)[0].staffed
        assert (dispatcher.unstaffed_since("media", time.now) is None) is told
        return told

    time.now += 179_999
    assert staffed()
    time.now += 1
    assert not staffed()
    arrives(dispatcher, "ada")
    assert staffed()
    time.now += 600_000
    dispatcher.disconnected("ada")
    assert staffed()
    time.now += 180_000
    assert not staffed()


@pytest.mark.parametrize("hour", [3_600_000, -3_600_000])
async def test_clock_jump_makes_no_team_unstaffed(hour: int) -> None:
    wall, steady = Time(), Time()
    wall.now += 10 * 3_600_000
    dispatcher = Dispatcher(lambda: IN_FORCE, MemoryFloor(), Ledger(), wall, steady)
    wall.now += hour
    steady.now += 179_999
    assert dispatcher.unstaffed_since("media", wall.now) is None
    steady.now += 1
    assert dispatcher.unstaffed_since("media", wall.now) == wall.now - hour


async def test_team_is_unstaffed_only_while_open() -> None:
    time = Time()
    night = desk_of(team("media"), schedule=NIGHTS)
    dispatcher = made(Ledger(), time, lambda: night)

    def view() -> list[Any]:
        (told,) = dispatcher.hours_view(time.now)
        return [told.open, told.staffed, told.opens_at, told.closes_at]

    dispatcher.was_available(ADA, time.now)
    assert view() == [True, True, None, "1970-01-01T02:00:00.000Z"]
    time.now = 2 * 3_600_000
    assert view() == [False, True, "1970-01-01T22:00:00.000Z", None]
    time.now = 22 * 3_600_000
    assert view() == [True, True, None, "1970-01-02T02:00:00.000Z"]
    time.now += 180_000
    assert view()[:2] == [True, False]


async def test_team_where_nobody_was_available_today_is_unstaffed_at_once() -> None:
    """The day is that of the hours file. Supervisors are alarmed after the limit all the same."""
    time = Time()
    time.now = DAY + 60_000
    dispatcher = made(Ledger(), time)
    assert not dispatcher.is_staffed("media", time.now)
    assert dispatcher.unstaffed_since("media", time.now) is None
    dispatcher.was_available(ADA, DAY - 1)
    assert not dispatcher.is_staffed("media", time.now)
    dispatcher.was_available(ADA, DAY)
    assert dispatcher.is_staffed("media", time.now)


async def test_new_desk_replaces_the_views() -> None:
    desks = [IN_FORCE]
    dispatcher = made(Ledger(), hours=lambda: desks[-1])
    waits(dispatcher, "1")
    desks.append(desk_of(team("media", products=("Only",))))
    assert [(view.products, view.waiting) for view in dispatcher.hours_view(START)] == [(["Only"], 1)]


async def test_cancel_ends_running_claims() -> None:
    """Chats that were not stored still wait."""
    ledger = Ledger()
    ledger.hold = asyncio.Event()
    dispatcher = made(ledger)
    arrives(dispatcher, "ada")
    waits(dispatcher, "1")
    async with running(dispatcher):
        await eventually(lambda: ledger.made, "the claim")
    assert dispatcher.floor.position("1") == 1
    assert dispatcher.floor.agents("media")[0].held == frozenset()


async def test_offered_chat_is_not_counted_in_waits() -> None:
    """Its seat is not counted either: the next chat waits for one seat, the one behind for two."""
    dispatcher = made(Ledger())
    arrives(dispatcher, "ada")
    dispatcher.chat_offered(Waiting("1", "media", START, START, "visitor"), "ada", START)
    alone = dispatcher.estimate("media")(2)
    waits(dispatcher, "2", START + 1)
    assert dispatcher.floor.seated("media") == 1
    places = dispatcher.places("media")
    assert places["1"] == (1, 0)
    assert places["2"] == (2, alone)
    assert [dispatcher.wait_s(chat, "media", place) for chat, (place, _) in places.items()] == [0, alone]
    behind = dispatcher.estimate("media")(3)
    assert alone is not None and behind is not None and alone < behind < 3 * alone
    ahead = dispatcher.estimate("media")(1)
    assert ahead == alone, "who goes ahead of the chat that rings waits for the next seat, not for none"


async def test_sharing_finds_teams_with_shared_agents() -> None:
    dispatcher = made(Ledger())
    arrives(dispatcher, "ada", ("media", "prod"))
    arrives(dispatcher, "bo", ("old",))
    assert dispatcher.sharing({"prod"}) == {"media", "prod"}
    assert dispatcher.sharing({"old"}) == {"old"}
