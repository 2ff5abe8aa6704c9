"""Who follows what is said knows the same as who comes anew, for every kind of event.

Passive connections of a customer, an agent and a supervisor look on. Before and after each step others come anew;
the browser's own modules, under node, put the first snapshot and what was said since together.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from chat.frames.catalog import DURABLE_EVENTS, EPHEMERAL_EVENTS
from server.live.sweeps import Intervals
from tests.running import ROOT, Client, Frame, RunningDesk, SettableClock, ended, eventually, running
from tests.stories.people_in_memory import always_open
from tests.stories.test_hours import HOURS, at

OFFERS = "assign: offer, offer_s: 30"
KNOWN = ROOT / "tests" / "widgets" / "client" / "support" / "snapshots.js"
DEADLINE_S = 60
AT_ONCE = Intervals(sweep=0.05, news=0.0)
"""News also come between a free slot and the assignment that follows it."""
KINDS = {
    tag
    for kind in (*DURABLE_EVENTS, *EPHEMERAL_EVENTS)
    if not (tag := str(kind.__struct_config__.tag)).startswith(("ticket.", "floor", "review.", "inbox."))
}
"""What changes the view of a chat."""

_TOLD_ANEW = ("alarm", "chat.watched")
"""The news that a connection is told of what began earlier."""


class Browsers:
    """The modules of the browser, in a process of node."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def know(self, asked: Frame) -> Frame:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        known: Frame = json.loads(await self._process.stdout.readline())
        return known


@pytest.fixture
async def browsers() -> AsyncIterator[Browsers]:
    """Waiting to be asked."""
    process = await asyncio.create_subprocess_exec("node", str(KNOWN), stdin=PIPE, stdout=PIPE, limit=2**24)
    yield Browsers(process)
    try:
        async with asyncio.timeout(DEADLINE_S):
            await process.communicate(b"")  # Nothing more is asked: it ends by itself.
        assert process.returncode == 0
    finally:
        await ended(process)


class Onlooker:
    """Somebody's connection that says nothing, and those of theirs that come anew."""

    def __init__(self, desk: RunningDesk, client: Client) -> None:
        self.desk = desk
        self.client = client

    @property
    def _again(self) -> Callable[[str], Awaitable[Client]]:
        return self.desk.customer if "visitor" in self.client.greeting else self.desk.staff_again

    async def hears(self, kinds: str, mark: int = 0) -> None:
        """Wait until all of these were heard since then."""
        events = self.client.events
        await eventually(
            lambda: set(kinds.split()) <= {event["type"] for event in events[mark:]}, f"{kinds}; heard {events[mark:]}"
        )

    async def snapshot(self, chat: str) -> Frame:
        """What somebody is told who comes now."""
        anew = await self._again(self.client.token)
        ok = await anew.ask("chat.resume", chat=chat, after=0)
        alarms, watched = ([event for event in anew.events if event["type"] == kind] for kind in _TOLD_ANEW)
        told = {
            "hello": anew.greeting,
            "alarms": alarms,
            "watched": watched,
            "events": anew.durable(chat),
            "ok": ok if ok["type"] == "ok" else None,
        }
        await anew.close()
        return told


def differences(followed: Frame, fresh: Frame) -> list[str]:
    """What is not the same, a line for each of them."""
    return [
        f"{part}.{name}: {one!r} where who comes anew has {other!r}"
        for part in fresh
        for name, one, other in (
            ((name, followed[part].get(name), fresh[part].get(name)) for name in fresh[part])
            if isinstance(fresh[part], dict)
            else [("", followed[part], fresh[part])]
        )
        if one != other
    ]


