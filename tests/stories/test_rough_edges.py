"""Lines that break at the worst moment, commands on each other's heels, marks that lie: nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat.adapters import clocks
from chat.adapters.tables import ChatRow
from chat.wire import Side
from storage.ports import Tx
from tests.running import Client, RunningDesk, SettableClock, enrol, eventually, running
from tests.stories.test_from_chat_to_ticket import begin


@pytest.mark.parametrize("side", ["customer", "staff"])
async def test_connection_cut_before_the_greeting_is_not_present(desk: RunningDesk, side: Side) -> None:
    """Twenty connections are cut right after `hello`. Nobody is present and nobody is assigned a chat."""
    _, token = await enrol(desk.desk.storage, "priya@desk.example", "Priya")
    here = await desk.staff_again(token)
    await here.command("presence.set", status="available")
    await here.close()
    headers = {"Authorization": f"Bearer {token}"} if side == "staff" else None
    for _ in range(20):
        client = await desk.connect(side, headers, deaf=True)
        await client.raw({"type": "hello", "id": "h"})
        client.line.transport.abort()
    customer = await desk.customer()
    await customer.command("chat.start", team="media", text="Hi")
    await eventually(lambda: desk.desk.hub.connections == 1, "only the customer is here")
    assert not desk.desk.routing.floor.held_by(here.greeting["staff"])
    agent = desk.desk.routing.floor.get(here.greeting["staff"])
    assert agent is not None
    assert not agent.connected


async def test_commands_right_behind_hello_are_served_in_order(desk: RunningDesk) -> None:
    """A command right behind `hello` is answered. A second `hello` is a conflict."""
    client = await desk.connect("customer")
    hello, again = await client.send("hello"), await client.send("hello")
    start = await client.send("chat.start", team="media", text="Hi")
    assert (await client.answer(hello))["type"] == "ok"
    assert (await client.answer(again))["code"] == "conflict"
    assert (await client.answer(start))["state"] == "queued"
    assert desk.desk.hub.connections == 1


async def test_read_mark_beyond_the_end_is_capped(desk: RunningDesk) -> None:
    """It counts only up to the last event that was sent."""
    customer, agent, chat = await begin(desk)
    await customer.raw({"type": "read", "chat": chat, "upto": 2**53})
    assert (await agent.event("read"))["upto"] == 3
    await desk.desk.read_marks.save()
    assert (await agent.command("chat.resume", chat=chat, after=3))["read"]["customer"] == 3


async def test_connection_cut_during_a_resume_leaves_no_follower(desk: RunningDesk) -> None:
    """Ten connections are cut in the middle of a resume."""
    customer, agent, chat = await begin(desk)
    for _ in range(10):
        tab = await desk.connect("customer", deaf=True)
        await tab.raw({"type": "hello", "id": "h", "token": customer.token})
        await tab.raw({"type": "chat.resume", "id": "r", "chat": chat, "after": 0})
        tab.line.transport.abort()
    await eventually(lambda: desk.desk.hub.connections == 2, "only two are here")
    await agent.command("message.send", chat=chat, text="Still fine")
    await customer.event("message", text="Still fine")
    assert len(desk.desk.hub.followers(chat)) == 2


async def test_stored_chat_unknown_to_the_server_is_adopted(desk: RunningDesk) -> None:
    """The chat was stored, but the server was interrupted before announcing it. The second sweep adopts it."""
    agent = await desk.staff("Priya")
    await agent.command("presence.set", status="available")
    at = desk.clock()
    row = ChatRow(
        id="c1", team="media", state="queued", customer="v1", started_at=at, queued_at=at, waiting_since=at, last_at=at
    )
    await desk.desk.storage.write(lambda tx: tx.session.add(row))
    await desk.desk.reconcile.sweep()
    assert not desk.desk.open_chats.all()
    await desk.desk.reconcile.sweep()
    assert (await agent.event("chat.assigned"))["chat"] == "c1"


async def test_customer_back_after_the_deadline_keeps_the_chat(desk: RunningDesk, clock: SettableClock) -> None:
    """The customer is back although their deadline is stored as passed. The sweep does not close the chat."""
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hi"))["chat"]

    def run_out(tx: Tx) -> None:
        clocks.customer_left(tx, customer.greeting["visitor"], clock() - 1)

    await desk.desk.storage.write(run_out)
    await desk.desk.due_chats.sweep()
    assert (await customer.command("chat.resume", chat=chat, after=2))["state"] == "queued"


async def test_chat_closed_to_another_team_makes_its_ticket(desk: RunningDesk) -> None:
    """The ticket is for a team that the agent who closed the chat is not on."""
    _, agent, chat = await begin(desk)
    boss: Client = await desk.staff("Sofia", role="supervisor", teams=())
    closed = await agent.command("chat.close", chat=chat, status="open", team="finance")
    assert closed["ticket"] == 1
    resumed = await boss.command("chat.watch", chat=chat)
    assert resumed["ticket"] == 1


async def test_connections_over_the_limit_per_person_are_refused(tmp_path: Path, clock: SettableClock) -> None:
    """The extra one closes with 4102. Closing one makes space, and other people are not affected."""
    async with running(tmp_path / "data", clock, rate_limits="connections=2") as desk:
        first = await desk.customer()
        second = await desk.customer(first.token)
        third = await desk.connect("customer")
        await third.raw({"type": "hello", "id": "h", "token": first.token})
        assert await third.ended() == 4102
        await second.close()
        await eventually(lambda: desk.desk.hub.connections == 1, "there is room again")
        await desk.customer(first.token)
        await desk.customer()
