"""What the clocks do to chats and people: the agent who vanishes, the customer who is silent, the reply that is owed,
the queue that flows over; and who goes first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from clock import rfc3339
from routing.adapters.tables import AgentStateRow
from storage.ports import Tx
from tests.running import RunningDesk, eventually
from tests.signing import Site
from tests.stories.routing_desk import Desk, available, begun, heard, kinds, talking, tickets_of

SITE = Site("the secret of a host site that is long enough")


@pytest.fixture
def place(tmp_path: Path, database_url: str | None) -> Desk:
    return Desk(tmp_path, database_url)


async def settled(desk: RunningDesk) -> None:
    """Every sweep has looked at least once at how things stand now."""
    for sweep in (
        desk.desk.clock_jumps.follow,
        desk.desk.absences.sweep,
        desk.desk.offer_deadlines.sweep,
        desk.desk.answered_chats.sweep,
        desk.desk.overflow.sweep,
        desk.desk.wrap_ups.sweep,
    ):
        await sweep()


# -- people who are not there ------------------------------------------------------------------


async def test_an_agent_who_vanishes_loses_their_chats(place: Desk) -> None:
    """After the grace the chat is at the head of the queue, the customer is told, a colleague gets it with its past;
    whoever vanished finds it gone when they are back."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await priya.close()
        assert (await customer.event("chat.presence", chat=chat))["connected"] is False
        place.pass_s(59)
        await settled(desk)
        assert "chat.left" not in kinds(customer, chat)
        place.pass_s(1)
        assert (await customer.event("chat.left", chat=chat))["reason"] == "gone"
        assert (await customer.event("chat.queued", chat=chat))["reason"] == "agent_gone"
        tom = await available(desk, "Tom")
        await tom.event("chat.assigned", chat=chat, by="dispatcher")
        await customer.event("chat.assigned", chat=chat, staff={"id": tom.greeting["staff"], "name": "Tom"})
        back = await desk.staff_again(priya.token)
        assert back.greeting["chats"] == []


async def test_an_agent_who_is_back_in_time_has_lost_nothing(place: Desk) -> None:
    """Within the grace nothing happened; and a restart of the server begins it anew."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await priya.close()
        await customer.event("chat.presence", chat=chat)
        place.pass_s(59)
        back = await desk.staff_again(priya.token)
        place.pass_s(3)
        await settled(desk)
        assert [about["chat"] for about in back.greeting["chats"]] == [chat]
        assert "chat.left" not in kinds(customer, chat)
    place.pass_s(3600)
    async with place.open() as desk:
        place.pass_s(59)
        await settled(desk)
        back = await desk.staff_again(priya.token)
        assert [about["chat"] for about in back.greeting["chats"]] == [chat]


async def test_a_chat_of_who_vanished_goes_ahead_and_back_to_them(place: Desk) -> None:
    """It stands before those who were never answered; and whoever had it gets it again where they are back first."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", capacity=1)
        _, earlier = await begun(desk, "prod")
        customer, chat = await talking(desk, priya)
        _, waiting = await begun(desk)
        await priya.close()
        place.pass_s(60)
        await customer.event("chat.queued", chat=chat)
        assert desk.desk.routing.floor.line("media") == [chat, waiting["chat"]]
        back = await desk.staff_again(priya.token)
        await back.event("chat.assigned", chat=chat)
        assert earlier["position"] == 1