class Scene:
    """Steps, each with a kind of event that somebody is to hear by it."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self.chat = "none"
        self.shown: set[str] = set()

    async def step(self, kinds: str, act: Awaitable[object], *onlookers: Onlooker) -> None:
        """After `act` each of these hears those kinds, and knows the same as who comes then."""
        before = [(one, await one.snapshot(self.chat), len(one.client.events)) for one in onlookers]
        await act
        for one, snapshot, mark in before:
            await one.hears(kinds, mark)
            await self.same(kinds, one, snapshot, mark)

    async def same(self, kinds: str, one: Onlooker, before: Frame, mark: int) -> None:
        """They know the same, at the latest once the news are there that come a moment later."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + DEADLINE_S
        while True:
            after = await one.snapshot(self.chat)
            heard = one.client.events[mark:]
            known = await self._browsers.know({"chat": self.chat, "before": before, "heard": heard, "after": after})
            if known["followed"] == known["fresh"]:
                break
            assert loop.time() < deadline, (kinds, *differences(known["followed"], known["fresh"]))
        self.shown |= set(kinds.split())


async def who_look_on(desk: RunningDesk) -> tuple[Client, Client, Onlooker, Onlooker, Onlooker]:
    """Danielle and Priya, and who looks on for each of them and for a supervisor."""
    customer = await desk.customer(name="Danielle")
    agent = await desk.staff("Priya", teams=("media", "prod"))
    boss = await desk.staff("Renee", role="supervisor", teams=("media", "prod"))
    tabs = (await desk.customer(customer.token), await desk.staff_again(agent.token), boss)
    of_customer, of_agent, of_boss = (Onlooker(desk, tab) for tab in tabs)
    return customer, agent, of_customer, of_agent, of_boss


class Place:
    """A desk with an hours file, which can be opened again."""

    def __init__(self, folder: Path, database_url: str | None, hours: str, at: int | None = None) -> None:
        self.clock = SettableClock(at)
        folder.mkdir()
        self._hours = folder / "hours.yaml"
        self._hours.write_text(hours, encoding="utf-8")
        self._url = database_url

    def open(self) -> AbstractAsyncContextManager[RunningDesk]:
        data = self._hours.with_name("data")
        return running(data, self.clock, self._url, hours=self._hours, intervals=AT_ONCE)

    async def passed(self, seconds: float) -> None:
        self.clock.forward(seconds)


async def begun(desk: RunningDesk) -> tuple[Client, Frame]:
    """A customer who has started a chat, and the answer to it."""
    customer = await desk.customer()
    return customer, await customer.command("chat.start", team="media", text="SO-448210 takes no dates")


