"""A full desk is told to stop while people write, and started again: everything stands where it stood."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlmodel import select
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from chat.adapters import archive
from chat.adapters.tables import EventRow
from chat.frames.fields import SUBPROTOCOL
from chat.wire import Side
from clock import system_clock
from routing.adapters import store as agents
from routing.adapters.tables import AgentRow
from server.settings import Settings
from storage.ports import Tx
from tests.contract import Contract
from tests.faults.server import ServerProcess, free_port
from tests.faults.survivor import Survivor
from tests.running import DEADLINE_S, Client, Frame, cancelled, enrol, eventually, store_of

pytestmark = [pytest.mark.faults]

SEATS = 2
WAITING = 3
Snapshot = dict[str, list[dict[str, object]]]


def closing_soon(folder: Path) -> Path:
    """An hours file by which the desk closes within minutes, wherever the day is: its zone is one where it is noon."""
    now = datetime.now(UTC)
    west = now.hour - 12
    closes = now - timedelta(hours=west) + timedelta(minutes=10)
    span = f"00:00-{closes:%H:%M}"
    days = ", ".join(f'{day}: ["{span}"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    file = folder / "hours.yaml"
    file.write_text(
        f"timezone: Etc/GMT{west:+d}\nschedules:\n  short: {{{days}}}\n"
        "teams:\n  media: {name: Media, schedule: short, email: media@desk.example}\n"
    )
    return file


class Desk:
    """A desk on which two agents have all seats taken, one is at lunch, and others wait."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.port = free_port()
        self.server = ServerProcess(self.data, self.port, hours=closing_soon(folder))
        self.bearers: list[str] = []

    async def staffed(self) -> None:
        store = await store_of(Settings(data=self.data))
        for name, status, reason in (("Maya", "available", None), ("Bo", "available", None), ("Lee", "away", "lunch")):
            id_, bearer = await enrol(store, f"{name.lower()}@desk.example", name, capacity=SEATS)
            self.bearers.append(bearer)
            chosen = _chooses(id_, status == "available", reason)
            await store.write(chosen)
        await store.close()

    @asynccontextmanager
    async def client(self, side: Side, token: str | None = None) -> AsyncIterator[Client]:
        """A connection that is greeted."""
        headers = {"Authorization": f"Bearer {token}"} if side == "staff" else None
        url, spoken = f"ws://127.0.0.1:{self.port}/ws/{side}", [Subprotocol(SUBPROTOCOL)]
        contract = await Contract.of(self.server.url)
        line = await connect(
            url,
            additional_headers=headers,
            proxy=None,
            ping_interval=None,
            subprotocols=spoken,
            open_timeout=DEADLINE_S,
        )
        client = Client(line, side, contract)
        try:
            hello = {"token": token} if side == "customer" and token else {}
            client.greeting = await client.command("hello", **hello)
            client.token = client.greeting.get("token", "")
            yield client
            assert client.faults == []
        finally:
            await client.close()

    async def snapshot(self) -> Snapshot:
        """What must be as it was: chats with their places, seats and times; what each agent chose, and when."""
        store = await store_of(Settings(data=self.data))
        found = await store.read(_stands)
        await store.close()
        return found

    async def staff(self) -> list[Frame]:
        headers = {"Authorization": f"Bearer {self.bearers[0]}"}
        async with httpx2.AsyncClient(
            base_url=self.server.url, headers=headers, trust_env=False, verify=False, timeout=DEADLINE_S
        ) as http:
            found: list[Frame] = (await http.get("/api/staff", params={"team": "media"})).json()
            return sorted(found, key=lambda one: str(one["name"]))


def _chooses(staff: str, available: bool, reason: str | None) -> Callable[[Tx], None]:
    def unit(tx: Tx) -> None:
        agents.set_presence(tx, staff, "available" if available else "away", reason, SEATS, None, system_clock())

    return unit


def _stands(tx: Tx) -> Snapshot:
    chats = (
        "id", "team", "state", "agent", "customer", "started_at", "queued_at", "assigned_at", "closing_at",
        "closing_due_at",
    )  # fmt: skip
    choices = ("staff", "status", "reason", "since", "capacity", "paused", "last_chat_at")
    return {
        "chats": [{name: getattr(row, name) for name in chats} for row in archive.live(tx, ["media"], None)],
        "agents": [
            {name: getattr(row, name) for name in choices}
            for row in tx.session.exec(select(AgentRow).order_by(AgentRow.staff))
        ],
    }


