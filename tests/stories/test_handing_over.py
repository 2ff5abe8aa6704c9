"""How chats change hands: offered, accepted, let pass, picked, handed on, taken over; from all sides."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clock import rfc3339
from tests.running import Client, eventually
from tests.stories.routing_desk import Desk, available, begun, heard, kinds, talking, tickets_of

OFFERS = "assign: offer, offer_s: 30"


@pytest.fixture
def place(tmp_path: Path, database_url: str | None) -> Desk:
    return Desk(tmp_path, database_url)


async def test_offered_chat_is_accepted_with_its_history(place: Desk) -> None:
    """The agent is offered the chat with a deadline while the customer waits first in the queue. Accepting gives the
    chat with its history, and repeating the command repeats the answer."""
    async with place.open(OFFERS) as desk:
        agent = await available(desk, "Priya")
        customer, started = await begun(desk)
        chat = started["chat"]
        offered = await agent.event("chat.offered")
        assert (offered["about"]["chat"], offered["about"]["state"]) == (chat, "offered")
        resumed = await customer.command("chat.resume", chat=chat, after=2)
        assert (resumed["state"], resumed["position"]) == ("offered", 1)
        accepted = await agent.command("chat.accept", id="mine", chat=chat)
        assert accepted["about"]["chat"] == chat and accepted["about"]["state"] == "active"
        assert kinds(agent, chat) == ["chat.started", "message"]
        assert (await customer.event("chat.assigned", chat=chat))["by"] == "accept"
        again = await agent.again("mine", "chat.accept", chat=chat)
        assert (again["seq"], again["dup"], again["about"]["chat"]) == (accepted["seq"], True, chat)
        await agent.command("message.send", chat=chat, text="Good morning")
        await customer.event("message", chat=chat, text="Good morning")


async def test_declined_or_missed_offer_goes_to_the_next_agent(place: Desk) -> None:
    """One agent declines and the next misses the deadline. The third is asked, and neither of the others again. The
    agent who missed it is notified."""
    async with place.open(OFFERS) as desk:
        agents = {name: await available(desk, name) for name in ("Ada", "Bo", "Cy")}
        _, started = await begun(desk)
        chat = started["chat"]
        first = await asked(agents)
        declined = await first.command("chat.decline", chat=chat)
        assert declined["chat"] == chat
        second = await asked(agents, besides=[first])
        place.pass_s(30)
        assert (await second.event("chat.withdrawn", chat=chat))["reason"] == "passed"
        third = await asked(agents, besides=[first, second])
        for other in (first, second):
            await other.refused("conflict", "chat.accept", chat=chat)
        place.pass_s(30)
        await third.event("chat.withdrawn", chat=chat)
        # Nobody is left to ask: it waits, for somebody new or for who picks it.
        fourth = await available(desk, "Dee")
        await fourth.event("chat.offered")
        assert all(len([e for e in one.events if e["type"] == "chat.offered"]) == 1 for one in agents.values())


async def asked(agents: dict[str, Client], besides: list[Client] | None = None) -> Client:
    """The one to whom the chat is offered now."""
    others = [one for one in agents.values() if one not in (besides or [])]

    def offered() -> list[Client]:
        return [one for one in others if any(event["type"] == "chat.offered" for event in one.events)]

    await eventually(offered, "an offer")
    (one,) = offered()
    return one


async def test_agent_who_misses_two_offers_becomes_away(place: Desk) -> None:
    """Two missed offers set the agent to auto-away and notify them. No chat waits for them any longer."""
    async with place.open(OFFERS) as desk:
        agent = await available(desk, "Priya")
        for number in (1, 2):
            await begun(desk)
            await heard(agent, number, "chat.offered")
            place.pass_s(30)
            await heard(agent, number, "chat.withdrawn")
        presence = await agent.event("presence", by="system")
        assert (presence["status"], presence["reason"]) == ("away", "Missed two chats")
        back = await desk.staff_again(agent.token)
        facts = ("status", "reason", "since", "by")
        assert [back.greeting[fact] for fact in facts] == [presence[fact] for fact in facts]
        await back.command("presence.set", status="away")
        assert (await desk.staff_again(agent.token)).greeting["by"] == "self"


async def test_offer_to_an_agent_who_leaves_moves_on_at_once(place: Desk) -> None:
    """An agent who disconnects or goes away cannot answer. The next is asked, and the first may be asked again."""
    async with place.open(OFFERS) as desk:
        ada = await available(desk, "Ada")
        _, started = await begun(desk)
        await ada.event("chat.offered")
        bo = await available(desk, "Bo")
        await ada.command("presence.set", status="away")
        assert (await ada.event("chat.withdrawn"))["reason"] == "withdrawn"
        await bo.event("chat.offered")
        await ada.command("presence.set", status="available")
        await bo.close()
        await heard(ada, 2, "chat.offered")
        await ada.command("chat.accept", chat=started["chat"])


async def test_withdrawn_offer_says_why(place: Desk) -> None:
    """The agent is told whether a colleague picked the chat or the customer ended it."""
    async with place.open(OFFERS) as desk:
        ada = await available(desk, "Ada")
        bo = await desk.staff("Bo")
        _, started = await begun(desk)
        await ada.event("chat.offered")
        picked = await bo.command("chat.pick", chat=started["chat"])
        assert picked["about"]["chat"] == started["chat"]
        assert (await ada.event("chat.withdrawn"))["reason"] == "taken"
        other, second = await begun(desk)
        await heard(ada, 2, "chat.offered")
        await other.command("chat.end", chat=second["chat"])
        assert (await ada.event("chat.withdrawn", chat=second["chat"]))["reason"] == "ended"


async def test_offer_is_lost_on_restart_and_made_again(place: Desk) -> None:
    """After a restart the returning agent is offered the chat anew, with nothing counted against them."""
    async with place.open(OFFERS) as desk:
        agent = await available(desk, "Priya")
        customer, started = await begun(desk)
        await agent.event("chat.offered")
        token, visitor = agent.token, customer.token
    async with place.open(OFFERS) as desk:
        customer = await desk.customer(visitor)
        assert customer.greeting["chats"][0]["state"] == "queued"
        agent = await desk.staff_again(token)
        await agent.event("chat.offered")
        await agent.command("chat.accept", chat=started["chat"])


async def test_chat_is_picked_by_one_agent_beyond_capacity(place: Desk) -> None:
    """Any status but offline may pick, also beyond the capacity. The history comes first. Of two picks at once one
    succeeds."""
    async with place.open() as desk:
        ada, bo = await desk.staff("Ada", capacity=0), await desk.staff("Bo")
        customer, started = await begun(desk)
        chat = started["chat"]
        await ada.command("presence.set", status="offline")
        await ada.refused("conflict", "chat.pick", chat=chat)
        await ada.command("presence.set", status="away")
        answers = await asyncio.gather(ada.ask("chat.pick", chat=chat), bo.ask("chat.pick", chat=chat))
        assert sorted(answer.get("code", "ok") for answer in answers) == ["conflict", "ok"]
        assert (await customer.event("chat.assigned", chat=chat))["by"] == "pick"
        winner = ada if answers[0]["type"] == "ok" else bo
        assert kinds(winner, chat) == ["chat.started", "message"]
        elsewhere = await desk.staff_again(winner.token)
        await elsewhere.command("chat.resume", chat=chat, after=0)
        assert (await elsewhere.event("chat.assigned", by="pick"))["about"]["chat"] == chat
        await (await desk.staff("Eve", teams=("prod",))).refused("not_found", "chat.pick", chat=chat)


async def test_chat_transferred_to_a_team_keeps_its_join_time(place: Desk) -> None:
    """The note is for staff. The customer sees who left and the new queue. The chat is queued by its own join time and
    never returns to the sender, who gets no more events of another team's chat."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", teams=("media", "prod"))
        customer, chat = await talking(desk, priya)
        await priya.command("presence.set", status="available", paused=["prod"])
        place.pass_s(5)
        _, later = await begun(desk, "prod")
        await priya.command("presence.set", status="available", paused=[])
        await priya.event("chat.assigned", chat=later["chat"])
        handed_on = await priya.command("chat.transfer", chat=chat, team="prod", note="Knows the order")
        queued = await customer.event("chat.queued", chat=chat)
        assert (queued["team"], queued["reason"], queued["seq"]) == ("prod", "transferred", handed_on["seq"])
        assert kinds(customer, chat)[-3:] == ["chat.left", "chat.transferred", "chat.queued"]
        assert "to_staff" not in await customer.event("chat.transferred", chat=chat)
        tom = await available(desk, "Tom", teams=("prod",))
        await tom.event("chat.assigned", chat=chat)
        assert (await tom.event("note", chat=chat))["text"] == "Knows the order"
        assert "note" not in kinds(customer, chat)


