"""A network that fills the queues needs proofs, then is refused. Everybody else is served."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from identity import proof_of_work
from routing.admission import BITS_MIN, FREE
from tests.running import Frame
from tests.signing import DESK, Site
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available

SITE = Site("the secret of the media planner that is long enough", "planner")
CROWDED = "127.0.0.9"
LIMITS = "chats=1000/h,commands=1000/10s,connections=1000"


@pytest.fixture
async def desk(database_url: str | None) -> AsyncIterator[DeskInMemory]:
    """Limits on, and queues of which a quarter is one more than the free chats of a network."""
    hours = always_open(*[f"queue_max: {4 * (FREE + 1)}"] * 2)
    secret = f"planner:{SITE.secret}"
    async with desk_in_memory(
        hours, None, database_url, rate_limits=LIMITS, base_url=DESK, identity_secret=secret
    ) as it:
        yield it


async def visitor(desk: DeskInMemory, address: str = CROWDED, **hello: str) -> Client:
    return await desk.customer(address=address, **hello)


async def start(client: Client, team: str = "media", **more: str) -> Frame:
    return await client.ask("chat.start", team=team, text="Hello", **more)


async def crowd(desk: DeskInMemory, count: int = FREE) -> list[Client]:
    """Customers of one address, in two teams, whose chats cost nothing."""
    came = [await visitor(desk) for _ in range(count)]
    for number, client in enumerate(came):
        assert (await start(client, ("media", "prod")[number % 2]))["type"] == "ok"
    return came


def proof_for(refused: Frame) -> str:
    challenge = refused["challenge"]
    return proof_of_work.solve(challenge["challenge"], challenge["bits"])


async def test_network_over_its_free_chats_needs_proofs(desk: DeskInMemory) -> None:
    """Five chats are free, the sixth needs a proof, the seventh is refused. Chats of all teams count."""
    await crowd(desk)
    sixth = await visitor(desk)
    refused = await start(sixth, id="sixth")
    assert (refused["code"], refused["challenge"]["bits"]) == ("proof_needed", BITS_MIN)
    assert (await start(sixth, id="sixth", proof=proof_for(refused)))["state"] == "queued"
    seventh = await start(await visitor(desk))
    assert seventh["code"] == "rate_limited" and seventh["retry_after_s"] > 0
    assert len(desk.floor.waiting_chats("media")) + len(desk.floor.waiting_chats("prod")) == FREE + 1


async def test_others_are_served_while_a_network_is_refused(desk: DeskInMemory) -> None:
    """Other addresses, and identified customers of the same one, whose chats are not counted."""
    await crowd(desk)
    assert (await start(await visitor(desk)))["code"] == "proof_needed"
    assert (await start(await visitor(desk, "127.0.0.10")))["type"] == "ok"
    for number in range(FREE + 2):
        signed = SITE.sign(f"ana{number}", desk.clock())
        assert (await start(await visitor(desk, identity=signed)))["type"] == "ok"
    assert desk.desk.unverified_chats.of_network(CROWDED) == FREE


async def test_ended_or_answered_chat_frees_its_place(desk: DeskInMemory) -> None:
    """An assigned chat counts until its customer writes after the agent."""
    came = await crowd(desk)
    assert (await start(await visitor(desk)))["code"] == "proof_needed"
    chat = next(iter(desk.desk.open_chats.open_of([came[0].greeting["visitor"]])))
    await came[0].command("chat.end", chat=chat)
    again = await visitor(desk)
    assert (await start(again))["type"] == "ok"
    assert (await start(await visitor(desk)))["code"] == "proof_needed"
    agent = await available(desk, "Priya", capacity=1)
    held = agent.newest("chat.assigned")["chat"]
    # Assigned is not enough: a seat without a word from its customer would be free for the taking.
    assert (await start(await visitor(desk)))["code"] == "proof_needed"
    owner = next(one for one in (*came[1:], again) if desk.desk.open_chats.open_of([one.greeting["visitor"]]) == {held})
    await owner.command("message.send", chat=held, text="Anybody there?")
    await agent.command("message.send", chat=held, text="Yes, I am")
    assert (await start(await visitor(desk)))["code"] == "proof_needed"
    await owner.command("message.send", chat=held, text="My export fails")
    assert (await start(await visitor(desk)))["type"] == "ok"


async def test_free_slots_are_not_taken_without_proofs(desk: DeskInMemory) -> None:
    """Even if nobody has to wait. Chats of silent customers count, those of identified customers do not."""
    await available(desk, "Priya", capacity=20)
    codes = []
    for _ in range(FREE + 3):
        codes.append((await start(await visitor(desk))).get("code"))
        await desk.quiet()
    assert codes == [None] * FREE + ["proof_needed"] * 3
    for number in range(FREE + 2):
        signed = SITE.sign(f"ana{number}", desk.clock(), email_verified=None)
        assert (await start(await visitor(desk, identity=signed)))["type"] == "ok"
    assert desk.desk.unverified_chats.of_network(CROWDED) == FREE


async def test_proofs_are_required_earlier_as_the_queue_fills(desk: DeskInMemory) -> None:
    """Up to a quarter of the queue each network has all its free chats, up to half of it two, then everybody solves a
    proof. Identified customers never do."""
    size = 4 * (FREE + 1)
    starts = [await start(await visitor(desk, f"127.0.1.{number}")) for number in range(1, size // 2 + 2)]
    assert all(one["type"] == "ok" for one in starts)
    first = await visitor(desk, "127.0.2.1")
    asked = await start(first)
    assert (asked["code"], asked["challenge"]["bits"]) == ("proof_needed", BITS_MIN)
    assert "your network" not in asked["message"]
    assert (await start(await visitor(desk, "127.0.2.2"), "prod"))["type"] == "ok"
    signed = SITE.sign("ana", desk.clock(), email_verified=None)
    assert (await start(await visitor(desk, "127.0.2.3", identity=signed)))["type"] == "ok"
    assert (await start(first, proof=proof_for(asked)))["type"] == "ok"


async def test_full_queue_is_refused_without_asking_for_a_proof(desk: DeskInMemory) -> None:
    """No proof is computed for nothing."""
    for number in range(4 * (FREE + 1)):
        signed = SITE.sign(f"ana{number}", desk.clock())
        assert (await start(await visitor(desk, identity=signed)))["type"] == "ok"
    for _ in range(FREE):
        assert (await start(await visitor(desk), "prod"))["type"] == "ok"
    assert (await start(await visitor(desk)))["code"] == "queue_full"
    assert (await start(await visitor(desk), "prod"))["code"] == "proof_needed"


async def test_proof_is_valid_for_one_command_of_one_person(desk: DeskInMemory) -> None:
    """Neither for another person nor for a second command."""
    await crowd(desk)
    first, other = await visitor(desk), await visitor(desk)
    refused = await start(first)
    proof = proof_for(refused)
    assert (await start(other, proof=proof))["code"] == "proof_needed"
    assert (await start(first, proof=refused["challenge"]["challenge"] + ":0"))["code"] == "proof_needed"
    started = await start(first, proof=proof, id="second")
    assert started["type"] == "ok"
    await first.command("chat.end", chat=started["chat"])
    assert (await start(first, proof=proof))["code"] == "proof_needed"
    assert (await start(first, id="second"))["dup"] is True


async def test_concurrent_starts_are_counted_one_by_one(desk: DeskInMemory) -> None:
    came = [await visitor(desk) for _ in range(3 * FREE)]
    sent = [(client, client.send("chat.start", team="media", text="Hello")) for client in came]
    codes = [(await client.answer(id_)).get("code") for client, id_ in sent]
    assert codes.count(None) == FREE and codes.count("proof_needed") == 2 * FREE
    assert desk.desk.unverified_chats.of_network(CROWDED) == FREE


async def test_customer_with_an_open_chat_needs_no_proof(desk: DeskInMemory) -> None:
    """The command would be refused anyway."""
    came = await crowd(desk)
    assert (await start(came[0]))["code"] == "already_chatting"


async def test_chat_counts_are_the_same_after_a_restart(desk: DeskInMemory) -> None:
    """One customer has answered, one has not, one was never written to, and one is waiting."""
    agent = await available(desk, "Priya", capacity=3)
    came = [await visitor(desk) for _ in range(3)]
    chats = [(await start(client))["chat"] for client in came]
    await desk.quiet()
    for chat in chats[:2]:
        await agent.command("message.send", chat=chat, text="How can I help?")
    await came[0].command("message.send", chat=chats[0], text="My export fails")
    assert (await start(await visitor(desk)))["type"] == "ok"
    assert desk.desk.unverified_chats.of_network(CROWDED) == 3
    await desk.restart()
    assert desk.desk.unverified_chats.of_network(CROWDED) == 3
    codes = [(await start(await visitor(desk))).get("code") for _ in range(FREE - 2)]
    assert codes == [None] * (FREE - 3) + ["proof_needed"]


async def test_limits_off_ask_for_no_proof(database_url: str | None) -> None:
    """For load tests."""
    async with desk_in_memory(always_open(), None, database_url) as desk:
        await crowd(desk, FREE + 2)


async def test_sixth_ticket_of_a_network_needs_a_proof(desk: DeskInMemory) -> None:
    """Whoever in the network sends it. A proof is valid for one request. Other networks and identified customers are
    not asked."""
    request = {"team": "media", "text": "It fails"}
    for _ in range(FREE):
        async with desk.http((await visitor(desk)).token, CROWDED) as http:
            assert (await http.post("/api/tickets", json=request)).status_code == 201
    vic = await visitor(desk)
    async with desk.http(vic.token, CROWDED) as http:
        refused = await http.post("/api/tickets", json=request, headers={"Idempotency-Key": "one"})
        problem = refused.json()
        assert (refused.status_code, problem["code"], problem["challenge"]["bits"]) == (428, "proof_needed", BITS_MIN)
        proof = proof_for(problem)
        sent = {"Idempotency-Key": "one", "Switchboard-Proof": proof}
        made = await http.post("/api/tickets", json=request, headers=sent)
        assert made.status_code == 201
        again = await http.post("/api/tickets", json=request, headers=sent)
        assert again.json()["number"] == made.json()["number"]
        other = await http.post("/api/tickets", json=request, headers={**sent, "Idempotency-Key": "two"})
        assert other.status_code == 428
        long = await http.post("/api/tickets", json=request, headers={"Switchboard-Proof": "x" * 3000})
        assert long.status_code == 428
    async with desk.http((await visitor(desk, "127.0.0.10")).token, "127.0.0.10") as http:
        assert (await http.post("/api/tickets", json=request)).status_code == 201
    ana = await visitor(desk, identity=SITE.sign("ana", desk.clock(), email_verified=None))
    async with desk.http(ana.token, CROWDED) as http:
        for _ in range(FREE + 1):
            assert (await http.post("/api/tickets", json=request)).status_code == 201


async def test_attempts_without_a_proof_do_not_use_up_the_limit(database_url: str | None) -> None:
    """Others at the same address can still start a chat with a proof."""
    limits = "chats=1/h,commands=10000/10s,connections=1000"
    async with desk_in_memory(always_open(), None, database_url, rate_limits=limits) as desk:
        await crowd(desk)
        stranger = await visitor(desk)
        for _ in range(40):
            assert (await start(stranger))["code"] == "proof_needed"
        other = await visitor(desk)
        assert (await start(other, proof=proof_for(await start(other))))["state"] == "queued"