async def test_supervisors_are_told_whose_agent_is_gone(place: Desk) -> None:
    """Those of the team, with whom it is about, and who comes meanwhile; over as soon as somebody has the chat, or the
    customer has left; after a restart it stands as before."""
    async with place.open() as desk:
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        elsewhere = await desk.staff("Pia", role="supervisor", teams=("prod",))
        priya = await available(desk, "Priya")
        danielle = await desk.customer(name="Danielle")
        chat = (await danielle.command("chat.start", team="media", text="SO-448210 takes no dates"))["chat"]
        omar, other = await talking(desk, priya)
        await priya.event("chat.assigned", chat=chat)
        await priya.close()
        await omar.event("chat.presence", chat=other)
        place.pass_s(60)
        gone_at = place.clock()
        told = await renee.event("alarm", kind="agent_gone", chat=chat)
        assert told == {
            "type": "alarm",
            "kind": "agent_gone",
            "team": "media",
            "chat": chat,
            "since": rfc3339(gone_at),
            "customer": "Danielle",
            "staff": {"id": priya.greeting["staff"], "name": "Priya"},
        }
        await renee.event("alarm", kind="agent_gone", chat=other)
        await omar.command("chat.end", chat=other)
        await renee.event("alarm", kind="agent_gone", chat=other, over=True)
        late = await desk.staff("Rita", role="supervisor", teams=("media",))
        assert await late.event("alarm", kind="agent_gone", chat=chat) == told
        tom = await desk.staff("Tom")
        await tom.command("chat.pick", chat=chat)
        assert await late.event("alarm", kind="agent_gone", chat=chat, over=True) == told | {"over": True}
        await tom.close()
        await danielle.event("chat.presence", chat=chat)
        place.pass_s(60)
        again = await renee.event("alarm", chat=chat, staff={"id": tom.greeting["staff"], "name": "Tom"})
        for one in (elsewhere, late):
            await one.command("ping")
        assert not [event for event in elsewhere.events if event["type"] == "alarm" and event["kind"] == "agent_gone"]
    async with place.open() as desk:
        back = await desk.staff_again(renee.token)
        assert await back.event("alarm", kind="agent_gone") == again
        priya = await desk.staff_again(priya.token)
        await priya.event("chat.assigned", chat=chat)
        await back.event("alarm", kind="agent_gone", chat=chat, over=True)


async def test_the_alarm_goes_where_the_chat_goes(place: Desk) -> None:
    """Whose agent is gone and who then flows over to another team: over for the supervisors of the one, and told to
    those of the other, after a restart too."""
    async with place.open("overflow: {to: prod, after_s: 120}") as desk:
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        pia = await desk.staff("Pia", role="supervisor", teams=("prod",))
        await available(desk, "Tom", teams=("prod",), capacity=0)
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        await priya.close()
        await customer.event("chat.presence", chat=chat)
        place.pass_s(60)
        told = await renee.event("alarm", kind="agent_gone", chat=chat)
        place.pass_s(120)
        await renee.event("alarm", kind="agent_gone", chat=chat, over=True)
        assert await pia.event("alarm", kind="agent_gone", chat=chat) == told | {"team": "prod"}
    async with place.open("overflow: {to: prod, after_s: 120}") as desk:
        back = await desk.staff_again(pia.token)
        assert await back.event("alarm", kind="agent_gone", chat=chat) == told | {"team": "prod"}


async def test_who_does_nothing_is_away(place: Desk) -> None:
    """A quarter of an hour of signs of life alone: away by the desk, and told; anything done begins it anew. What the
    agent chose is theirs again by choosing it. All of it is a timeline."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        place.pass_s(899)
        await priya.command("ping")
        await settled(desk)
        assert desk.desk.routing.floor.serving("media") == 1
        place.pass_s(1)
        await priya.command("ping")
        away = await priya.event("presence", by="system")
        assert (away["status"], away["reason"]) == ("away", "Inactive for a while")
        await priya.command("presence.set", status="available")
        place.pass_s(899)
        await priya.ask("chat.resume", chat="none", after=0)
        place.pass_s(899)
        await settled(desk)
        assert desk.desk.routing.floor.serving("media") == 1
        await priya.close()
        await eventually(lambda: desk.desk.routing.floor.serving("media") == 0, "nobody is here")
        await desk.desk.background.settle()

        def timeline(tx: Tx) -> list[tuple[str, str, bool]]:
            query = select(AgentStateRow).order_by(col(AgentStateRow.id))
            return [(row.status, row.set_by, row.connected) for row in tx.session.exec(query)]

        assert await desk.desk.storage.read(timeline) == [
            ("away", "self", True),
            ("available", "self", True),
            ("away", "system", True),
            ("available", "self", True),
            ("available", "self", False),
        ]


async def test_work_on_tickets_is_work(place: Desk) -> None:
    """Whoever writes a ticket over HTTP is there, though their socket says nothing."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        place.pass_s(899)
        request = {"team": "media", "text": "Asked by telephone", "requester": {"email": "dana@northlake.example"}}
        assert (await desk.http(priya.token).post("/api/tickets", json=request)).status_code == 201
        place.pass_s(899)
        await settled(desk)
        assert desk.desk.routing.floor.serving("media") == 1
        place.pass_s(1)
        await priya.event("presence", by="system")


