"""How chats change hands: offered, picked, transferred, taken over, handed back."""

from __future__ import annotations

import asyncio

from clock import rfc3339
from tests.stories.conftest import Opening
from tests.stories.people_in_memory import available, begun, joined, open_chat, passed

OFFERS = "assign: offer, offer_s: 30"
PASSES_ON = "pass_on: true, first_reply_s: 60"
FEED = ["chat.started", "message"]


async def test_offered_chat_is_accepted_with_its_history(opened: Opening) -> None:
    """While it is offered, the customer waits first in the queue. Repeating the command repeats the answer."""
    async with opened(OFFERS) as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        about = agent.newest("chat.offered")["about"]
        assert (about["chat"], about["state"]) == (chat, "offered")
        resumed = await customer.command("chat.resume", chat=chat, after=2)
        assert (resumed["state"], resumed["position"]) == ("offered", 1)
        accepted = await agent.command("chat.accept", id="mine", chat=chat)
        assert (accepted["about"]["chat"], accepted["about"]["state"]) == (chat, "active")
        await place.quiet()
        assert agent.durable(chat) == FEED
        assert customer.newest("chat.assigned", chat=chat)["by"] == "accept"
        again = await agent.command("chat.accept", id="mine", chat=chat)
        assert (again["seq"], again["dup"], again["about"]["chat"]) == (accepted["seq"], True, chat)


async def test_chat_is_picked_by_one_agent_beyond_capacity(opened: Opening) -> None:
    """Any status but offline may pick, also beyond the capacity. The history comes first, also to another device. Of
    two picks at once one succeeds. An agent of another team does not find the chat."""
    async with opened() as place:
        ada, bo = await joined(place, "Ada", capacity=0), await joined(place, "Bo")
        customer, chat = await begun(place)
        await ada.command("presence.set", status="offline")
        await ada.refused("conflict", "chat.pick", chat=chat)
        await ada.command("presence.set", status="away")
        answers = await asyncio.gather(ada.ask("chat.pick", chat=chat), bo.ask("chat.pick", chat=chat))
        assert sorted(answer.get("code", "ok") for answer in answers) == ["conflict", "ok"]
        await place.quiet()
        assert customer.newest("chat.assigned", chat=chat)["by"] == "pick"
        winner = ada if answers[0]["type"] == "ok" else bo
        assert winner.durable(chat) == FEED
        elsewhere = await place.staff(winner.token)
        await elsewhere.command("chat.resume", chat=chat, after=0)
        assert elsewhere.newest("chat.assigned", by="pick")["about"]["chat"] == chat
        await (await joined(place, "Eve", "prod")).refused("not_found", "chat.pick", chat=chat)


async def test_chat_transferred_to_a_team_keeps_its_join_time(opened: Opening) -> None:
    """The note is for staff. The customer sees who left and the new queue. The chat is queued by its own join time."""
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await passed(place, 5)
        _, later = await begun(place, "prod")
        transferred = await priya.command("chat.transfer", chat=chat, team="prod", note="Knows the order")
        await place.quiet()
        queued = customer.newest("chat.queued", chat=chat)
        assert (queued["team"], queued["reason"], queued["seq"]) == ("prod", "transferred", transferred["seq"])
        assert customer.durable(chat)[-3:] == ["chat.left", "chat.transferred", "chat.queued"]
        assert "to_staff" not in customer.newest("chat.transferred", chat=chat)
        assert place.floor.waiting_chats("prod") == [chat, later]
        tom = await available(place, "Tom", "prod")
        assert tom.newest("note", chat=chat)["text"] == "Knows the order"
        assert "note" not in customer.durable(chat)


async def test_transfer_to_a_foreign_team_ends_the_sender_access(opened: Opening) -> None:
    """The transfer is confirmed. From then on the agent sees nothing of that chat."""
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await priya.command("chat.transfer", chat=chat, team="prod")
        tom = await available(place, "Tom", "prod")
        before = priya.durable(chat)
        await tom.command("message.send", chat=chat, text="Hello, I am Tom")
        await place.quiet()
        assert customer.last("message", text="Hello, I am Tom") is not None
        assert priya.durable(chat) == before
        await priya.refused("not_found", "chat.resume", chat=chat, after=0)


async def test_requeued_customer_is_sent_the_same_position_again(opened: Opening) -> None:
    """First in the queue, answered, then requeued: the position is sent again although it is unchanged. Without an
    agent who may take the chat the wait is unknown. The sender may still pick it."""
    async with opened() as place:
        customer, chat = await begun(place)
        priya = await available(place, "Priya")
        before = len(customer.heard("queue.position", position=1))
        await priya.command("chat.transfer", chat=chat, team="media")
        await passed(place, 2)
        assert open_chat(place, chat) == ("queued", "media", None)
        resumed = await customer.command("chat.resume", chat=chat, after=0)
        told = customer.heard("queue.position")[before:]
        assert [(event["position"], event["wait_s"]) for event in (*told[-1:], resumed)] == [(1, None)] * 2
        await priya.command("chat.pick", chat=chat)


