"""Two processes of one desk on one PostgreSQL database. Here each is a desk of its own in the loop of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from chat.frames.floor import Alarm
from clock import system_clock
from identity.adapters.attempts import PAIR_LIMIT
from server.live.sweeps import Intervals
from server.settings import load
from tests.redis_server import shared_redis
from tests.running import DEADLINE_S, HOURS, Client, RunningDesk, enrol, eventually
from tests.servers import database
from tests.signing import DESK, Site

pytestmark = pytest.mark.scaled

PLANNER = Site("the secret of the media planner that is long enough")
Two = tuple[RunningDesk, RunningDesk]


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as url:
        yield url


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> str | None:
    """None for a desk without Redis."""
    return shared_redis().url if getattr(request, "param", False) else None


BY_REDIS = pytest.mark.parametrize("redis_url", [False, True], ids=["without Redis", "with Redis"], indirect=True)
"""For stories that the bus and the shared limits tell. The other stories are told without Redis."""


@asynccontextmanager
async def process(data: Path, url: str, redis_url: str | None = None) -> AsyncIterator[RunningDesk]:
    data.mkdir()
    secret = "a secret of the tests, long enough for it"
    told = {
        "database_url": url,
        "secret": secret,
        "base_url": DESK,
        "allowed_hosts": "127.0.0.1",
        "identity_secret": PLANNER.secret,
        "redis_url": redis_url,
        "redis_prefix": f"{url.partition('?')[0].rpartition('/')[2]}:",
    }
    settings = load(data=data, hours=HOURS, rate_limits="chats=1/h", upload_reserve="0", **told)
    settings.processes = 2
    # The machine is shared: a slow answer is no outage.
    desk = await RunningDesk(settings, system_clock, Intervals(limits=DEADLINE_S, rights=DEADLINE_S)).start()
    try:
        yield desk
    finally:
        await desk.stop()


def leads(desk: RunningDesk) -> bool:
    return desk.desk.processes is not None and desk.desk.processes.leads()


def is_live(desk: RunningDesk) -> bool:
    return desk.desk.processes is not None and desk.desk.processes.health.state == "live"


def has_one_agent(desk: RunningDesk) -> bool:
    return desk.desk.routing.floor.serving("media") == 1


@pytest.fixture
async def two(tmp_path: Path, database_url: str, redis_url: str | None) -> AsyncIterator[Two]:
    """Two processes. The first one leads."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(tmp_path / "first", database_url, redis_url))
        await eventually(partial(leads, first), "the first process leads")
        second = await stack.enter_async_context(process(tmp_path / "second", database_url, redis_url))
        for desk in (first, second):
            await eventually(partial(is_live, desk), "its bus is live")
        yield first, second


async def chatting(customers: RunningDesk, agents: RunningDesk) -> tuple[Client, Client, str]:
    """A customer and the agent of their chat, each in a process."""
    agent = await agents.staff("Ada")
    await agent.command("presence.set", status="available")
    customer = await customers.customer()
    started = await customer.command("chat.start", team="media", text="Hello")
    chat = started["chat"]
    await agent.event("chat.assigned", chat=chat)
    await customer.event("chat.assigned", chat=chat)
    return customer, agent, chat


@BY_REDIS
@pytest.mark.parametrize("agents", [0, 1], ids=["agent where it leads", "agent elsewhere"])
async def test_customer_and_agent_in_different_processes_exchange_messages(two: Two, agents: int) -> None:
    customer, agent, chat = await chatting(two[1 - agents], two[agents])
    for number in range(3):
        await agent.command("message.send", chat=chat, text=f"answer {number}")
        await customer.event("message", chat=chat, text=f"answer {number}")
        await customer.command("message.send", chat=chat, text=f"question {number}")
        await agent.event("message", chat=chat, text=f"question {number}")
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await customer.event("chat.closed", chat=chat)
    for client in (customer, agent):
        seqs = [event["seq"] for event in client.durable(chat)]
        assert seqs == sorted(set(seqs))


async def test_typing_read_marks_and_pages_reach_the_other_process(two: Two) -> None:
    customer, agent, chat = await chatting(*two)
    await agent.raw({"type": "typing", "chat": chat, "on": True})
    await customer.event("typing", chat=chat, on=True)
    await agent.raw({"type": "typing", "chat": chat, "on": False})
    await customer.event("typing", chat=chat, on=False)
    await customer.raw({"type": "typing", "chat": chat, "on": True, "preview": "I am about to"})
    typed = await agent.event("typing", chat=chat, on=True)
    assert "preview" not in typed
    await customer.raw({"type": "page", "chat": chat, "page": "https://planner.example/plans"})
    await agent.event("page", chat=chat, page="https://planner.example/plans")
    seq = (await agent.command("message.send", chat=chat, text="Hello"))["seq"]
    await customer.event("message", chat=chat, text="Hello")
    await customer.raw({"type": "read", "chat": chat, "upto": seq})
    await agent.event("read", chat=chat, upto=seq)