async def test_two_hours_without_a_connection_make_away(place: Desk) -> None:
    """Whoever was available and did not come back is away, whenever they come."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        await priya.close()
        await eventually(lambda: desk.desk.routing.floor.serving("media") == 0, "nobody is here")
        place.pass_s(7199)
        await settled(desk)
        assert (await desk.staff_again(priya.token)).greeting["status"] == "available"
    async with place.open() as desk:
        place.pass_s(7200)
        await settled(desk)
        assert (await desk.staff_again(priya.token)).greeting["status"] == "away"


# -- chats that stand still --------------------------------------------------------------------


async def test_a_silent_customer_is_reminded_warned_and_let_go(place: Desk) -> None:
    """Running only while the last word is ours: told at 5 and at 10 minutes when the chat ends; at 15 it is a ticket.
    What they write begins it anew."""
    async with place.open() as desk:
        priya = await available(desk, "Priya")
        customer, chat = await talking(desk, priya)
        place.pass_s(400)
        await settled(desk)
        assert not [event for event in customer.events if event["type"] == "chat.silent"]
        await priya.command("message.send", chat=chat, text="Which line is it?")
        await customer.event("message", chat=chat, text="Which line is it?")
        place.pass_s(300)
        first = await heard(customer, 1, "chat.silent", chat=chat)
        place.pass_s(300)
        second = await heard(customer, 2, "chat.silent", chat=chat)
        assert first["ends_at"] == second["ends_at"]
        assert not [event for event in priya.events if event["type"] == "chat.silent"]
        await customer.command("message.send", chat=chat, text="Line 3")
        place.pass_s(400)
        await settled(desk)
        await priya.command("message.send", chat=chat, text="Thank you")
        place.pass_s(900)
        assert (await customer.event("chat.closed", chat=chat))["reason"] == "silent"
        assert len(await tickets_of(desk, priya)) == 1


async def test_a_team_that_waits_longer_from_now_on(place: Desk) -> None:
    """What the hours file says while the server runs counts for who is silent already, by how long they have been: not
    reminded before it is time, nor is their seat free; where the new span is over, the chat is."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", capacity=1)
        customer, chat = await talking(desk, priya)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        said = place.clock()
        _, second = await begun(desk)

        async def says(silent_s: tuple[int, int, int]) -> None:
            place.write_hours(f"silent_s: {list(silent_s)}")
            await eventually(lambda: desk.desk.teams.of("media").silent_s == silent_s, "the file is taken up")
            await settled(desk)

        place.pass_s(10)
        await says((300, 600, 1800))
        await customer.command("ping")
        assert not [event for event in customer.events if event["type"] == "chat.silent"]
        assert desk.desk.routing.floor.line("media") == [second["chat"]]
        place.pass_s(290)
        assert (await customer.event("chat.silent", step=1))["ends_at"] == rfc3339(said + 1_800_000)
        await says((100, 200, 400))
        assert (await customer.event("chat.silent", step=2))["ends_at"] == rfc3339(said + 400_000)
        assert desk.desk.routing.floor.line("media") == [second["chat"]]
        await says((100, 200, 300))
        assert (await customer.event("chat.closed", chat=chat))["reason"] == "silent"