async def test_requeued_customer_is_sent_the_same_position_again(place: Desk) -> None:
    """First in the queue, answered, then requeued: the position is sent again although it is unchanged."""
    async with place.open() as desk:
        priya = await desk.staff("Priya")
        customer, started = await begun(desk)
        await customer.event("queue.position", chat=started["chat"], position=1)
        await priya.command("presence.set", status="available")
        await priya.event("chat.assigned", chat=started["chat"])
        await eventually(
            lambda: any(not e["queues"][0]["waiting"] for e in priya.events if e["type"] == "queues"), "told"
        )
        await priya.command("chat.transfer", chat=started["chat"], team="media")
        await heard(customer, 2, "queue.position", chat=started["chat"], position=1)


async def test_transfer_to_a_foreign_team_ends_the_sender_access(place: Desk) -> None:
    """The transfer is confirmed. From then on the agent sees nothing of that chat."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await priya.command("chat.transfer", chat=chat, team="prod")
        tom = await available(desk, "Tom", teams=("prod",))
        await tom.event("chat.assigned", chat=chat)
        before = len(priya.durable(chat))
        await tom.command("message.send", chat=chat, text="Hello, I am Tom")
        await customer.event("message", chat=chat, text="Hello, I am Tom")
        await priya.command("ping")
        assert len(priya.durable(chat)) == before
        await priya.refused("not_found", "chat.resume", chat=chat, after=0)


async def test_transfer_to_an_available_colleague_is_immediate(place: Desk) -> None:
    """The colleague needs a free slot and gets the history first. Each colleague who cannot take it is a clear
    refusal."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await priya.refused("invalid", "chat.transfer", chat=chat)
        await priya.refused("invalid", "chat.transfer", chat=chat, team="prod", staff=priya.greeting["staff"])
        await priya.refused("invalid", "chat.transfer", chat=chat, staff=priya.greeting["staff"])
        await priya.refused("invalid", "chat.transfer", chat=chat, staff="nobody")
        await priya.refused("invalid", "chat.transfer", chat=chat, team="sales")
        await priya.refused("team_closed", "chat.transfer", chat=chat, team="finance")
        tom = await desk.staff("Tom")
        name = tom.greeting["staff"]
        away = await priya.refused("conflict", "chat.transfer", chat=chat, staff=name)
        assert away["message"] == "Tom isn't available right now."
        await tom.command("presence.set", status="available", capacity=0)
        full = await priya.refused("conflict", "chat.transfer", chat=chat, staff=name)
        assert full["message"] == "Tom has no free slot right now."
        await tom.command("presence.set", status="available", capacity=1)
        await tom.refused("forbidden", "chat.transfer", chat=chat, team="prod")
        await priya.command("chat.transfer", chat=chat, staff=name)
        await tom.event("chat.assigned", chat=chat, by="transfer")
        assert kinds(customer, chat)[-3:] == ["chat.left", "chat.transferred", "chat.assigned"]
        await priya.refused("forbidden", "message.send", chat=chat, text="One more thing")
        await tom.command("message.send", chat=chat, text="Hello, I am Tom")


