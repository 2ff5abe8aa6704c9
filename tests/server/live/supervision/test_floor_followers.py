from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import msgspec

from identity.actor import Actor
from server.live.supervision.floor_followers import FloorFollowers
from server.live.supervision.floor_snapshot import Facts
from tests.server.live.supervision.test_floor_snapshot import facts

KEYS = ("media", "tech")


@dataclass
class Desk:
    """A desk with two teams."""

    open: tuple[str, ...] = KEYS

    async def look(self) -> Facts:
        return facts()


@dataclass(eq=False)
class Screen:
    key: str
    log: list[str]
    versions: list[tuple[int, int]] = field(default_factory=list)
    closed: bool = False

    @property
    def actor(self) -> Actor:
        return Actor(kind="staff", id=self.key, role="supervisor", teams=frozenset({self.key}))

    def send_news(self, key: tuple[str, ...], payload: bytes) -> None:
        frame = msgspec.json.decode(payload)
        self.versions.append((frame["version"], frame["after"]))
        self.log.append(self.key)


async def test_other_tasks_run_between_the_steps_of_a_look() -> None:
    """The floor of each set of teams is computed and sent in a step of its own."""
    log: list[str] = []
    followers = FloorFollowers(Desk(), lambda: 0, Desk())
    screens = [Screen(key, log) for key in KEYS]
    for screen in screens:
        await followers.follow(screen, screen.actor, 0)
    log.clear()
    sweep = asyncio.create_task(followers.sweep())
    while not sweep.done():
        await asyncio.sleep(0)
        log.append("other")
    first, second = log.index("media"), log.index("tech")
    assert "other" in log[:first] and "other" in log[first:second]


async def test_page_that_asks_during_a_look_gets_no_version_twice_and_misses_none() -> None:
    log: list[str] = []
    followers = FloorFollowers(Desk(), lambda: 0, Desk())
    early = [Screen("media", log), Screen("tech", log)]
    for screen in early:
        await followers.follow(screen, screen.actor, 0)
    late: list[Screen] = []
    sweep = asyncio.create_task(followers.sweep())
    while not sweep.done():
        await asyncio.sleep(0)
        late.append(Screen("media", log))
        await followers.follow(late[-1], late[-1].actor, 0)
    assert [screen.versions for screen in early] == [[(1, 0), (2, 1)]] * 2
    assert {tuple(screen.versions) for screen in late} == {((1, 0), (2, 1)), ((2, 0),)}
