"""A desk is backed up while people write, lost, and restored elsewhere: a page shows what the store holds then."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from chat.adapters import archive
from chat.events import Logged
from server.settings import Settings
from tests.faults.server import ServerProcess, free_port
from tests.faults.survivor import Survivor
from tests.running import ROOT, Frame, cancelled, ended, enrol, eventually, store_of

pytestmark = [pytest.mark.faults]

SCREEN = ROOT / "tests" / "widgets" / "support" / "screen.js"
SWITCHBOARD = Path(sys.executable).parent / "switchboard"


class Screen:
    """What a customer's page shows, by the client library of the widget."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.said: list[Frame] = []
        self.shown: list[Frame] = []
        """The events since the page was last told to forget what it shows."""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def opened(cls, port: int) -> Screen:
        words = ["node", str(SCREEN), f"ws://127.0.0.1:{port}/ws/customer"]
        return cls(await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE))

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            self.said.append(said)
            if said["what"] == "event":
                self.shown.append(said)
            elif said["what"] == "reset":
                self.shown.clear()

    def commit(self, type_: str, **fields: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps({'commit': type_, 'fields': fields})}\n".encode())

    def all(self, what: str) -> list[Frame]:
        return [said for said in self.said if said["what"] == what]

    def ids(self, what: str) -> set[str]:
        return {said["id"] for said in self.all(what)}

    @property
    def waiting(self) -> set[str]:
        """The ids of what is kept and not acknowledged."""
        return self.ids("kept") - self.ids("stored")

    async def close(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._listening


@pytest.fixture
async def agent(tmp_path: Path) -> str:
    """The token of an agent of the desk."""
    (tmp_path / "data").mkdir()
    store = await store_of(Settings(data=tmp_path / "data"))
    _, bearer = await enrol(store, "maya@desk.example", "Maya")
    await store.close()
    return bearer


@pytest.fixture
def port() -> int:
    """Where the desk is, before and after."""
    return free_port()


@pytest.fixture
async def screen(port: int) -> AsyncIterator[Screen]:
    """A customer's page that keeps trying to reach the desk."""
    it = await Screen.opened(port)
    yield it
    await it.close()


async def run(*words: str) -> str:
    """What `switchboard` prints; it must succeed."""
    process = await asyncio.create_subprocess_exec(str(SWITCHBOARD), *words, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    try:
        printed, errors = await process.communicate()
    finally:
        await ended(process)
    assert (process.returncode, errors) == (0, b"")
    return printed.decode()


async def log_of(data: Path, chat: str) -> Sequence[Logged]:
    store = await store_of(Settings(data=data))
    log = await store.read(lambda tx: archive.after(tx, chat, 0, 1_000_000))
    await store.close()
    return log


async def write(chat: str, customer: Screen, agent: Survivor) -> None:
    """Both sides write, a few sends under way at any time."""
    number = 0
    while True:
        if len(customer.waiting) < 5:
            customer.commit("message.send", chat=chat, text=f"question {number}")
        if agent.in_flight < 5:
            await agent.commit("message.send", chat=chat, text=f"answer {number}")
        number += 1
        await asyncio.sleep(0.002)


async def test_page_ahead_of_a_restored_backup_starts_over_without_duplicates(
    tmp_path: Path, agent: str, port: int, screen: Screen
) -> None:
    """Everything acknowledged before the backup began is in it, though both sides kept writing. On the restored desk
    the page clears what it showed, shows the log once and in order, and sends each unacknowledged message once."""
    server = ServerProcess(tmp_path / "data", port)
    maya = Survivor(port, bearer=agent)
    writing: list[asyncio.Task[None]] = []
    try:
        await server.start()
        maya.start()
        screen.commit("chat.start", team="media", text="Hello")
        await eventually(lambda: maya.last and screen.all("stored"), "the agent has the chat")
        chat = next(iter(maya.last))
        writing.append(asyncio.create_task(write(chat, screen, maya)))
        await eventually(lambda: min(len(screen.all("stored")), len(maya.history.acknowledged)) > 60, "both wrote")

        acknowledged = screen.ids("stored") | set(maya.history.acknowledged)
        await run("backup", str(tmp_path / "desk.tar"), "--data", str(tmp_path / "data"))
        later = len(screen.all("stored")) + 60
        await eventually(lambda: len(screen.all("stored")) > later, "more is written after the backup")
        await cancelled(*writing)
        await server.end(signal.SIGKILL)
        for number in range(3):
            screen.commit("message.send", chat=chat, text=f"unheard {number}")
        await eventually(lambda: len(screen.waiting) >= 3, "the page keeps them")
        unheard = screen.waiting
        await maya.stop()

        await run("restore", str(tmp_path / "desk.tar"), "--data", str(tmp_path / "restored"))
        backed_up = await log_of(tmp_path / "restored", chat)
        assert acknowledged <= {event.command for event in backed_up if event.command}
        seen_before = max(said["seq"] for said in screen.shown)
        assert len(backed_up) < seen_before, "the page has seen more than the backup holds"

        server = ServerProcess(tmp_path / "restored", port)
        await server.start()
        await eventually(lambda: not screen.waiting, "all that was kept is stored")
        log = await log_of(tmp_path / "restored", chat)
        await eventually(lambda: len(screen.shown) >= len(log), "the page shows it all")
    finally:
        await cancelled(*writing)
        await maya.stop()
        server.close()

    assert len(screen.all("reset")) == 1
    assert [said["seq"] for said in screen.shown] == [event.seq for event in log] == list(range(1, len(log) + 1))
    assert [said["text"] for said in screen.shown] == [json.loads(event.body).get("text") for event in log]
    assert max(Counter(event.command for event in log if event.command).values()) == 1
    assert unheard <= {event.command for event in log}
    assert screen.all("error") == screen.all("refused") == []
    assert len({said["epoch"] for said in screen.all("hello")}) == 2