async def test_transfer_to_an_available_colleague_is_immediate(opened: Opening) -> None:
    """The colleague gets the history first, and the sender loses the chat."""
    async with opened() as place:
        priya, tom = await available(place, "Priya"), await joined(place, "Tom", capacity=1)
        customer, chat = await begun(place)
        await tom.command("presence.set", status="available")
        await tom.refused("forbidden", "chat.transfer", chat=chat, team="prod")
        transferred = await priya.command("chat.transfer", chat=chat, staff=tom.greeting["staff"])
        await place.quiet()
        assert "expires_at" not in transferred
        assert tom.last("chat.assigned", chat=chat, by="transfer") is not None
        assert customer.durable(chat)[-3:] == ["chat.left", "chat.transferred", "chat.assigned"]
        await priya.refused("forbidden", "message.send", chat=chat, text="One more thing")
        await tom.command("message.send", chat=chat, text="Hello, I am Tom")


async def test_transfer_sender_is_notified_of_the_outcome(opened: Opening) -> None:
    """Where the team offers chats, a transfer is an offer too. The answer has the deadline to accept. Then the sender
    learns that the colleague accepted, somebody else was faster, the customer left, or nobody accepted: that chat goes
    to the front of the queue."""
    async with opened(OFFERS) as place:
        priya, bo = await joined(place, "Priya"), await joined(place, "Bo")
        tom = await available(place, "Tom")
        for outcome in ("accepted", "taken", "ended", "unanswered"):
            customer, chat = await begun(place)
            await priya.command("chat.pick", chat=chat)
            asked = await priya.command("chat.transfer", id=outcome, chat=chat, staff=tom.greeting["staff"])
            assert asked["expires_at"] == rfc3339(place.clock() + 30_000)
            again = await priya.command("chat.transfer", id=outcome, chat=chat)
            assert again["expires_at"] == asked["expires_at"]
            await place.quiet()
            assert tom.newest("chat.offered")["about"]["chat"] == chat
            if outcome == "accepted":
                await tom.command("chat.accept", chat=chat)
            elif outcome == "taken":
                await bo.command("chat.pick", chat=chat)
            elif outcome == "ended":
                await customer.command("chat.end", chat=chat)
            else:
                _, behind = await begun(place)
                await passed(place, 30)
                assert customer.newest("chat.queued")["reason"] == "declined"
                assert place.floor.waiting_chats("media") == [chat, behind]
            await place.quiet()
            assert priya.newest("chat.withdrawn", chat=chat)["reason"] == outcome
        assert not tom.heard("chat.withdrawn", reason="accepted")


async def test_supervisor_takes_over_a_chat(opened: Opening) -> None:
    """The previous agent leaves, and the customer is notified. The ticket is the supervisor's. An agent may not take
    over."""
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await (await joined(place, "Bo")).refused("forbidden", "chat.take", chat=chat)
        renee = await joined(place, "Renee", role="supervisor")
        taken = await renee.command("chat.take", chat=chat)
        assert taken["about"]["chat"] == chat
        await place.quiet()
        assert priya.newest("chat.left", chat=chat)["reason"] == "taken"
        assert customer.newest("chat.left", chat=chat)["who"]["name"] == "Priya"
        assert [event["by"] for event in customer.heard("chat.assigned", chat=chat)] == ["dispatcher", "take"]
        await priya.refused("forbidden", "message.send", chat=chat, text="Still here")
        await renee.command("message.send", chat=chat, text="I take over")
        await renee.refused("conflict", "chat.take", chat=chat)
        closed = await renee.command("chat.close", chat=chat, status="solved", resolution="support_question")
        async with place.http(renee.token) as http:
            (ticket,) = (await http.get("/api/tickets")).json()["tickets"]
        assert (ticket["number"], ticket["assignee"]["name"]) == (closed["ticket"], "Renee")