async def test_a_silent_customer_holds_no_seat(place: Desk) -> None:
    """After ten minutes the seat is free for another; when they write it is taken again, beyond the capacity, and
    nothing new comes until there is room."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", capacity=1)
        customer, chat = await talking(desk, priya)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        _, second = await begun(desk)
        place.pass_s(599)
        await settled(desk)
        assert not [e for e in priya.events if e["type"] == "chat.assigned" and e["chat"] == second["chat"]]
        place.pass_s(1)
        await priya.event("chat.assigned", chat=second["chat"])
        await customer.command("message.send", chat=chat, text="Line 3")
        await settled(desk)
        third_customer, third = await begun(desk)
        await priya.command("chat.close", chat=second["chat"], status="open")
        await settled(desk)
        resumed = await third_customer.command("chat.resume", chat=third["chat"], after=2)
        assert (resumed["state"], resumed["position"]) == ("queued", 1)
        await priya.command("chat.close", chat=chat, status="open")
        await priya.event("chat.assigned", chat=third["chat"])


async def test_whether_there_is_room_is_told(place: Desk) -> None:
    """A chat that rests is held and takes no seat, one that is wrapped up takes a seat and is not held: colleagues are
    told how many are free."""
    async with place.open("wrap_up_s: 45") as desk:
        priya = await available(desk, "Priya", capacity=1)
        _, chat = await talking(desk, priya)
        await priya.event("presence", held=1, free=0)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        place.pass_s(600)
        await priya.event("presence", held=1, free=1)
        await priya.command("chat.close", chat=chat, status="open")
        await priya.event("presence", held=0, free=0)


async def test_what_is_paused_is_told(place: Desk) -> None:
    """An agent's other devices, those too that come later, know which teams give them nothing; so do supervisors."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", teams=("media", "prod"))
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        assert priya.greeting["paused"] == []
        await priya.command("presence.set", status="available", paused=["prod"])
        for one in (priya, renee):
            await one.event("presence", staff=priya.greeting["staff"], paused=["prod"])
        assert (await desk.staff_again(priya.token)).greeting["paused"] == ["prod"]


async def test_a_first_reply_that_is_owed(place: Desk) -> None:
    """Its agent is reminded after three minutes, the supervisors after six, and after nine a team that wants it so
    passes the chat on: to somebody else, never back."""
    async with place.open("pass_on: true") as desk:
        priya = await available(desk, "Priya")
        tom = await available(desk, "Tom", capacity=0)
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        customer, chat = await talking(desk, priya)
        place.pass_s(180)
        await priya.event("alarm", kind="first_reply", chat=chat)
        await settled(desk)
        assert not [event for event in renee.events if event["type"] == "alarm" and event["kind"] == "first_reply"]
        place.pass_s(180)
        await renee.event("alarm", kind="first_reply", chat=chat)
        late = await desk.staff("Rita", role="supervisor", teams=("media",))
        told = await late.event("alarm", kind="first_reply", chat=chat)
        assert told["staff"] == {"id": priya.greeting["staff"], "name": "Priya"}
        place.pass_s(180)
        assert (await customer.event("chat.left", chat=chat))["reason"] == "no_reply"
        assert (await customer.event("chat.queued", chat=chat))["reason"] == "no_reply"
        for one in (priya, renee, late):
            await one.event("alarm", kind="first_reply", chat=chat, over=True)
        await tom.command("presence.set", status="available", capacity=5)
        await tom.event("chat.assigned", chat=chat)
        await tom.command("message.send", chat=chat, text="Good morning")
        place.pass_s(1)
        await customer.command("message.send", chat=chat, text="At last")
        place.pass_s(800)
        await settled(desk)
        await customer.command("ping")
        assert kinds(customer, chat).count("chat.left") == 1


async def test_wrap_up_time(place: Desk) -> None:
    """After a chat its agent has the team's while for the ticket before the next one comes; a restart begins it
    anew."""
    async with place.open("wrap_up_s: 45") as desk:
        priya = await available(desk, "Priya", capacity=1)
        _, chat = await talking(desk, priya)
        _, second = await begun(desk)
        await priya.command("chat.close", chat=chat, status="open")
        place.pass_s(44)
        await settled(desk)
        assert desk.desk.routing.floor.line("media") == [second["chat"]]
    async with place.open("wrap_up_s: 45") as desk:
        priya = await desk.staff_again(priya.token)
        place.pass_s(44)
        await settled(desk)
        assert desk.desk.routing.floor.line("media") == [second["chat"]]
        place.pass_s(1)
        await priya.event("chat.assigned", chat=second["chat"])


