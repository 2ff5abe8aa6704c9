"""Timers and queues of a whole desk: grace, auto-away, silence, wait times, priorities."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlmodel import col, select

from clock import rfc3339
from routing.adapters.tables import AgentStateRow
from storage.ports import Tx
from tests.signing import Site
from tests.stories.conftest import Opening
from tests.stories.people_in_memory import always_open, available, begun, joined, passed, reason

SITE = Site("the secret of a host site that is long enough")


@pytest.mark.parametrize("first", ["Priya", "Tom"])
async def test_chat_lost_to_the_grace_is_requeued_in_front(opened: Opening, first: str) -> None:
    """It comes before chats never answered. The first available agent gets it, be it the one who lost it."""
    async with opened() as place:
        priya = await available(place, "Priya", capacity=1)
        customer, chat = await begun(place)
        _, waiting = await begun(place)
        await place.cut(priya)
        await passed(place, 59)
        assert "chat.left" not in customer.durable(chat)
        await passed(place, 1)
        assert [customer.newest(event)["reason"] for event in ("chat.left", "chat.queued")] == ["gone", "agent_gone"]
        assert place.floor.waiting_chats("media") == [chat, waiting]
        if first == "Tom":
            agent = await available(place, "Tom", capacity=1)
        else:
            agent = await place.staff(priya.token)
            assert agent.greeting["chats"] == []
            await place.settle(after_a_while=False)
        assert agent.newest("chat.assigned", chat=chat)["by"] == "dispatcher"
        staff = {"id": agent.greeting["staff"], "name": first}
        assert customer.newest("chat.assigned")["staff"] == staff


async def test_agent_back_within_the_grace_keeps_chats(opened: Opening) -> None:
    """A restart starts the grace period again."""
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await place.cut(priya)
        await passed(place, 59)
        await place.staff(priya.token)
        await passed(place, 3)
        assert "chat.left" not in customer.durable(chat)
        await place.restart(3600)
        await passed(place, 59)
        back = await place.staff(priya.token)
        assert [about["chat"] for about in back.greeting["chats"]] == [chat]


async def test_agent_gone_alarm_follows_its_chat(opened: Opening) -> None:
    """Supervisors of the chat's team are alarmed, also those who connect later, after an overflow or a restart. The
    alarm ends once the chat is assigned or ended."""
    async with opened("overflow: {to: prod, after_s: 120}") as place:
        renee = await joined(place, "Renee", role="supervisor")
        pia = await joined(place, "Pia", "prod", role="supervisor")
        priya = await available(place, "Priya")
        _, chat = await begun(place, name="Danielle")
        omar, other = await begun(place)
        await place.cut(priya)
        await passed(place, 60)
        alarm = {
            "type": "alarm",
            "kind": "agent_gone",
            "team": "media",
            "chat": chat,
            "since": rfc3339(place.clock()),
            "customer": "Danielle",
            "staff": {"id": priya.greeting["staff"], "name": "Priya"},
        }
        late = await joined(place, "Rita", role="supervisor")
        await place.quiet()
        assert renee.heard("alarm", chat=chat) == late.heard("alarm", chat=chat) == [alarm]
        await omar.command("chat.end", chat=other)
        await place.quiet()
        assert renee.newest("alarm", chat=other)["over"] is True
        assert pia.heard("alarm", kind="agent_gone") == []
        await available(place, "Tom", "prod", capacity=0)
        await passed(place, 120)
        assert renee.newest("alarm", chat=chat) == alarm | {"over": True}
        assert pia.newest("alarm", chat=chat) == alarm | {"team": "prod"}
        await place.restart()
        pia = await place.staff(pia.token)
        await place.quiet()
        assert pia.heard("alarm", kind="agent_gone") == [alarm | {"team": "prod"}]
        await (await joined(place, "Bo", "prod")).command("chat.pick", chat=chat)
        await place.quiet()
        assert pia.newest("alarm", chat=chat)["over"] is True


async def test_next_reply_is_overdue_from_the_customers_message_also_after_a_restart(opened: Opening) -> None:
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        await customer.command("message.send", chat=chat, text="The third")
        await passed(place, 200)
        await place.restart()
        priya = await place.staff(priya.token)
        await place.customer(customer.token)
        await passed(place, 99)
        assert priya.heard("alarm", kind="next_reply") == []
        await passed(place, 1)
        assert priya.newest("alarm", kind="next_reply")["chat"] == chat


async def test_idle_agent_becomes_away(opened: Opening) -> None:
    """After fifteen minutes of nothing but pings. Commands and ticket work over HTTP count as activity. The chosen
    status returns only when chosen again."""
    async with opened() as place:
        priya = await available(place, "Priya")

        async def still_available_after(seconds: int) -> bool:
            await passed(place, seconds)
            return place.floor.serving("media") == 1

        assert await still_available_after(899)
        await priya.command("ping")
        assert not await still_available_after(1)
        away = priya.newest("presence")
        assert (away["status"], away["by"], away["reason"]) == ("away", "system", "Inactive for a while")
        await priya.command("presence.set", status="available")
        assert await still_available_after(899)
        await priya.refused("not_found", "chat.resume", chat="none", after=0)
        assert await still_available_after(899)
        request = {"team": "media", "text": "Asked by telephone", "requester": {"email": "dana@northlake.example"}}
        async with place.http(priya.token) as http:
            assert (await http.post("/api/tickets", json=request)).status_code == 201
        assert await still_available_after(899)
        await place.cut(priya)
        await place.quiet()

        def timeline(tx: Tx) -> list[tuple[str, str, bool]]:
            query = select(AgentStateRow).order_by(col(AgentStateRow.id))
            return [(row.status, row.set_by, row.connected) for row in tx.session.exec(query)]

        assert await place.desk.storage.read(timeline) == [
            ("away", "self", True),
            ("available", "self", True),
            ("away", "system", True),
            ("available", "self", True),
            ("available", "self", False),
        ]


async def test_two_hours_without_a_connection_set_an_agent_away(opened: Opening) -> None:
    """A restart starts the time again."""
    async with opened() as place:
        priya = await available(place, "Priya")
        await place.cut(priya)
        await passed(place, 7199)
        assert (await place.staff(priya.token)).greeting["status"] == "available"
        await place.restart()
        await passed(place, 7199)
        assert place.floor.agents()[0].status == "available"
        await passed(place, 1)
        assert (await place.staff(priya.token)).greeting["status"] == "away"


async def test_silent_customer_is_reminded_and_the_chat_closed(opened: Opening) -> None:
    """The clock runs only while staff wrote last. Reminders at 5 and 10 minutes say when the chat ends; they go to the
    customer alone. At 15 it becomes a ticket. A message from the customer restarts the clock."""
    async with opened() as place:
        priya = await available(place, "Priya")
        customer, chat = await begun(place)
        await passed(place, 400)
        assert customer.heard("chat.silent") == []
        await priya.command("message.send", chat=chat, text="Which line is it?")
        ends_at = rfc3339(place.clock() + 900_000)
        await passed(place, 300)
        await passed(place, 300)
        assert [(event["step"], event["ends_at"]) for event in customer.heard("chat.silent")] == [
            (1, ends_at),
            (2, ends_at),
        ]
        assert priya.heard("chat.silent") == []
        await customer.command("message.send", chat=chat, text="Line 3")
        await passed(place, 400)
        await priya.command("message.send", chat=chat, text="Thank you")
        await passed(place, 899)
        assert reason(customer) is None
        await passed(place, 1)
        assert reason(customer) == "silent"
        async with place.http(priya.token) as http:
            assert len((await http.get("/api/tickets")).json()["tickets"]) == 1


async def test_changed_silence_limit_applies_to_customers_already_silent(opened: Opening) -> None:
    """The new time counts from the same moment. A longer one ends no chat early, a shorter one at once."""
    async with opened() as place:
        priya = await available(place, "Priya", capacity=1)
        customer, chat = await begun(place)
        _, second = await begun(place)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        said = place.clock()

        async def silent_s(*limits: int) -> None:
            await place.rewrite_hours(always_open(f"silent_s: {list(limits)}"))
            await place.settle(after_a_while=True)

        await passed(place, 10)
        await silent_s(300, 600, 1800)
        assert customer.heard("chat.silent") == []
        await passed(place, 290)
        assert customer.newest("chat.silent", step=1)["ends_at"] == rfc3339(said + 1_800_000)
        await silent_s(100, 200, 400)
        assert customer.newest("chat.silent", step=2)["ends_at"] == rfc3339(said + 400_000)
        assert place.floor.waiting_chats("media") == [second]
        await silent_s(100, 200, 300)
        assert reason(customer) == "silent"


async def test_presence_shows_how_many_slots_are_free(opened: Opening) -> None:
    """A chat whose customer is silent for ten minutes is held but takes no slot until they write again. A chat in
    wrap-up takes a slot but is not held."""
    async with opened("wrap_up_s: 45") as place:
        priya = await available(place, "Priya", capacity=1)

        async def slots(seconds: int = 0) -> tuple[int, int]:
            await passed(place, seconds)
            presence = priya.newest("presence")
            return presence["held"], presence["free"]

        customer, chat = await begun(place)
        assert await slots() == (1, 0)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        assert await slots(599) == (1, 0)
        assert await slots(1) == (1, 1)
        _, second = await begun(place)
        assert await slots() == (2, 0)
        await customer.command("message.send", chat=chat, text="Line 3")
        await place.settle(after_a_while=False)
        assert place.floor.agents()[0].seats_taken == 2
        await priya.command("chat.close", chat=second, status="open")
        await priya.command("chat.close", chat=chat, status="open")
        assert await slots() == (0, 0)
        assert await slots(45) == (0, 1)


async def test_paused_teams_reach_other_devices_and_supervisors(opened: Opening) -> None:
    async with opened() as place:
        priya = await available(place, "Priya", "media", "prod")
        renee = await joined(place, "Renee", role="supervisor")
        assert priya.greeting["paused"] == []
        await priya.command("presence.set", status="available", paused=["prod"])
        await place.quiet()
        for client in (priya, renee):
            assert client.newest("presence", staff=priya.greeting["staff"])["paused"] == ["prod"]
        assert (await place.staff(priya.token)).greeting["paused"] == ["prod"]


async def test_full_queue_refuses_a_chat_unless_a_slot_is_free(opened: Opening) -> None:
    """Without an agent, the refusal gives no wait time. Customers for whom a slot is free do not count as waiting."""
    async with opened("queue_max: 1") as place:
        await begun(place)
        other = await place.customer()
        assert (await other.refused("queue_full", "chat.start", team="media", text="Hello"))["wait_s"] is None
        await available(place, "Priya", capacity=3)
        await other.command("chat.start", team="media", text="Hello")
        await place.quiet()
        assert other.last("chat.assigned") is not None


async def test_offered_chat_does_not_count_against_queue_max(opened: Opening) -> None:
    """A ringing chat shows no wait time and does not count. The next customer, without a free slot, waits for one slot,
    and then the queue is full."""
    async with opened("", "queue_max: 1, assign: offer") as place:
        await available(place, "Tom", "prod", capacity=2)
        ringing = [(await begun(place, "prod"))[1] for _ in range(2)]
        waits = await (await place.customer()).command("chat.start", team="prod", text="Hello")
        assert waits["position"] == 3 and 0 < waits["wait_s"] < 900
        assert [place.desk.routing.places("prod")[chat] for chat in ringing] == [(1, 0), (2, 0)]
        refused = await (await place.customer()).refused("queue_full", "chat.start", team="prod", text="Hello")
        assert refused["wait_s"] > waits["wait_s"]


async def test_simultaneous_starts_never_exceed_queue_max(opened: Opening) -> None:
    async with opened("queue_max: 3") as place:
        customers = [await place.customer() for _ in range(12)]
        sent = [(one, one.send("chat.start", team="media", text="Hello")) for one in customers]
        answers = [await one.answer(id_) for one, id_ in sent]
        assert [answer.get("code") for answer in answers].count("queue_full") == 9
        assert len(place.floor.waiting_chats("media")) == 3


async def test_wait_estimate_follows_the_queue_position(opened: Opening) -> None:
    """Without agents there is no estimate. With slots, it grows with the position and follows it."""
    async with opened() as place:
        started = await (await place.customer()).command("chat.start", team="media", text="Hello")
        assert (started["position"], started["wait_s"]) == (1, None)
        priya = await available(place, "Priya", capacity=1)
        first = await (await place.customer()).command("chat.start", team="media", text="Hello")
        customer = await place.customer()
        second = await customer.command("chat.start", team="media", text="Hello")
        assert 0 < first["wait_s"] < second["wait_s"]
        async with place.http(customer.token) as http:
            media = (await http.get("/api/hours")).json()["teams"][0]
        assert (media["team"], media["waiting"]) == ("media", 2)
        assert media["wait_s"] > second["wait_s"]
        await priya.command("chat.close", chat=started["chat"], status="open")
        await passed(place, 0)
        assert 0 < customer.newest("queue.position", position=1)["wait_s"] <= second["wait_s"]


async def test_vip_goes_first_and_customer_gets_their_last_agent(opened: Opening) -> None:
    """A VIP client is answered before customers who wait longer. A customer's next chat goes to their last agent,
    however many free slots another agent has."""
    async with opened(identity_secret=SITE.secret) as place:
        add = partial(
            place.desk.people.customers.add_client,
            id="northlake",
            name="Northlake",
            domains=["northlake.example"],
            account_team=None,
            vip=True,
            now=0,
        )
        await place.desk.storage.write(add)
        priya = await joined(place, "Priya", capacity=2)
        _, plain = await begun(place)
        identity = replace(SITE, audience=place.desk.settings.base_url).sign("dana", place.clock())
        dana, first = await begun(place, identity=identity)
        assert place.floor.waiting_chats("media") == [first, plain]
        await priya.command("presence.set", status="available")
        await place.quiet()
        assert priya.newest("chat.assigned", chat=first)["about"]["vip"] is True
        closed = await priya.command("chat.close", chat=first, status="open")
        async with place.http(priya.token) as http:
            assert (await http.get(f"/api/tickets/{closed['ticket']}")).json()["vip"] is True
        async with place.http(dana.token) as http:
            assert "vip" not in (await http.get(f"/api/tickets/{closed['ticket']}")).json()
        await available(place, "Tom", capacity=5)
        again = await dana.command("chat.start", team="media", text="One more")
        await place.quiet()
        assert priya.last("chat.assigned", chat=again["chat"]) is not None