async def test_chat_transferred_back_returns_to_the_first_agent(opened: Opening) -> None:
    """The agent who transferred it may get it again, because somebody else has had it meanwhile: after a transfer back,
    or once that colleague's grace is over."""
    async with opened() as place:
        ada, fin = await available(place, "Ada"), await available(place, "Fin", "prod")
        _, chat = await begun(place)
        await ada.command("chat.transfer", chat=chat, team="prod")
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "prod", fin.greeting["staff"])
        await fin.command("chat.transfer", chat=chat, team="media")
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        bo = await available(place, "Bo")
        await ada.command("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        await place.cut(bo)
        await passed(place, 61)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_late_first_response_with_no_other_agent_keeps_the_chat(opened: Opening) -> None:
    """The chat is passed on only when another agent is available: to the colleague who comes."""
    async with opened(PASSES_ON) as place:
        ada = await available(place, "Ada", capacity=3)
        customer, chat = await begun(place)
        await passed(place, 600)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        assert customer.last("chat.left") is None
        bo = await available(place, "Bo")
        await passed(place, 1)
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])
        assert [customer.newest(event)["reason"] for event in ("chat.left", "chat.queued")] == ["no_reply"] * 2


async def test_transferred_chat_owes_a_first_response_of_the_new_agent(opened: Opening) -> None:
    """When the customer writes to the new agent, that agent is reminded, then supervisors are, also those who connect
    later, and the chat is finally passed on. After a first response, later messages are not a first response."""
    async with opened(PASSES_ON) as place:
        ada = await available(place, "Ada")
        renee = await joined(place, "Renee", role="supervisor")
        customer, chat = await begun(place)
        await ada.command("message.send", chat=chat, text="Good morning")
        bo = await available(place, "Bo")
        await ada.command("chat.transfer", chat=chat, staff=bo.greeting["staff"])
        await passed(place, 600)
        await customer.command("message.send", chat=chat, text="Hello Bo?")
        since = rfc3339(place.clock())
        await passed(place, 59)
        assert not bo.heard("alarm")
        await passed(place, 1)
        (alarm,) = bo.heard("alarm", kind="first_reply", chat=chat)
        staff = {"id": bo.greeting["staff"], "name": "Bo"}
        assert ("over" in alarm, alarm["since"], alarm["staff"]) == (False, since, staff)
        assert not renee.heard("alarm", kind="first_reply")
        await passed(place, 60)
        late = await joined(place, "Rita", role="supervisor")
        await place.quiet()
        assert renee.heard("alarm", chat=chat) == late.heard("alarm", chat=chat) == [alarm]
        assert open_chat(place, chat) == ("active", "media", bo.greeting["staff"])
        await passed(place, 60)
        await passed(place, 1)
        assert [one.newest("alarm", staff=staff).get("over") for one in (bo, renee, late)] == [True] * 3
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await ada.command("message.send", chat=chat, text="Back again")
        await customer.command("message.send", chat=chat, text="Thank you")
        await passed(place, 600)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_next_response_is_owed_from_the_first_unanswered_word(opened: Opening) -> None:
    """Agent and supervisors, also those who connect later, are alerted at the team's target. A reply ends it."""
    async with opened("next_reply_s: 60") as place:
        ada = await available(place, "Ada")
        renee = await joined(place, "Renee", role="supervisor")
        customer, chat = await begun(place)
        await ada.command("message.send", chat=chat, text="Good morning")
        await customer.command("message.send", chat=chat, text="What of the invoice?")
        since = rfc3339(place.clock())
        await passed(place, 30)
        await customer.command("message.send", chat=chat, text="Hello?")
        await passed(place, 29)
        assert not ada.heard("alarm", chat=chat)
        await passed(place, 1)
        late = await joined(place, "Rita", role="supervisor")
        await place.quiet()
        (alarm,) = ada.heard("alarm", chat=chat)
        assert (alarm["kind"], alarm["team"], alarm["since"]) == ("next_reply", "media", since)
        assert alarm["staff"] == {"id": ada.greeting["staff"], "name": "Ada"}
        assert renee.heard("alarm", chat=chat) == late.heard("alarm", chat=chat) == [alarm]
        await ada.command("message.send", chat=chat, text="It is paid")
        await passed(place, 1)
        assert [one.newest("alarm", chat=chat).get("over") for one in (ada, renee, late)] == [True] * 3


async def test_next_response_clock_stops_while_the_customer_is_gone(opened: Opening) -> None:
    """The agent reads in the details since when the customer waits, without their absence."""
    async with opened("next_reply_s: 60") as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        await ada.command("message.send", chat=chat, text="Good morning")
        await customer.command("message.send", chat=chat, text="What of the invoice?")
        asked = place.clock()
        await passed(place, 40)
        await place.cut(customer)
        await passed(place, 600)
        assert not ada.heard("alarm", chat=chat)
        back = await place.customer(customer.token)
        await place.quiet()
        await passed(place, 19)
        assert not ada.heard("alarm", chat=chat)
        about = (await ada.command("chat.resume", chat=chat, after=0))["about"]
        assert about["reply_owed_since"] == rfc3339(asked + 600_000)
        await passed(place, 1)
        assert ada.newest("alarm", chat=chat)["kind"] == "next_reply"
        await back.command("message.send", chat=chat, text="Hello?")