async def test_a_clock_that_is_set(place: Desk) -> None:
    """An hour ahead, then two back: nobody has been gone, silent or asked for that long, and no seat is free for it;
    each clock has its whole time, and then it is over."""
    async with place.open("wrap_up_s: 45", "assign: offer") as desk:
        priya = await available(desk, "Priya", capacity=2)
        tom = await available(desk, "Tom", teams=("prod",))
        silent, chat = await talking(desk, priya)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        _, over = await talking(desk, priya)
        await priya.command("chat.close", chat=over, status="open")
        gone, waiting = await begun(desk)
        await gone.close()
        _, offered = await begun(desk, "prod")
        await tom.event("chat.offered")
        for hours in (1, -2):
            place.clock.jump(hours * 3600)
            await settled(desk)
        assert desk.desk.routing.floor.line("media") == [waiting["chat"]]
        assert desk.desk.picture.offered_to(offered["chat"]) == tom.greeting["staff"]
        assert kinds(silent, chat)[-1] == "message"
        place.pass_s(45)
        await priya.event("chat.assigned", chat=waiting["chat"])
        await eventually(lambda: desk.desk.picture.offered_to(offered["chat"]) is None, "the offer is over")
        place.pass_s(855)
        assert (await silent.event("chat.closed", chat=chat))["reason"] == "silent"


# -- queues ------------------------------------------------------------------------------------


async def test_a_queue_flows_over(place: Desk) -> None:
    """Who waited for the time that the hours file says goes to the other team, once, at their own time of joining."""
    async with place.open("overflow: {to: prod, after_s: 120}", "overflow: {to: media, after_s: 120}") as desk:
        await available(desk, "Priya", capacity=0)
        tom = await available(desk, "Tom", teams=("prod",), capacity=0)
        customer, started = await begun(desk)
        chat = started["chat"]
        place.pass_s(119)
        await settled(desk)
        assert desk.desk.routing.floor.line("media") == [chat]
        place.pass_s(1)
        queued = await customer.event("chat.queued", chat=chat)
        assert (queued["team"], queued["reason"]) == ("prod", "overflow")
        place.pass_s(600)
        await settled(desk)
        assert desk.desk.routing.floor.line("prod") == [chat]
        await tom.command("presence.set", status="available", capacity=1)
        await tom.event("chat.assigned", chat=chat)


async def test_a_full_queue_takes_nobody(place: Desk) -> None:
    """`queue_max` wait: the next is refused before they waste their time, and told how long it would be; a seat that
    is free counts as none who waits."""
    async with place.open("queue_max: 1") as desk:
        await begun(desk)
        other = await desk.customer()
        refused = await other.refused("queue_full", "chat.start", team="media", text="Hello")
        assert refused["wait_s"] is None
        await available(desk, "Priya", capacity=3)
        started = await other.command("chat.start", team="media", text="Hello")
        await other.event("chat.assigned", chat=started["chat"])


async def test_a_chat_that_rings_is_as_good_as_answered(place: Desk) -> None:
    """Whoever rings is told of no wait, and does not count against `queue_max`; who comes behind them with no seat left
    waits for one seat, and there the line is full."""
    async with place.open("", "queue_max: 1, assign: offer") as desk:
        await available(desk, "Tom", teams=("prod",), capacity=2)
        ringing = [await begun(desk, "prod") for _ in range(2)]
        for _, started in ringing:
            await eventually(partial(desk.desk.picture.offered_to, started["chat"]), "it rings")
        behind, waits = await begun(desk, "prod")
        assert waits["position"] == 3 and 0 < waits["wait_s"] < 900
        assert [desk.desk.routing.places("prod")[one["chat"]] for _, one in ringing] == [(1, 0), (2, 0)]
        refused = await (await desk.customer()).refused("queue_full", "chat.start", team="prod", text="Hello")
        assert refused["wait_s"] > waits["wait_s"]
        assert behind.closed is None