async def a_chat(place: Place, scene: Scene) -> None:
    """From the queue to the rating, through two teams."""
    async with place.open() as desk:
        customer, agent, danielle, priya, renee = await who_look_on(desk)

        await place.passed(181)  # Nobody is available.
        earlier, started = await begun(desk)

        async def start() -> None:
            ok = await customer.command("chat.start", team="media", text="SO-448210 takes no dates")
            scene.chat = ok["chat"]

        await scene.step("chat.started", start(), danielle)
        chat = scene.chat
        await scene.step("queues", begun(desk), priya, renee)
        await scene.step("queue.position", earlier.command("chat.end", chat=started["chat"]), danielle)
        await scene.step("alarm", place.passed(121), renee)
        await scene.step("presence hours", agent.command("presence.set", status="available", capacity=0), priya, renee)
        # The team has somebody, and its alarm is over.
        await renee.client.event("alarm", kind="unstaffed", over=True)
        await scene.step(
            "chat.assigned", agent.command("presence.set", status="available", capacity=1), danielle, priya
        )
        await scene.step("message", customer.command("message.send", chat=chat, text="Hello?"), danielle, priya)
        given = customer.command("chat.address", chat=chat, email="danielle@northlake.example")
        await scene.step("chat.addressed", given, danielle, priya)
        described = customer.command("chat.describe", chat=chat, fields={"Plan": "Gold"})
        await scene.step("chat.described", described, danielle, priya)
        await scene.step("chat.watched", renee.client.command("chat.watch", chat=chat, after=0), priya)
        await scene.step("note", agent.command("note.add", chat=chat, text="Between us"), priya, renee)
        await scene.step("typing", agent.raw({"type": "typing", "chat": chat, "on": True}), danielle)
        said = await agent.command("message.send", chat=chat, text="My password is hunter2")
        await danielle.client.event("message", seq=said["seq"])
        await scene.step("read", customer.raw({"type": "read", "chat": chat, "upto": said["seq"]}), priya)
        await scene.step("read", agent.raw({"type": "read", "chat": chat, "upto": said["seq"]}), danielle)
        there = {"type": "page", "chat": chat, "page": "https://shop.example/pricing"}
        await scene.step("page", customer.raw(there), priya)
        person = (await agent.event("chat.assigned", chat=chat))["about"]["customer"]["id"]
        corrected = desk.http(agent.token).patch(f"/api/people/{person}", json={"name": "Danielle Okonkwo"})
        await scene.step("chat.customer", corrected, priya, renee)
        redact = agent.command("message.redact", chat=chat, of=said["seq"], reason="A password")
        await scene.step("message.redacted", redact, danielle, priya, renee)
        await scene.step("chat.silent", place.passed(300), danielle)
        hand_on = agent.command("chat.transfer", chat=chat, team="prod")
        await scene.step("chat.left chat.transferred chat.queued", hand_on, danielle, priya, renee)
        ada = await desk.staff("Ada", teams=("prod",))
        of_ada = Onlooker(desk, await desk.staff_again(ada.token))
        await scene.step("chat.offered", ada.command("presence.set", status="available"), of_ada)
        await of_ada.client.command("chat.resume", chat=chat, after=0)
        bo = await desk.staff("Bo", teams=("prod",))
        await scene.step("chat.withdrawn", bo.command("chat.pick", chat=chat), of_ada)
        await danielle.client.event("chat.assigned", chat=chat, by="pick")
        await scene.step("chat.presence", bo.close(), danielle)
        bo = await desk.staff_again(bo.token)
        of_bo = Onlooker(desk, await desk.staff_again(bo.token))
        await of_bo.client.command("chat.resume", chat=chat, after=0)
        await scene.step("chat.closed", bo.command("chat.close", chat=chat, status="open"), danielle, of_bo)
        rate = customer.command("chat.rate", chat=chat, score=4, comment="Quick")
        await scene.step("chat.rated", rate, danielle, of_bo)


async def closing_time(place: Place, scene: Scene) -> None:
    """Who waits is asked, and stays."""
    async with place.open() as desk:
        customer = await desk.customer()
        danielle = Onlooker(desk, await desk.customer(customer.token))
        scene.chat = (await customer.command("chat.start", team="media", text="SO-448210 takes no dates"))["chat"]
        await danielle.hears("message")
        await scene.step("chat.closing", place.passed(45 * 60), danielle)
        await scene.step("chat.waiting", customer.command("chat.wait", chat=scene.chat), danielle)


async def a_restart(place: Place, scene: Scene) -> None:
    """The desk says that it goes, and is as it was when it is back."""
    async with place.open() as desk:
        customer, started = await begun(desk)
        scene.chat = started["chat"]
        looks_on = Onlooker(desk, await desk.customer(customer.token))
        before = await looks_on.snapshot(scene.chat)
        desk.shut_down()
        await looks_on.hears("bye")
    async with place.open() as desk:
        looks_on.desk = desk
        await scene.same("bye", looks_on, before, 0)


async def test_live_follower_and_new_reader_see_the_same_state(
    tmp_path: Path, database_url: str | None, browsers: Browsers
) -> None:
    """Covers every kind of event with a chat through two teams, closing time and a restart. A kind without a step
    fails."""
    scene = Scene(browsers)
    await a_chat(Place(tmp_path / "day", database_url, always_open("first_reply_s: 3600", OFFERS)), scene)
    await closing_time(Place(tmp_path / "evening", database_url, HOURS, at(16)), scene)
    await a_restart(Place(tmp_path / "restart", database_url, always_open()), scene)
    assert {kind for kind in scene.shown if not kind.startswith("ticket.")} == KINDS
