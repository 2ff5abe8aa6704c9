"""The floor of supervisors: live, their teams only, and always what the database says."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from random import Random

import pytest
from sqlmodel import select

from chat.adapters.tables import ChatRow
from clock import from_rfc3339
from server.live.supervision.floor_followers import LEASE_MS
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.conftest import Opening
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined, passed

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")


class Shown:
    """The floor as a page keeps it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._read = 0
        self.version = 0
        self.whole = 0
        """How many whole floors came."""
        self.teams: dict[str, Frame] = {}
        self.agents: dict[str, Frame] = {}

    def read(self) -> None:
        """Take in the frames that came. Fails if one is missing between two."""
        frames = [frame for frame in self._client.line.frames if frame["type"] == "floor"]
        for frame in frames[self._read :]:
            if frame["after"] == 0:
                self.whole += 1
                self.teams, self.agents = {}, {}
            else:
                assert frame["after"] == self.version
            self.teams |= {row["team"]: row for row in frame["teams"]}
            self.agents |= {row["staff"]: row for row in frame["agents"]}
            for staff in frame["gone"]:
                del self.agents[staff]
            self.version = frame["version"]
        self._read = len(frames)


async def followed(place: DeskInMemory, client: Client) -> Shown:
    await client.command("floor.follow", version=0)
    await place.quiet()
    shown = Shown(client)
    shown.read()
    return shown


async def looked(place: DeskInMemory, shown: Shown) -> None:
    await place.desk.floor_followers.sweep()
    shown.read()


def states(agent: Frame) -> list[tuple[str | None, str]]:
    return [(chat["chat"], chat["state"]) for chat in agent["chats"]]


async def test_floors_asked_for_at_the_same_time_are_computed_once() -> None:
    async with desk_in_memory(always_open()) as place:
        supervisors = [await joined(place, name, role="supervisor") for name in ("Sue", "Ines", "Rafael")]
        await asyncio.gather(*(one.command("floor.follow", version=0) for one in supervisors))
        await place.quiet()
        shown = [Shown(one) for one in supervisors]
        for one in shown:
            one.read()
        assert [(one.version, one.whole) for one in shown] == [(1, 1)] * 3


async def test_floor_follows_a_chat_from_the_queue_to_its_end() -> None:
    # The 10 s of this story are in one span of five minutes.
    async with desk_in_memory(always_open(), at=BEGAN) as place:
        sue = await joined(place, "Sue", "media", role="supervisor")
        pri = await available(place, "Priya", capacity=1)
        shown = await followed(place, sue)
        customer, chat = await begun(place)
        _, second = await begun(place)
        await looked(place, shown)
        agent = shown.agents[pri.peer.person]
        assert (states(agent), agent["free"], agent["capacity"]) == ([(chat, "owed")], 0, 1)
        media = shown.teams["media"]
        assert (media["waiting"], media["available"], media["seats"], media["seats_taken"]) == (1, 1, 1, 1)

        await pri.command("message.send", chat=chat, text="Good morning")
        await passed(place, 10)
        await looked(place, shown)
        assert states(shown.agents[pri.peer.person]) == [(chat, "waiting_for_customer")]
        await customer.command("message.send", chat=chat, text="Still nothing")
        await looked(place, shown)
        assert states(shown.agents[pri.peer.person]) == [(chat, "waiting_for_agent")]

        await pri.command("chat.close", chat=chat, status="solved", resolution="support_question")
        await place.settle(after_a_while=False)
        await looked(place, shown)
        agent, media = shown.agents[pri.peer.person], shown.teams["media"]
        assert (states(agent), agent["handled"]) == ([(second, "owed")], 1)
        assert (media["waiting"], media["answered"], media["within_target"], media["waits"][-1]) == (0, 1, 1.0, 0)
        assert shown.whole == 1


async def test_supervisor_of_one_team_sees_nothing_of_another() -> None:
    async with desk_in_memory(always_open()) as place:
        fay = await joined(place, "Fay", "finance", role="supervisor")
        both = await available(place, "Bo", "media", "finance")
        await available(place, "Priya", "media")
        _, chat = await begun(place, "media", name="Zoe")
        shown = await followed(place, fay)
        assert (list(shown.teams), list(shown.agents)) == (["finance"], [both.peer.person])
        async with place.http(fay.token) as http:
            answer = (await http.get("/api/floor")).text
        assert chat not in answer and "Zoe" not in answer and "media" not in answer
        assert not any(chat in str(frame) for frame in fay.line.frames)


async def test_floor_is_for_supervisors() -> None:
    async with desk_in_memory(always_open()) as place:
        pri = await available(place, "Priya")
        await pri.refused("forbidden", "floor.follow", version=0)
        await place.desk.floor_followers.sweep()
        assert pri.last("floor") is None