async def test_a_queue_is_no_longer_than_it_may_be(place: Desk) -> None:
    """However many start at the same moment, no more than `queue_max` of them wait."""
    async with place.open("queue_max: 3") as desk:
        customers = [await desk.customer() for _ in range(12)]
        for number, customer in enumerate(customers):
            await customer.raw({"type": "chat.start", "id": f"start {number}", "team": "media", "text": "Hello"})
        answers = [await customer.answer(f"start {number}") for number, customer in enumerate(customers)]
        assert [answer.get("code") for answer in answers].count("queue_full") == 9
        assert len(desk.desk.routing.floor.line("media")) == 3


async def test_supervisors_are_alarmed(place: Desk) -> None:
    """A long wait, and a team that nobody works for: told once while it lasts, since when that is so, and when it is
    over."""
    async with place.open() as desk:
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        priya = await desk.staff("Priya")
        await begun(desk)
        ready = place.clock()
        place.pass_s(121)
        assert (await renee.event("alarm", kind="queue", team="media"))["since"] == rfc3339(ready + 120_000)
        place.pass_s(180)
        assert (await renee.event("alarm", kind="unstaffed", team="media"))["since"] == rfc3339(ready)
        await settled(desk)
        assert len([event for event in renee.events if event["type"] == "alarm"]) == 2
        await priya.command("presence.set", status="available")
        for kind in ("queue", "unstaffed"):
            await renee.event("alarm", kind=kind, team="media", over=True)
        assert not [event for event in priya.events if event["type"] == "alarm"]


async def test_the_wait_is_told_and_follows(place: Desk) -> None:
    """Nobody there: no estimate. With seats, one that grows with the place in line, and follows it."""
    async with place.open() as desk:
        customer, started = await begun(desk)
        assert (started["position"], started["wait_s"]) == (1, None)
        priya = await available(desk, "Priya", capacity=1)
        await priya.event("chat.assigned", chat=started["chat"])
        _, first = await begun(desk)
        second_customer, second = await begun(desk)
        assert 0 < first["wait_s"] < second["wait_s"]
        hours = (await desk.http().get("/api/hours")).json()
        told = next(team for team in hours["teams"] if team["team"] == "media")
        assert told["waiting"] == 2 and told["wait_s"] > second["wait_s"]
        await priya.command("chat.close", chat=started["chat"], status="open")
        moved = await second_customer.event("queue.position", position=1)
        assert moved["wait_s"] is not None
        assert customer.closed is None


# -- who goes first ----------------------------------------------------------------------------


async def test_a_vip_goes_ahead_and_a_customer_meets_their_agent_again(place: Desk) -> None:
    """A client marked VIP is answered before who waits longer; and a customer's next chat goes to the agent of their
    last, however much more room another has."""
    async with place.open(identity_secret=SITE.secret) as desk:
        add = partial(
            desk.desk.people.customers.add_client,
            id="northlake",
            name="Northlake",
            domains=["northlake.example"],
            account_team=None,
            vip=True,
            now=0,
        )
        await desk.desk.storage.write(add)
        priya = await desk.staff("Priya", capacity=2)
        _, plain = await begun(desk)
        identity = replace(SITE, audience=desk.settings.base_url).sign("dana", place.clock())
        dana = await desk.customer(identity=identity)
        first = await dana.command("chat.start", team="media", text="Urgent")
        assert first["position"] == 1
        assert desk.desk.routing.floor.line("media") == [first["chat"], plain["chat"]]
        await priya.command("presence.set", status="available")
        await priya.event("chat.assigned", chat=first["chat"])
        await priya.command("chat.close", chat=first["chat"], status="open")
        await available(desk, "Tom", capacity=5)
        again = await dana.command("chat.start", team="media", text="One more")
        await priya.event("chat.assigned", chat=again["chat"])
