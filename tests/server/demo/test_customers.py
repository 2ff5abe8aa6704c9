"""The demo's customers, over real sockets on a running desk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from identity import visitors
from server.demo.afternoon import CROWD, IN_LINE, UNDER_WAY, Script
from server.demo.customers import Customer, Pace, Pass, crowd
from server.demo.making import visitor_of
from server.demo.sample import HOURS, Line
from tests.running import DEADLINE_S, Client, RunningDesk, cancelled, eventually, running

QUICK = Pace(again=0.05, reads_after=(0.01, 0.02), letter=0.001, patience=0.3)
LEAVES = Script(
    team="media",
    product="Spectra OX",
    lines=(Line("customer", "do you support SSO"),),
    then=("thx",),
    ends=True,
)
SCRIPT = Script(
    team="media",
    product="Spectra OX",
    name="Danielle Okonkwo",
    email="danielle@northlake.example",
    lines=(Line("customer", "The dates are refused"),),
    then=("Line 3.", "Thank you"),
    score=4,
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    """A desk that is always open, as the demo's is."""
    hours = tmp_path / "hours.yaml"
    hours.write_text(HOURS, encoding="utf-8")
    async with running(tmp_path / "data", hours=hours) as it:
        yield it


@asynccontextmanager
async def playing(desk: RunningDesk, script: Script, pace: Pace = QUICK) -> AsyncIterator[asyncio.Task[None]]:
    """Somebody who plays the script, known again by the visitor that is theirs."""
    token = visitors.issue(desk.settings.secret_bytes(), visitor_of(script), desk.clock())
    address = f"ws://127.0.0.1:{desk.port}/ws/customer"
    customer = Customer(script, address, Pass(token=token), random.SystemRandom(), pace)
    task = asyncio.create_task(customer.play())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def available(desk: RunningDesk) -> Client:
    agent = await desk.staff("Priya", teams=["media"])
    await agent.command("presence.set", status="available")
    return agent


def said(agent: Client, chat: str) -> Sequence[str]:
    """What the customer has written."""
    by_customer = (one for one in agent.durable(chat) if one["type"] == "message" and one["from"]["kind"] == "customer")
    return [one["text"] for one in by_customer]


class SlowToStop(Customer):
    """Their writing does not stop at once when their connection ends."""

    stopping: asyncio.Event

    async def _write(self, socket: ClientConnection) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.stopping.set()
            await asyncio.Event().wait()


async def test_demo_customer_cancelled_while_their_connection_ends_does_not_come_back(desk: RunningDesk) -> None:
    """As when the demo is stopped. It would wait for them for ever."""
    agent = await available(desk)
    customer = SlowToStop(SCRIPT, f"ws://127.0.0.1:{desk.port}/ws/customer", Pass(), random.SystemRandom(), QUICK)
    customer.stopping = asyncio.Event()
    play = asyncio.create_task(customer.play())
    chat = (await agent.event("chat.assigned"))["chat"]
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await asyncio.wait_for(customer.stopping.wait(), DEADLINE_S)
    play.cancel()
    await asyncio.wait([play], timeout=DEADLINE_S)
    assert play.cancelled()


async def test_demo_customer_answers_each_reply_and_rates_the_chat(desk: RunningDesk) -> None:
    """The customer reads each reply, sends the next line, rates the closed chat and leaves."""
    agent = await available(desk)
    async with playing(desk, SCRIPT) as play:
        chat = (await agent.event("chat.assigned"))["chat"]
        assert said(agent, chat) == ["The dates are refused"]
        await agent.command("message.send", chat=chat, text="Which line?")
        await agent.event("message", text="Line 3.")
        await agent.command("message.send", chat=chat, text="Done")
        await agent.event("message", text="Thank you")
        assert any(event["type"] == "read" for event in agent.events)
        await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
        assert (await agent.event("chat.rated"))["score"] == 4
        await play
        assert said(agent, chat) == ["The dates are refused", "Line 3.", "Thank you"]


async def test_demo_customer_who_has_what_they_need_ends_the_chat(desk: RunningDesk) -> None:
    agent = await available(desk)
    async with playing(desk, LEAVES):
        chat = (await agent.event("chat.assigned"))["chat"]
        await agent.command("message.send", chat=chat, text="Yes, we do")
        await agent.event("message", text="thx")
        assert (await agent.event("chat.closed", chat=chat))["reason"] == "ended"


async def test_returning_demo_customer_continues_the_chat(desk: RunningDesk) -> None:
    """After a restart of the demo, no line is repeated."""
    agent = await available(desk)
    async with playing(desk, SCRIPT):
        chat = (await agent.event("chat.assigned"))["chat"]
        await agent.command("message.send", chat=chat, text="Which line?")
        await agent.event("message", text="Line 3.")
    await agent.command("message.send", chat=chat, text="Done")
    async with playing(desk, SCRIPT):
        await agent.event("message", text="Thank you")
    assert said(agent, chat) == ["The dates are refused", "Line 3.", "Thank you"]


async def test_demo_customer_tries_again_until_the_desk_answers(desk: RunningDesk) -> None:
    """Demo customers start before the server is ready."""
    tried = asyncio.Event()

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tried.set()
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as early:
        address = f"ws://127.0.0.1:{early.sockets[0].getsockname()[1]}/ws/customer"
        customer = Customer(SCRIPT, address, Pass(), random.SystemRandom(), QUICK)
        task = asyncio.create_task(customer.play())
        await asyncio.wait_for(tried.wait(), 30)
    customer.socket_address = f"ws://127.0.0.1:{desk.port}/ws/customer"
    agent = await available(desk)
    await agent.event("chat.assigned")
    await cancelled(task)


async def test_demo_customer_without_a_reply_sends_one_nudge(desk: RunningDesk) -> None:
    """Only once, after some time without a reply."""
    agent = await available(desk)
    script = Script(team="media", product="Other", lines=SCRIPT.lines, then=("Line 3.",), nudge="Anybody there?")
    async with playing(desk, script):
        chat = (await agent.event("chat.assigned"))["chat"]
        await agent.event("message", text="Anybody there?")
        await agent.command("message.send", chat=chat, text="Which line?")
        await agent.event("message", text="Line 3.")
    assert said(agent, chat) == ["The dates are refused", "Anybody there?", "Line 3."]


async def test_demo_script_is_replayed_by_a_new_customer(desk: RunningDesk) -> None:
    """Once its chat is over."""
    agent = await available(desk)
    address = f"ws://127.0.0.1:{desk.port}/ws/customer"

    def customer_of(script: Script) -> Customer:
        return Customer(script, address, Pass(), random.SystemRandom(), QUICK)

    coming = asyncio.create_task(crowd([SCRIPT], customer_of, random.SystemRandom(), (0.01, 0.02)))
    try:
        first = (await agent.event("chat.assigned"))["chat"]
        await agent.command("chat.close", chat=first, status="solved", resolution="void")
        await eventually(
            lambda: len([event for event in agent.events if event["type"] == "chat.assigned"]) == 2,
            "somebody new comes",
        )
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


def test_demo_scripts_have_distinct_visitors_and_no_empty_lines() -> None:
    scripts = [*(one.script for one in UNDER_WAY), *IN_LINE, *CROWD]
    assert len({visitor_of(script) for script in scripts}) == len(scripts)
    assert all(line.text.strip() for script in scripts for line in script.lines)