async def test_transfer_to_a_colleague_not_accepted_goes_to_the_queue(place: Desk) -> None:
    """Where the team offers chats, a transfer is an offer too. If it is missed, the chat goes to the front of that
    queue and the sender is notified."""
    async with place.open(OFFERS) as desk:
        priya = await available(desk, "Priya")
        customer, started = await begun(desk)
        chat = started["chat"]
        await priya.event("chat.offered")
        await priya.command("chat.accept", chat=chat)
        tom = await available(desk, "Tom")
        await priya.command("chat.transfer", chat=chat, staff=tom.greeting["staff"])
        await tom.event("chat.offered")
        await priya.command("presence.set", status="away")
        await begun(desk)
        place.pass_s(30)
        assert (await priya.event("chat.withdrawn", chat=chat))["reason"] == "unanswered"
        assert (await customer.event("chat.queued", chat=chat))["reason"] == "declined"
        resumed = await customer.command("chat.resume", chat=chat, after=0)
        assert (resumed["state"], resumed["position"]) == ("queued", 1)


async def is_offered(client: Client, chat: str) -> None:
    """Somebody may accept this chat, and knows of it."""
    await eventually(
        lambda: any(event["type"] == "chat.offered" and event["about"]["chat"] == chat for event in client.events),
        f"{chat} is offered; heard {client.events}",
    )


