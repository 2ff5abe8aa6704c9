from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed

from chat.wire import Side
from tests.running import Client, Frame, RunningDesk, enrol, eventually, running

pytestmark = [pytest.mark.faults]

ALLOWED = {1002, 1003, 1007, 1009, 4101}
"""With which the line of who sends rubbish may be closed."""
MANY = 10_000
UNTIL_A_MESSAGE = 100
"""Frames after which the neighbours say something."""

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def recorded(chat: str) -> dict[Side, list[Frame]]:
    both: list[Frame] = [
        {"type": "hello", "id": "1"},
        {"type": "ping", "id": "2"},
        {"type": "chat.resume", "id": "3", "chat": chat, "after": 0},
        {"type": "message.send", "id": "4", "chat": chat, "text": "Hello", "files": []},
        {"type": "message.redact", "id": "5", "chat": chat, "of": 2, "reason": "a secret"},
        {"type": "typing", "chat": chat, "on": True, "preview": "Hel"},
        {"type": "read", "chat": chat, "upto": 2},
    ]
    customer: list[Frame] = [
        {"type": "identify", "id": "6", "identity": "e30.e30.e30"},
        {"type": "chat.start", "id": "7", "team": "media", "text": "Hi", "fields": {"a": "b"}, "ticket": 1},
        {"type": "chat.wait", "id": "8", "chat": chat},
        {"type": "chat.end", "id": "9", "chat": chat},
        {"type": "chat.rate", "id": "10", "chat": chat, "score": 5, "comment": "Good"},
    ]
    staff: list[Frame] = [
        {"type": "presence.set", "id": "11", "status": "available", "capacity": 5, "paused": ["media"]},
        {"type": "chat.accept", "id": "12", "chat": chat},
        {"type": "chat.decline", "id": "13", "chat": chat},
        {"type": "chat.pick", "id": "14", "chat": chat},
        {"type": "note.add", "id": "15", "chat": chat, "text": "A note"},
        {"type": "chat.transfer", "id": "16", "chat": chat, "team": "prod", "note": "Theirs"},
        {"type": "chat.close", "id": "17", "chat": chat, "status": "solved", "resolution": "set_up"},
        {"type": "chat.watch", "id": "18", "chat": chat, "after": 0},
        {"type": "chat.unwatch", "id": "19", "chat": chat},
        {"type": "chat.take", "id": "20", "chat": chat},
    ]
    return {"customer": both + customer, "staff": both + staff}


def _change_a_value(frame: Frame, chance: random.Random) -> str:
    strange: list[object] = [
        None,
        True,
        -1,
        2**63,
        1e308,
        "",
        "\0",
        "\ud800",
        "x" * 9_000,
        [],
        {},
        [[[[[[[[[]]]]]]]]],
        "../../etc",
    ]
    return json.dumps({**frame, chance.choice(list(frame)): chance.choice(strange)})


def _leave_out(frame: Frame, chance: random.Random) -> str:
    name = chance.choice(list(frame))
    return json.dumps({key: value for key, value in frame.items() if key != name})


def _add(frame: Frame, chance: random.Random) -> str:
    return json.dumps({**frame, chance.choice(["more", "from", "seq", "__proto__"]): chance.choice([1, "a", None])})


def _cut(frame: Frame, chance: random.Random) -> str:
    text = json.dumps(frame)
    return text[: chance.randrange(len(text))]


def _flip(frame: Frame, chance: random.Random) -> bytes:
    data = bytearray(json.dumps(frame).encode())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _twice(frame: Frame, chance: random.Random) -> str:
    return json.dumps(frame) * 2


def _repeat_a_key(frame: Frame, chance: random.Random) -> str:
    return json.dumps(frame)[:-1] + f', "{chance.choice(list(frame))}": "again"}}'


MUTATIONS = (_change_a_value, _leave_out, _add, _cut, _flip, _twice, _repeat_a_key)


class Hostile:
    """Two who send what they like, on lines that are opened anew, and two who chat beside them."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self.sent = 0
        self.lines: list[Client] = []
        self.neighbours: list[Client] = []
        self.chat = ""
        self._bearer = ""
        self._rude: dict[Side, Client] = {}

    async def begin(self) -> None:
        agent = await self._desk.staff("Maya", teams=("finance",))
        await agent.command("presence.set", status="available")
        customer = await self._desk.customer()
        self.chat = (await customer.command("chat.start", team="finance", text="Hello"))["chat"]
        await agent.event("chat.assigned", chat=self.chat)
        self.neighbours = [agent, customer]
        _, self._bearer = await enrol(self._desk.desk.storage, "rude@desk.example", "Rude", "supervisor", ("media",))

    async def send(self, side: Side, frame: str | bytes) -> None:
        client = self._rude.get(side)
        if client is None or client.closed is not None:
            headers = {"Authorization": f"Bearer {self._bearer}"} if side == "staff" else None
            client = self._rude[side] = await self._desk.connect(side, headers)
            self.lines.append(client)
            await client.raw({"type": "hello", "id": "hello"})
        try:
            await client.line.send(frame.encode(errors="surrogatepass") if isinstance(frame, str) else frame, text=True)
        except ConnectionClosed:
            client.closed = client.line.close_code
        self._judge(client)
        self.sent += 1
        if self.sent % UNTIL_A_MESSAGE == 0:
            await self.talk()

    async def talk(self) -> None:
        agent, customer = self.neighbours
        for one, other in ((agent, customer), (customer, agent)):
            said = await one.command("message.send", chat=self.chat, text=f"Undisturbed by {self.sent}")
            await other.event("message", chat=self.chat, seq=said["seq"])

    async def end(self) -> None:
        for client in self._rude.values():
            with suppress(ConnectionClosed):
                last = await client.send("chat.resume", chat="nowhere", after=0)
                await eventually(partial(_is_over, client, last), "the last of it is answered")
            self._judge(client)
        await self.talk()
        for client in self.lines:
            await client.close()
            # What is heard on purpose is not as published.
            client.faults.clear()

    def _judge(self, client: Client) -> None:
        assert client.closed is None or client.closed in ALLOWED, client.closed


def _is_over(client: Client, last: str) -> bool:
    return last in client.answers or client.closed is not None


@pytest.fixture
async def hostile(tmp_path: Path) -> AsyncIterator[Hostile]:
    """On a desk that runs, whose log shows no fault of ours in the end."""
    with capture_logs() as lines:
        async with running(tmp_path / "data") as desk:
            it = Hostile(desk)
            await it.begin()
            yield it
            await it.end()
    assert [line for line in lines if line["log_level"] in ("error", "critical") or "exc_info" in line] == []


@pytest.mark.parametrize(
    "count", [pytest.param(600, id="short"), pytest.param(MANY, id="long", marks=[pytest.mark.soak])]
)
async def test_mutated_frames_do_no_harm(hostile: Hostile, count: int, said: Callable[[object], None]) -> None:
    chance = random.Random(count)
    frames = recorded(hostile.chat)
    for _ in range(count):
        side: Side = chance.choice(("customer", "staff"))
        await hostile.send(side, chance.choice(MUTATIONS)(chance.choice(frames[side]), chance))
    said(f"{hostile.sent} frames on {len(hostile.lines)} lines")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    side=st.sampled_from(["customer", "staff"]),
    texts=st.lists(Json.map(json.dumps) | st.text() | st.binary(), min_size=3, max_size=5),
)
async def test_arbitrary_frames_do_no_harm(hostile: Hostile, side: Side, texts: list[str | bytes]) -> None:
    for text in texts:
        await hostile.send(side, text)
