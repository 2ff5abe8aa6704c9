"""The checker finds the seeded faults on a desk of two workers too, and those that only several processes can have."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from storage.ports import Storage, Tx
from tests.faults.correspondence import SETTLED_S, corresponding
from tests.faults.history import Stored, read_connected, read_stored
from tests.faults.seeded_several import FAULTS, LEASE_ENDS, OF_REMINDERS, before
from tests.faults.seeded_story import Story
from tests.faults.server import free_port
from tests.faults.test_seeded import FOUND as FOUND_ON_ONE
from tests.faults.test_seeded import exactly
from tests.faults.workers import STARTED_S, Workers
from tests.running import DEADLINE_S, enrol, eventually

pytestmark = [pytest.mark.faults, pytest.mark.scaled]

FOUND = FOUND_ON_ONE | {
    "a_dropped_wake_up": "never showed",
    "two_dispatchers": "2 processes lead",
    "a_lease_not_renewed": "is connected, and counts as gone",
    "presence_never_removed": "is not connected, and counts as connected",
}
SHORT = ("nothing", "a_dropped_wake_up", "two_dispatchers", "a_lease_not_renewed", "presence_never_removed")
"""Those that only several processes can have."""
A_MOMENT_S = 1.0
FOUND_IN_LETTERS = {
    "nothing": "",
    "a_reminder_twice": r"\b(?!1 )[1-9]\d* letters reminder_1|0 letters reminder_2|0 letters auto_solved",
    "a_reminder_lost": "0 letters reminder_2",
}
SEEN_S = 20.0
"""By then a fault of letters has happened."""


class ForkedWorkers(Workers):
    """Two workers with a seeded fault. The second one has the port `second`."""

    def __init__(self, data: Path, database_url: str, fault: str) -> None:
        self.second = free_port()
        super().__init__(data, free_port(), database_url)
        self._forked, self._before = True, before(fault, self.second)

    def pids(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def worker(self, number: int) -> int | None:
        return self._listening_at(f"/{number}.sock")

    async def leaders(self) -> list[int]:
        """The numbers of the workers that lead."""
        async with httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            metrics = (await http.get("/metrics")).text
        return [int(number) for number in re.findall(r'^switchboard_leads\{worker="(\d)"\} 1', metrics, re.MULTILINE)]


class StoryOfSeveral(Story):
    """The worker that is killed is not the leading one."""

    def __init__(self, server: ForkedWorkers, bearer: str, killed: int) -> None:
        ports = (server.port, server.second)
        super().__init__(server, bearer, (ports[killed], ports[1 - killed]))
        self._workers = server
        self._killed = killed

    async def kill(self) -> None:
        pid = self._workers.worker(self._killed)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await eventually(partial(self._workers.has_replaced, pid), "another worker runs", STARTED_S)

    async def part(self) -> None:
        """The second customer disconnects."""
        await self.customers[1].stop()
        for one, connected in zip(self.everybody, (True, False, False), strict=True):
            one.history.connected = connected


def drop_the_unique_key(tx: Tx) -> None:
    tx.session.connection().execute(text("DROP INDEX a_command_once"))


async def stored_by(storage: Storage, server: ForkedWorkers) -> Stored:
    found = await storage.read(read_stored)
    return replace(found, connected=await storage.read(read_connected), leaders=len(await server.leaders()))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=[] if fault in SHORT else [pytest.mark.soak]) for fault in FAULTS]
)
async def test_checker_finds_exactly_the_seeded_fault_of_two_workers(
    fault: str, tmp_path: Path, database_url: str, storage: Storage
) -> None:
    _, bearer = await enrol(storage, "agent@desk.example", "Agent", capacity=5)
    if fault == "no_unique_key":
        await storage.write(drop_the_unique_key)
    server = ForkedWorkers(tmp_path / "data", database_url, fault)
    story: StoryOfSeveral | None = None
    try:
        await server.start()
        story = StoryOfSeveral(server, bearer, killed=1 - await leader_of(server))
        await story.tell(fault)
        await story.part()
        (tmp_path / LEASE_ENDS).touch()
        said = await settled(story, storage, server, FOUND[fault])
    finally:
        for one in story.everybody if story is not None else ():
            await one.stop()
        server.close()
    assert exactly(FOUND[fault], said), said


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", OF_REMINDERS)
async def test_checker_finds_a_reminder_that_is_lost_or_doubled(
    fault: str, tmp_path: Path, database_url: str, storage: Storage
) -> None:
    server = ForkedWorkers(tmp_path / "data", database_url, fault)
    try:
        await server.start()
        async with corresponding(storage, server.port, tmp_path / "data") as correspondence:
            said = await correspondence.end(most=2, settled_s=SETTLED_S if fault == "nothing" else SEEN_S)
    finally:
        server.close()
    assert exactly(FOUND_IN_LETTERS[fault], said), "\n".join(said)


async def leader_of(server: ForkedWorkers) -> int:
    """The number of a worker that leads, once one does."""
    async with asyncio.timeout(DEADLINE_S):
        while not (leaders := await server.leaders()):
            await asyncio.sleep(0.05)
    return leaders[0]


async def settled(story: Story, storage: Storage, server: ForkedWorkers, expected: str) -> list[str]:
    """What the checker says in the end. What is not expected may still come right."""
    said: list[str] = []
    loop = asyncio.get_running_loop()
    until, at_least = loop.time() + DEADLINE_S, loop.time() + A_MOMENT_S
    while loop.time() < until:
        said = story.faults(await stored_by(storage, server))
        if exactly(expected, said) and loop.time() > at_least:
            return said
        await asyncio.sleep(0.1)
    return said