async def test_reader_who_missed_a_frame_gets_a_whole_floor() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", "media", role="supervisor")
        shown = await followed(place, sue)
        await looked(place, shown)
        assert (shown.whole, shown.version) == (1, shown.version)
        await sue.command("floor.follow", version=shown.version)
        shown.read()
        assert shown.whole == 1
        await sue.command("floor.follow", version=0)
        shown.read()
        assert shown.whole == 2


async def test_slow_connection_keeps_one_unsent_frame_and_asks_again() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", "media", role="supervisor")
        shown = await followed(place, sue)
        sue.line.blocked = True
        for _ in range(3):
            await available(place, f"Agent{_}")
            await place.desk.floor_followers.sweep()
        sue.line.blocked = False
        sue.peer.writable()
        newest = sue.newest("floor")
        assert newest["after"] != shown.version
        await sue.command("floor.follow", version=0)
        assert sue.newest("floor")["after"] == 0
        assert len(sue.newest("floor")["agents"]) == 3


async def test_floor_ends_when_nobody_asks_for_it_again() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", "media", role="supervisor")
        shown = await followed(place, sue)
        place.clock.forward(LEASE_MS / 1000 - 1)
        await looked(place, shown)
        version = shown.version
        place.clock.forward(1)
        await looked(place, shown)
        assert shown.version == version > 0


@dataclass(frozen=True)
class Day:
    """Agents, chats that begin, and moments at which everything is counted again."""

    agents: int
    chats: int
    moments: int


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(Day(12, 80, 5), id="short"),
        pytest.param(Day(30, 300, 10), id="long", marks=pytest.mark.soak),
    ],
)
async def test_floor_equals_a_recount_at_moments_of_a_shift(day: Day, opened: Opening) -> None:
    """Whatever happens, the kept floor is what a plain count of the database gives."""
    random = Random(18)
    async with opened("wrap_up_s: 5") as place:
        sue = await joined(place, "Sue", "media", "prod", role="supervisor")
        agents = [
            await available(place, f"Agent{n}", *random.choice([("media",), ("prod",), ("media", "prod")]), capacity=4)
            for n in range(day.agents)
        ]
        shown = await followed(place, sue)
        moments = sorted(random.sample(range(day.chats), day.moments))
        customers: dict[str, Client] = {}
        for step in range(day.chats):
            customer, chat = await begun(place, random.choice(["media", "prod"]))
            customers[chat] = customer
            for _ in range(2):
                await something(place, random, customers, agents)
            if step in moments:
                await passed(place, random.randint(5, 40))
                await sue.command("floor.follow", version=shown.version)
                await looked(place, shown)
                assert_same(shown, await place.desk.storage.read(all_chats), place)
        assert shown.whole == 1


async def something(place: DeskInMemory, random: Random, customers: dict[str, Client], agents: list[Client]) -> None:
    """One of an agent's chats goes on or ends, or a customer leaves."""
    active = [chat for chat in place.desk.open_chats.all() if chat.agent is not None]
    waiting = [chat for chat in place.desk.open_chats.all() if chat.agent is None]
    what = random.random()
    if what < 0.1 and waiting:
        left = random.choice(waiting).id
        await customers[left].command("chat.end", chat=left)
    elif what < 0.15:
        status = random.choice(["available", "available", "away"])
        await random.choice(agents).command("presence.set", status=status)
    elif active:
        chat = random.choice(active)
        agent = next(one for one in agents if one.peer.person == chat.agent)
        if what < 0.4:
            await customers[chat.id].command("message.send", chat=chat.id, text="And now?")
        elif what < 0.7:
            await agent.command("message.send", chat=chat.id, text="One moment")
        elif what < 0.9:
            await agent.command("chat.close", chat=chat.id, status="solved", resolution="support_question")
        else:
            await agent.command("chat.transfer", chat=chat.id, team=random.choice(["media", "prod"]))
    await place.settle(after_a_while=False)


def all_chats(tx: Tx) -> list[ChatRow]:
    return list(tx.session.exec(select(ChatRow)))


def assert_same(shown: Shown, rows: list[ChatRow], place: DeskInMemory) -> None:
    """Count everything again, without the code of the floor."""
    for key, team in shown.teams.items():
        mine = [row for row in rows if row.team == key]
        reasons = Counter(row.closed_reason for row in mine)
        expected = (
            sum(row.state in ("queued", "offered") for row in mine),
            sum(row.first_reply_at is not None for row in mine),
            reasons["abandoned"],
        )
        assert (team["waiting"], team["answered"], team["abandoned"]) == expected
    for staff, agent in shown.agents.items():
        theirs = [row for row in rows if row.agent == staff]
        open_now = {row.id: waits(row) for row in theirs if row.state == "active"}
        assert dict(states(agent)) == open_now
        assert agent["handled"] == sum(row.state == "closed" for row in theirs)
        present = place.desk.routing.floor.get(staff)
        assert present is not None
        assert (agent["status"], agent["free"]) == (present.status, present.free)


def waits(row: ChatRow) -> str:
    if row.reply_owed_since is None:
        return "waiting_for_customer"
    return "owed" if row.agent_reply_at is None else "waiting_for_agent"
