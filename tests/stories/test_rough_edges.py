"""Lines that break at the worst moment, commands on each other's heels, marks that lie: nothing is left behind."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chat.adapters import clocks
from chat.adapters.tables import ChatRow
from chat.wire import Side
from identity.service import Identity
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


async def test_nul_in_id_or_chat_is_refused_with_one_error(desk: RunningDesk) -> None:
    """The commands behind it are answered."""
    customer, _, chat = await begin(desk)
    await customer.raw({"type": "chat.resume", "id": "a\0d", "chat": "nowhere", "after": 0})
    await customer.raw({"type": "chat.resume", "id": "b", "chat": "no\0where", "after": 0})
    ids = [await customer.send("message.send", chat=chat, text=str(n)) for n in range(5)]
    assert [(await customer.answer(id_))["seq"] for id_ in ids] == [4, 5, 6, 7, 8]
    assert [frame["code"] for frame in customer.heard if frame["type"] == "error"] == ["invalid", "invalid"]


async def test_read_mark_beyond_the_end_is_capped(desk: RunningDesk) -> None:
    """It counts only up to the last event that was sent."""
    customer, agent, chat = await begin(desk)
    await customer.raw({"type": "read", "chat": chat, "upto": 2**53})
    assert (await agent.event("read"))["upto"] == 3
    await desk.desk.read_marks.save()
    assert (await agent.command("chat.resume", chat=chat, after=3))["read"]["customer"] == 3


async def test_agent_cannot_unwatch_their_own_chat(desk: RunningDesk) -> None:
    """Only a watcher can stop watching."""
    customer, agent, chat = await begin(desk)
    await agent.refused("forbidden", "chat.unwatch", chat=chat)
    await customer.command("message.send", chat=chat, text="Heard")
    await agent.event("message", text="Heard")


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
    moment = desk.clock()
    row = ChatRow(
        id="c1",
        team="media",
        state="queued",
        customer="v1",
        started_at=moment,
        queued_at=moment,
        waiting_since=moment,
        last_at=moment,
    )
    await desk.desk.storage.write(lambda tx: tx.session.add(row))
    await desk.desk.reconcile.sweep()
    assert not desk.desk.open_chats.all()
    await desk.desk.reconcile.sweep()
    assert (await agent.event("chat.assigned"))["chat"] == "c1"


async def test_sweep_adopts_nothing_from_open_chats(desk: RunningDesk) -> None:
    """The live state matches the database, whatever was sent in the chat."""
    customer, agent, chat = await begin(desk)
    await customer.command("message.send", chat=chat, text="A word more")
    await agent.command("message.send", chat=chat, text="I am on it")
    await agent.command("note.add", chat=chat, text="They are in a hurry")
    with capture_logs() as logs:
        for _ in range(3):
            await desk.desk.reconcile.sweep()
    assert [line for line in logs if line["event"] == "chat_adopted"] == []


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


@pytest.mark.parametrize("way", ["sign-out", "disabled"])
async def test_revoked_session_closes_its_sockets(desk: RunningDesk, way: str) -> None:
    """With 4010, within two seconds. A colleague stays connected."""
    people, password = desk.desk.people, "a good long password"
    hashed = await people.passwords.hashed(password)
    for name in ("priya", "mateo"):
        await enrol(desk.desk.storage, f"{name}@desk.example", name.title())
        await desk.desk.storage.write(partial(_give_password, people.identity, f"{name}@desk.example", hashed))
    lines: list[Client] = []
    cookies: list[str] = []
    for name in ("priya", "mateo"):
        signed_in = await people.sign_in(f"{name}@desk.example", password, "127.0.0.1", None)
        headers = {"Cookie": f"switchboard_session={signed_in.cookie}", "Origin": desk.origin}
        client = await desk.connect("staff", headers)
        await client.command("hello")
        lines.append(client)
        cookies.append(signed_in.cookie)
    if way == "sign-out":
        await people.sign_out(cookies[0])
    else:
        await desk.desk.storage.write(lambda tx: people.identity.disable(tx, "priya@desk.example", desk.clock()))
    assert await lines[0].ended() == 4010
    await lines[1].command("ping")


def _give_password(identity: Identity, email: str, hashed: str, tx: Tx) -> None:
    identity.set_password(tx, email, hashed, 0)


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


async def test_connections_over_the_limit_per_address_are_refused(tmp_path: Path, clock: SettableClock) -> None:
    """Twenty times a person's limit, with or without `hello`. Closing one makes space."""
    async with running(tmp_path / "data", clock, rate_limits="connections=1") as desk:
        clients = [await desk.connect("customer") for _ in range(20)]
        assert await (await desk.connect("customer")).ended() == 4102
        await clients[0].close()
        await eventually(lambda: desk.web.limits._inside.total() == 19, "there is room again")
        assert (await desk.customer()).greeting["type"] == "ok"