async def _write(one: Survivor) -> None:
    """As fast as it is answered, a few sends under way."""
    number = 0
    while True:
        if one.live and one.in_flight < 6:
            number += 1
            await one.commit("message.send", chat=next(iter(one.last)), text=f"message {number}")
        else:
            await asyncio.sleep(0.001)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    it = Desk(tmp_path)
    await it.staffed()
    await it.server.start()
    yield it
    it.server.close()


async def test_restart_keeps_chats_slots_and_queue(desk: Desk) -> None:
    """Under load, each connection gets `bye` with its own delay, then 4202. Afterwards chats, queue order, closing
    questions and agent settings are as before, no message is lost or doubled, and the next slot goes to the front of
    the queue."""
    maya, bo = (Survivor(desk.port, bearer=bearer) for bearer in desk.bearers[:2])
    holders = [Survivor(desk.port) for _ in range(2 * SEATS)]
    everybody = [maya, bo, *holders]
    tokens: list[str] = []
    chats: list[str] = []
    writing: list[asyncio.Task[None]] = []
    try:
        for one in everybody:
            one.start()
        await eventually(lambda: all(one.live for one in everybody), "everybody is greeted")
        for one in holders:
            await one.commit("chat.start", team="media", text="Hello")
            await eventually(lambda: not any(each.in_flight for each in holders), "a chat is begun")
        await eventually(lambda: len(maya.last) == len(bo.last) == SEATS, "all seats are taken")
        async with (
            desk.client("customer") as first,
            desk.client("customer") as second,
            desk.client("customer") as third,
        ):
            line = [first, second, third]
            for client in line:
                started = await client.command("chat.start", team="media", text="Is anybody there?")
                tokens.append(client.token)
                chats.append(started["chat"])
                await client.event("chat.closing", chat=started["chat"])
            await second.command("chat.wait", chat=chats[1])
            before, staff_before = await desk.snapshot(), await desk.staff()

            writing += [asyncio.create_task(_write(one)) for one in everybody]
            await eventually(lambda: sum(len(one.history.acknowledged) for one in everybody) > 200, "they write")
            assert await desk.server.end(signal.SIGTERM) == 0
            byes = [await client.event("bye", reason="shutdown") for client in line]
            assert [await client.ended() for client in line] == [4202] * WAITING
            assert all(0 <= bye["retry_after_s"] <= 3 for bye in byes)
            assert len({bye["retry_after_s"] for bye in byes}) > 1
        await cancelled(*writing)
        assert "not_closed_in_time" not in desk.server.log()
        assert "Traceback" not in desk.server.log()
        connected = [one.connected for one in everybody]

        await desk.server.start()
        await eventually(
            lambda: all(
                one.connected > was and not one.in_flight for one, was in zip(everybody, connected, strict=True)
            ),
            "everybody is back, and all that they sent is stored",
        )
        assert await desk.snapshot() == before
        assert [_as_chosen(one) for one in await desk.staff()] == [_as_chosen(one) for one in staff_before]
        async with desk.client("customer", tokens[0]) as client:
            back = [await _resumed(desk, token, chat) for token, chat in zip(tokens, chats, strict=True)]
            assert [resumed["position"] for resumed in back] == [1, 2, 3]
            assert ["closing" in resumed for resumed in back] == [True, False, True]
            await client.command("chat.resume", chat=chats[0], after=0)
            await bo.commit("chat.close", chat=next(iter(bo.last)), status="solved", resolution="set_up")
            await eventually(lambda: not bo.in_flight, "a seat is free")
            assert not bo.errors
            await client.event("chat.assigned", chat=chats[0])
    finally:
        await cancelled(*writing)
        for one in everybody:
            await one.stop()

    store = await store_of(Settings(data=desk.data))
    events = await store.read(lambda tx: tx.session.exec(select(EventRow.command, EventRow.body)).all())
    await store.close()
    stored = Counter(command for command, _ in events if command)
    texts = {command: json.loads(body).get("text") for command, body in events if command}
    for one in everybody:
        assert not one.errors
        sent = {id_: text for id_, text in one.history.sent.items() if text.startswith("message")}
        assert {id_: texts.get(id_) for id_ in sent} == sent
        assert {stored[id_] for id_ in sent} == {1}


async def _resumed(desk: Desk, token: str, chat: str) -> Frame:
    async with desk.client("customer", token) as client:
        return await client.command("chat.resume", chat=chat, after=0)


def _as_chosen(staff: Frame) -> Frame:
    return {name: staff[name] for name in ("name", "status", "reason", "since", "connected", "held", "capacity")}