async def test_customer_who_disconnects_is_shown_to_the_agent_of_another_process(two: Two) -> None:
    customer, agent, chat = await chatting(*two)
    await customer.close()
    await agent.event("chat.presence", chat=chat, connected=False)
    await two[0].customer(customer.token)
    await agent.event("chat.presence", chat=chat, connected=True)


async def test_sign_out_in_one_process_closes_connections_to_the_other(two: Two) -> None:
    """At once: the processes look by themselves later."""
    first, second = two
    id_, token = await enrol(first.desk.storage, "ada@desk.example", "Ada")
    _, admin = await enrol(first.desk.storage, "tobias@desk.example", "Tobias", "admin")
    there = await second.staff_again(token)
    by = await first.desk.people.actor_of_token(admin)
    assert by is not None
    await first.desk.people.sign_out_person(by[0], id_, and_tokens=True)
    assert await there.ended() == 4010
    assert await second.desk.people.actor_of_token(token) is None


async def test_status_that_an_agent_chose_holds_in_every_process(two: Two) -> None:
    """An agent who is connected to both processes counts once."""
    first, second = two
    _, token = await enrol(first.desk.storage, "ada@desk.example", "Ada")
    here, there = await first.staff_again(token), await second.staff_again(token)
    await here.command("presence.set", status="available")
    await there.event("presence", status="available")
    for desk in two:
        await eventually(partial(has_one_agent, desk), "one agent serves the team")
    await here.close()
    await eventually(lambda: not first.desk.hub.connections, "the first connection is gone")
    assert has_one_agent(first) and has_one_agent(second)


async def test_alarms_reach_people_who_connect_to_another_process(two: Two) -> None:
    """Only the leading process knows that Ada owes a response."""
    first, second = two
    ada, token = await enrol(first.desk.storage, "ada@desk.example", "Ada")
    owed = Alarm(kind="first_reply", team="media", since="2026-11-25T12:00:00.000Z", chat="c", customer="Danielle")
    first.desk.alarms.remind(ada, owed)
    there = await second.staff_again(token)
    assert (await there.event("alarm", kind="first_reply"))["since"] == owed.since


async def test_agent_is_told_of_watchers_in_every_process(two: Two) -> None:
    first, second = two
    _, agent, chat = await chatting(first, first)
    ines, joan = await first.staff("Ines", role="supervisor"), await second.staff("Joan", role="supervisor")

    def are_told(*names: str) -> bool:
        told = [event["by"] for event in agent.events if event["type"] == "chat.watched"]
        return bool(told) and [one["name"] for one in told[-1]] == [*names]

    await ines.command("chat.watch", chat=chat)
    await eventually(partial(are_told, "Ines"), "the agent is told of the first")
    await joan.command("chat.watch", chat=chat)
    await eventually(partial(are_told, "Ines", "Joan"), "the agent is told of both")
    await joan.close()
    await eventually(partial(are_told, "Ines"), "the agent is told that one has left")


@BY_REDIS
async def test_what_was_used_in_one_process_is_refused_in_the_other(two: Two) -> None:
    """A signed identity, tries to sign in, the token of a visitor who signed out, and a new chat."""
    jwt = PLANNER.sign("ana", system_clock(), jti="page 1")
    ana = await two[0].customer(identity=jwt)
    assert (await two[1].customer(ana.token, identity=jwt)).greeting["visitor"] == ana.greeting["visitor"]
    await (await two[1].connect("customer")).refused("unauthorized", "hello", identity=jwt)
    await ana.command("chat.start", team="media", text="Hello")
    again = await two[1].customer(ana.token, identity=jwt)
    refused = await again.refused("rate_limited", "chat.start", team="media", text="Once more")
    assert "new chats" in refused["message"]
    wrong = {"email": "nobody@desk.example", "password": "a wrong password"}
    tries = [await two[n % 2].http().post("/api/session", json=wrong) for n in range(PAIR_LIMIT + 2)]
    assert [answer.status_code for answer in tries] == [401] * PAIR_LIMIT + [429] * 2
    vic = await two[0].customer()
    assert (await two[0].http(vic.token).delete("/api/session")).status_code == 204
    assert (await two[1].customer(vic.token)).greeting["visitor"] != vic.greeting["visitor"]


async def test_process_takes_over_when_the_leading_one_stops(tmp_path: Path, database_url: str) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(process(tmp_path / "first", database_url))
        await eventually(partial(leads, first), "the first process leads")
        second = await stack.enter_async_context(process(tmp_path / "second", database_url))
        await eventually(partial(is_live, second), "its bus is live")
        customer, agent, chat = await chatting(second, second)
        assert not leads(second)
        await first.stop()
        await eventually(partial(leads, second), "the second process leads")
        waiting = await second.customer()
        began = await waiting.command("chat.start", team="media", text="Another question")
        await agent.event("chat.assigned", chat=began["chat"])
        await agent.command("message.send", chat=chat, text="Still here")
        await customer.event("message", chat=chat, text="Still here")
