from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression

import pytest

from server.settings import Settings
from storage.writer_sqlite import READERS
from tests.faults.counted import Holdings, count_tasks
from tests.faults.history import faults_of, read_stored
from tests.faults.server import ServerProcess, free_port
from tests.faults.survivor import Survivor
from tests.running import cancelled, enrol, eventually, store_of

pytestmark = [pytest.mark.faults]

CUSTOMERS = 25
AGENTS = 5
MESSAGES = range(60, 90)
"""So many messages of its customer a chat has."""
DROPS = 1 / 100
"""So often, for each message of a customer, their line is lost."""
WARM_S = 300
"""After which the memory is looked at."""
SLOPE_MAX_KIB = 1024
"""In ten minutes."""


class Workday:
    def __init__(self, customers: list[Survivor], agents: list[Survivor], every_s: float) -> None:
        self.everybody = [*customers, *agents]
        self._customers = customers
        self._agents = agents
        self._every_s = every_s
        self._over = False

    async def last(self, seconds: float) -> None:
        for one in self.everybody:
            one.start()
        try:
            async with asyncio.TaskGroup() as at_work:
                for one in self._customers:
                    at_work.create_task(self._ask(one))
                for one in self._agents:
                    at_work.create_task(self._answer(one))
                asyncio.get_running_loop().call_later(seconds, self._close)
            await eventually(
                lambda: not any(one.in_flight or one.open for one in self.everybody), "every chat is over", 60
            )
        finally:
            for one in self.everybody:
                await one.stop()

    def _close(self) -> None:
        self._over = True

    async def _pause(self) -> None:
        # Each at a pace of their own: not all in one moment.
        await asyncio.sleep(self._every_s * random.uniform(0.5, 1.5))

    async def _ask(self, one: Survivor) -> None:
        await self._pause()
        while not self._over:
            await one.commit("chat.start", team="media", text="Hello")
            await eventually(lambda: one.open, "a chat is begun")
            chat = next(iter(one.open))
            for number in range(random.choice(MESSAGES)):
                await one.commit("message.send", chat=chat, text=f"question {number}")
                await self._pause()
                if random.random() < DROPS:
                    await one.stop()
                    await self._pause()
                    one.start()
                if self._over:
                    break
            await one.commit("chat.end", chat=chat)
            await eventually(lambda: not (one.open or one.in_flight), "the chat is over")

    async def _answer(self, one: Survivor) -> None:
        while not self._over:
            for chat in list(one.open):
                await one.commit("message.send", chat=chat, text="An answer")
            await self._pause()


OF_DATABASE = 3 * (1 + sum(READERS.values()) + 1)
"""The most files that the writer, the readers and the check of the database hold: database, log and shared memory."""


@dataclass(frozen=True)
class Form:
    lasts_s: float
    every_s: float


LONG = Form(1_800, 1.0)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(Form(2, 0.1), id="short"),
        pytest.param(LONG, id="long", marks=[pytest.mark.soak, pytest.mark.timeout(0)]),
    ],
)
async def test_day_of_work_leaks_nothing(tmp_path: Path, form: Form, said: Callable[[object], None]) -> None:
    """Open files and tasks return to their starting numbers. In the long form, memory does not grow either."""
    settings = Settings(data=tmp_path / "data")
    store = await store_of(settings)
    bearers = [(await enrol(store, f"agent{n}@desk.example", f"Agent {n}", capacity=50))[1] for n in range(AGENTS + 1)]
    server = ServerProcess(settings.data, free_port(), before=count_tasks)
    holdings = Holdings(server, tmp_path)
    samples: list[tuple[float, int]] = []
    try:
        await server.start()
        tasks = await holdings.tasks()
        before = await _a_first_chat(server.port, bearers.pop())
        files = holdings.files()
        workday = Workday(
            [Survivor(server.port) for _ in range(CUSTOMERS)],
            [Survivor(server.port, bearer=bearer) for bearer in bearers],
            form.every_s,
        )
        watching = asyncio.create_task(_watch(holdings, samples))
        try:
            await workday.last(form.lasts_s)
        finally:
            await cancelled(watching)
        other = files["other"]
        await eventually(lambda: holdings.files()["other"] == other, f"there are {other} files again")
        assert holdings.files()["database"] <= OF_DATABASE
        async with asyncio.timeout(60):
            while await holdings.tasks() != tasks:
                await asyncio.sleep(0.1)
        stored = await store.read(read_stored)
    finally:
        server.close()
        await store.close()
    assert faults_of([one.history for one in [*before, *workday.everybody]], stored) == []
    # An answer may come too late.
    assert {error["code"] for one in workday.everybody for error in one.errors} <= {"chat_closed"}
    messages = sum(len(log) for log in stored.logs.values())
    kept = f"{files['other']} files and {tasks} tasks before and after"
    said(f"{len(stored.logs)} chats, {messages} events in {form.lasts_s:.0f} s; {kept}")
    assert "Traceback" not in server.log()
    if form is LONG:
        warm = [(at, kib) for at, kib in samples if at >= WARM_S]
        slope = linear_regression(*zip(*warm, strict=True)).slope * 600
        said(f"memory {warm[0][1]} KiB after {WARM_S} s, {warm[-1][1]} KiB in the end: {slope:+.0f} KiB in ten minutes")
        assert slope < SLOPE_MAX_KIB


async def _watch(holdings: Holdings, samples: list[tuple[float, int]]) -> None:
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    while True:
        samples.append((loop.time() - began_at, holdings.memory_kib()))
        await asyncio.sleep(1.0)


async def _a_first_chat(port: int, bearer: str) -> list[Survivor]:
    """What is opened when it is first needed is open afterwards. The two who were in it."""
    customer, agent = both = Survivor(port), Survivor(port, bearer=bearer)
    try:
        for one in both:
            one.start()
        await customer.commit("chat.start", team="media", text="Hello")
        await eventually(lambda: agent.open, "the first chat has its agent")
        await agent.commit("chat.close", chat=next(iter(agent.open)), status="solved", resolution="set_up")
        await eventually(lambda: not customer.open and customer.last, "the first chat is over")
    finally:
        for one in both:
            await one.stop()
    return [customer, agent]