async def test_transfer_sender_is_notified_of_the_outcome(place: Desk) -> None:
    """The answer has the deadline to accept. Then the sender learns that the colleague accepted, somebody else was
    faster, or the customer left. An immediate transfer has nothing to accept."""
    async with place.open(OFFERS) as desk:
        priya = await desk.staff("Priya", teams=("media", "prod"))
        tom = await available(desk, "Tom")
        bo = await desk.staff("Bo")
        for outcome in ("accepted", "taken", "ended"):
            customer, started = await begun(desk)
            chat = started["chat"]
            await priya.command("chat.pick", chat=chat)
            asked = await priya.command("chat.transfer", id=outcome, chat=chat, staff=tom.greeting["staff"])
            assert asked["expires_at"] == rfc3339(place.clock() + 30_000)
            assert (await priya.again(outcome, "chat.transfer", chat=chat))["expires_at"] == asked["expires_at"]
            await is_offered(tom, chat)
            if outcome == "accepted":
                await tom.command("chat.accept", chat=chat)
            elif outcome == "taken":
                await bo.command("chat.pick", chat=chat)
            else:
                await customer.command("chat.end", chat=chat)
            assert (await priya.event("chat.withdrawn", chat=chat))["reason"] == outcome
        assert not [event for event in tom.events if event.get("reason") == "accepted"]
        await priya.command("presence.set", status="available")
        _, chat = await talking(desk, priya, "prod")
        ada = await available(desk, "Ada", teams=("prod",))
        assert "expires_at" not in await priya.command("chat.transfer", chat=chat, staff=ada.greeting["staff"])


async def test_supervisor_takes_over_a_chat(place: Desk) -> None:
    """The previous agent leaves, the customer is notified and the audit has it. An agent may not take over."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await (await desk.staff("Bo")).refused("forbidden", "chat.take", chat=chat)
        renee = await desk.staff("Renee", role="supervisor", teams=())
        taken = await renee.command("chat.take", chat=chat)
        assert taken["about"]["chat"] == chat
        assert (await priya.event("chat.left", chat=chat))["reason"] == "taken"
        assert (await customer.event("chat.left", chat=chat))["who"]["name"] == "Priya"
        assert [event["by"] for event in customer.durable(chat) if event["type"] == "chat.assigned"] == [
            "dispatcher",
            "take",
        ]
        await priya.refused("forbidden", "message.send", chat=chat, text="Still here")
        await renee.command("message.send", chat=chat, text="I take over")
        await renee.refused("conflict", "chat.take", chat=chat)
        closed = await renee.command("chat.close", chat=chat, status="solved", resolution="support_question")
        (ticket,) = await tickets_of(desk, renee)
        assert (ticket["number"], ticket["assignee"]["name"]) == (closed["ticket"], "Renee")


async def test_simultaneous_picks_have_one_winner(place: Desk) -> None:
    """Each chat has one agent, and that agent was answered `ok`."""
    async with place.open() as desk:
        staff = [await desk.staff(name, role="supervisor", teams=("media",)) for name in ("Ada", "Bo", "Cy")]
        for _ in range(30):
            customer, started = await begun(desk)
            answers = await asyncio.gather(*(one.ask("chat.pick", chat=started["chat"]) for one in staff))
            assert [answer["type"] for answer in answers].count("ok") == 1
            (winner,) = (one for one, answer in zip(staff, answers, strict=True) if answer["type"] == "ok")
            assigned = await customer.event("chat.assigned", chat=started["chat"])
            assert assigned["staff"]["id"] == winner.greeting["staff"]
            await customer.command("chat.end", chat=started["chat"])
