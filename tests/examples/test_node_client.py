from __future__ import annotations

import asyncio
import json
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from chat.adapters import archive
from routing.admission import FREE
from server.settings import Settings
from tests.faults.history import Frame as Said
from tests.faults.server import ServerProcess, free_port
from tests.faults.survivor import Survivor
from tests.running import DEADLINE_S, ROOT, enrol, eventually, running, store_of

pytestmark = [pytest.mark.faults]

TALK = ROOT / "examples" / "node-client" / "talk.js"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir()
    return Settings(data=data)


@pytest.fixture
async def agent(settings: Settings) -> AsyncIterator[Callable[[int], Survivor]]:
    store = await store_of(settings)
    _, bearer = await enrol(store, "maya@desk.example", "Maya")
    await store.close()
    started: list[Survivor] = []

    def start(port: int) -> Survivor:
        started.append(Survivor(port, bearer=bearer))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        await one.stop()


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(settings.data, free_port())
    await process.start()
    yield process
    process.close()


class Talk:
    """A customer who uses the program, over any number of its restarts."""

    def __init__(self, port: int, state: Path) -> None:
        self._url = f"ws://127.0.0.1:{port}/ws/customer"
        self._state = state
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self.said: list[Said] = []
        self._told_last: Said | None = None

    async def start(self, team: str = "media") -> None:
        words = ["node", str(TALK), self._url, team, str(self._state)]
        self._process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE)
        self._listening = asyncio.create_task(self._listen(self._process))

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if line.endswith(b"\n") and (said := json.loads(line)) != self._told_last:
                self.said.append(said)

    def type(self, *lines: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    def all(self, what: str) -> list[Said]:
        return [said for said in self.said if said["what"] == what]

    async def kill(self) -> None:
        """The program may not have stored its last output line, and print it again: that counts once."""
        assert self._process is not None and self._listening is not None
        self._process.kill()
        await self._process.wait()
        await self._listening
        self._told_last = self.said[-1] if self.said else None

    async def end(self) -> int:
        """Close its input and wait; its exit status."""
        assert self._process is not None and self._process.stdin is not None and self._listening is not None
        self._process.stdin.close()
        async with asyncio.timeout(DEADLINE_S):
            await self._listening
            return await self._process.wait()

    async def close(self) -> None:
        if self._process is not None and self._listening is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            await self._listening


@pytest.fixture
async def talk(server: ServerProcess, tmp_path: Path) -> AsyncIterator[Talk]:
    it = Talk(server.port, tmp_path / "state.json")
    yield it
    await it.close()


async def texts_of(settings: Settings, chat: str) -> list[tuple[str, str]]:
    """The stored messages of the chat: sender's kind and text."""
    store = await store_of(settings)
    logged = await store.read(lambda tx: archive.after(tx, chat, 0, 1_000_000))
    await store.close()
    events = [json.loads(event.body) for event in logged]
    return [(event["from"]["kind"], event["text"]) for event in events if event["type"] == "message"]


async def test_messages_arrive_once_in_order_through_restarts(
    settings: Settings, server: ServerProcess, agent: Callable[[int], Survivor], talk: Talk
) -> None:
    maya = agent(server.port)
    await talk.start()
    await eventually(lambda: talk.all("greeted") and maya.live, "both are greeted")
    lines = [f"line {number}" for number in range(120)]
    talk.type(*lines[:40])
    await eventually(lambda: maya.last and talk.all("stored"), "the agent has the chat")
    chat = next(iter(maya.last))
    answers = [f"answer {number}" for number in range(30)]
    for text in answers[:10]:
        await maya.commit("message.send", chat=chat, text=text)

    talk.type(*lines[40:80])
    stored = len(talk.all("stored"))
    await eventually(lambda: len(talk.all("stored")) > stored, "its lines are under way")
    await server.end(signal.SIGKILL)
    await eventually(lambda: talk.all("closed"), "the line is broken")
    for text in answers[10:20]:
        await maya.commit("message.send", chat=chat, text=text)
    await server.start()
    await eventually(lambda: len(talk.all("greeted")) > 1, "it is back")

    talk.type(*lines[80:100])
    stored = len(talk.all("stored"))
    await eventually(lambda: len(talk.all("stored")) > stored, "its lines are under way again")
    await talk.kill()
    for text in answers[20:]:
        await maya.commit("message.send", chat=chat, text=text)
    await talk.start()
    talk.type(*lines[100:])
    await eventually(lambda: maya.in_flight == 0 and told(talk, "staff") == answers, "it was told all answers")
    talk.type("/end")
    await eventually(lambda: talk.all("stored") and talk.all("stored")[-1]["command"] == "chat.end", "it is over")
    assert await talk.end() == 0

    in_store = await texts_of(settings, chat)
    typed = [text for kind, text in in_store if kind == "customer"]
    assert typed == [line for line in lines if line in set(typed)], "stored once and in order"
    assert set(lines) - set(typed) <= set(lines[80:100]), "only what the killed program had not read yet"
    assert [text for kind, text in in_store if kind == "staff"] == answers
    places = [said["seq"] for said in talk.said if is_news_of(chat, said)]
    assert all(earlier < later for earlier, later in pairwise(places)), "told in order, nothing twice"
    assert not talk.all("refused")


def is_news_of(chat: str, said: Said) -> bool:
    """Whether a line is a new event of this kind of sender, or the `ok` in place of one's own."""
    return said.get("chat") == chat and (said["what"] == "event" or (said["what"] == "stored" and "dup" not in said))


def told(talk: Talk, kind: str) -> list[str]:
    """The messages from one side that the program printed."""
    return [
        event["text"] for event in talk.all("event") if event["type"] == "message" and event["from"]["kind"] == kind
    ]


async def test_client_ahead_of_the_server_starts_again(server: ServerProcess, talk: Talk, tmp_path: Path) -> None:
    await talk.start()
    talk.type("one", "two")
    await eventually(lambda: len(talk.all("stored")) == 2, "both are stored")
    chat = talk.all("stored")[0]["chat"]
    await talk.kill()
    state = json.loads((tmp_path / "state.json").read_text())
    assert state["kept"]["seen"] == {chat: 3}
    state["kept"]["seen"][chat] = 40
    state["lines"].append("three")
    (tmp_path / "state.json").write_text(json.dumps(state))

    before = len(talk.said)
    await talk.start()
    talk.type("four")
    places = {1, 2, 3, 4, 5}
    await eventually(
        lambda: {said["seq"] for said in talk.said[before:] if is_news_of(chat, said)} == places, "it was told all"
    )
    events = [said["seq"] for said in talk.said[before:] if said["what"] == "event"]
    assert events == sorted(set(events)) and events[:3] == [1, 2, 3]
    assert [said["text"] for said in talk.all("stored")] == ["one", "two", "three", "four"]
    assert not talk.all("refused")


async def test_refusal_is_reported_and_the_client_continues(server: ServerProcess, talk: Talk) -> None:
    await talk.start("nowhere")
    talk.type("Hello")
    await eventually(lambda: talk.all("refused"), "the refusal is told")
    assert talk.all("refused")[0]["code"] == "invalid" and talk.all("refused")[0]["command"] == "chat.start"
    assert await talk.end() == 0


async def test_challenge_is_solved_and_the_command_sent_again(tmp_path: Path) -> None:
    async with running(tmp_path / "data", rate_limits="chats=100/h") as desk:
        for _ in range(FREE):
            await (await desk.customer()).command("chat.start", team="media", text="Hello")
        talk = Talk(desk.port, tmp_path / "state.json")
        try:
            await talk.start()
            talk.type("Hello")
            await eventually(lambda: talk.all("stored"), "its chat has begun")
        finally:
            await talk.close()
        assert desk.desk.unverified_chats.of_network("127.0.0.1") == FREE + 1
        assert not talk.all("refused")


async def test_missing_address_exits_with_a_usage_line() -> None:
    process = await asyncio.create_subprocess_exec("node", str(TALK), stderr=PIPE)
    _, said = await process.communicate()
    assert process.returncode == 2 and said.startswith(b"usage: ")
