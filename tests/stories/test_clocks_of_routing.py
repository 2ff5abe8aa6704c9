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


async def test_disconnected_agent_loses_chats_after_the_grace(place: Desk) -> None:
    """The chat is requeued at the front, the customer is notified, and a colleague gets it with its history. The first
    agent finds it gone on return."""
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


async def test_agent_back_within_the_grace_keeps_chats(place: Desk) -> None:
    """Nothing changes within the grace period. A server restart starts it again."""
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


async def test_requeued_chat_goes_first_and_back_to_its_agent(place: Desk) -> None:
    """It is queued ahead of chats never answered. If its agent returns first, they get it back."""
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


async def test_supervisors_are_alarmed_about_customers_without_their_agent(place: Desk) -> None:
    """Supervisors of the team are alarmed, also those who connect later. The alarm ends once the chat is assigned or
    the customer leaves, and survives a restart."""
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


async def test_agent_gone_alarm_follows_an_overflowing_chat(place: Desk) -> None:
    """When the chat overflows, the alarm ends for the old team's supervisors and starts for the new team's, also after
    a restart."""
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


async def test_idle_agent_becomes_away(place: Desk) -> None:
    """Fifteen minutes of nothing but pings set the agent to auto-away and notify them. Any action restarts the clock.
    The agent's chosen status returns only when chosen again."""
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
        await desk.desk.background_tasks.settle()

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


async def test_ticket_work_over_http_prevents_auto_away(place: Desk) -> None:
    """An agent who edits tickets over HTTP counts as active even if the socket is idle."""
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


async def test_two_hours_without_a_connection_set_an_agent_away(place: Desk) -> None:
    """An agent who was available and stays disconnected that long is away on return."""
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


async def test_silent_customer_is_reminded_warned_and_closed(place: Desk) -> None:
    """The clock runs only while our message is the last. Reminders at 5 and 10 minutes say when the chat ends. At 15 it
    becomes a ticket. A message from the customer restarts it."""
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


async def test_changed_silence_limit_applies_to_customers_already_silent(place: Desk) -> None:
    """A change of the hours file counts the silence so far: no early reminder, no early free slot, and the chat ends
    when the new limit has passed."""
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


async def test_silent_customer_frees_the_slot_after_ten_minutes(place: Desk) -> None:
    """When the customer writes again the slot is taken again, even beyond the capacity. No new chat comes until there
    is a free slot."""
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


async def test_presence_shows_how_many_slots_are_free(place: Desk) -> None:
    """A resting chat is held but takes no slot. A chat in wrap-up takes a slot but is not held."""
    async with place.open("wrap_up_s: 45") as desk:
        priya = await available(desk, "Priya", capacity=1)
        _, chat = await talking(desk, priya)
        await priya.event("presence", held=1, free=0)
        await priya.command("message.send", chat=chat, text="Which line is it?")
        place.pass_s(600)
        await priya.event("presence", held=1, free=1)
        await priya.command("chat.close", chat=chat, status="open")
        await priya.event("presence", held=0, free=0)


async def test_paused_teams_reach_other_devices_and_supervisors(place: Desk) -> None:
    """The agent's other devices, including later ones, and supervisors see which teams are paused."""
    async with place.open() as desk:
        priya = await available(desk, "Priya", teams=("media", "prod"))
        renee = await desk.staff("Renee", role="supervisor", teams=("media",))
        assert priya.greeting["paused"] == []
        await priya.command("presence.set", status="available", paused=["prod"])
        for one in (priya, renee):
            await one.event("presence", staff=priya.greeting["staff"], paused=["prod"])
        assert (await desk.staff_again(priya.token)).greeting["paused"] == ["prod"]


async def test_late_first_response_is_reminded_escalated_and_passed_on(place: Desk) -> None:
    """The agent is reminded after three minutes and supervisors after six. After nine, a team with `pass_on` requeues
    the chat, never back to the same agent."""
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


async def test_wrap_up_delays_the_next_chat(place: Desk) -> None:
    """After a chat the agent has the team's wrap-up time before the next one. A restart starts it again."""
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


async def test_clock_jump_leaves_every_timer_its_full_time(place: Desk) -> None:
    """The clock jumps an hour ahead, then two back. No grace, silence or offer ends early, no slot is freed, and each
    timer then runs its full time."""
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
        assert desk.desk.open_chats.offered_to(offered["chat"]) == tom.greeting["staff"]
        assert kinds(silent, chat)[-1] == "message"
        place.pass_s(45)
        await priya.event("chat.assigned", chat=waiting["chat"])
        await eventually(lambda: desk.desk.open_chats.offered_to(offered["chat"]) is None, "the offer is over")
        place.pass_s(855)
        assert (await silent.event("chat.closed", chat=chat))["reason"] == "silent"


# -- queues ------------------------------------------------------------------------------------


async def test_queue_overflows_to_another_team_once(place: Desk) -> None:
    """A customer who has waited as long as the hours file says moves to the other team, keeping the time they
    joined."""
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


async def test_full_queue_refuses_a_chat_unless_a_slot_is_free(place: Desk) -> None:
    """With `queue_max` waiting, the next start is refused and says the wait time. Customers for whom a slot is free do
    not count as waiting."""
    async with place.open("queue_max: 1") as desk:
        await begun(desk)
        other = await desk.customer()
        refused = await other.refused("queue_full", "chat.start", team="media", text="Hello")
        assert refused["wait_s"] is None
        await available(desk, "Priya", capacity=3)
        started = await other.command("chat.start", team="media", text="Hello")
        await other.event("chat.assigned", chat=started["chat"])


async def test_offered_chat_does_not_count_against_queue_max(place: Desk) -> None:
    """A ringing chat shows no wait time and does not count. The next customer, without a free slot, waits for one slot,
    and then the queue is full."""
    async with place.open("", "queue_max: 1, assign: offer") as desk:
        await available(desk, "Tom", teams=("prod",), capacity=2)
        ringing = [await begun(desk, "prod") for _ in range(2)]
        for _, started in ringing:
            await eventually(partial(desk.desk.open_chats.offered_to, started["chat"]), "it rings")
        behind, waits = await begun(desk, "prod")
        assert waits["position"] == 3 and 0 < waits["wait_s"] < 900
        assert [desk.desk.routing.places("prod")[one["chat"]] for _, one in ringing] == [(1, 0), (2, 0)]
        refused = await (await desk.customer()).refused("queue_full", "chat.start", team="prod", text="Hello")
        assert refused["wait_s"] > waits["wait_s"]
        assert behind.closed is None


async def test_simultaneous_starts_never_exceed_queue_max(place: Desk) -> None:
    """However many chats start at the same moment, at most `queue_max` of them wait."""
    async with place.open("queue_max: 3") as desk:
        customers = [await desk.customer() for _ in range(12)]
        for number, customer in enumerate(customers):
            await customer.raw({"type": "chat.start", "id": f"start {number}", "team": "media", "text": "Hello"})
        answers = [await customer.answer(f"start {number}") for number, customer in enumerate(customers)]
        assert [answer.get("code") for answer in answers].count("queue_full") == 9
        assert len(desk.desk.routing.floor.line("media")) == 3


async def test_long_wait_or_unstaffed_team_alarms_supervisors(place: Desk) -> None:
    """Each alarm is raised once, says since when, and is cleared when it is over."""
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


async def test_wait_estimate_follows_the_queue_position(place: Desk) -> None:
    """Without agents there is no estimate. With slots, it grows with the position and follows it."""
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


async def test_vip_goes_first_and_customer_gets_their_last_agent(place: Desk) -> None:
    """A VIP client is answered before customers who wait longer. A customer's next chat goes to their last agent,
    however many free slots another agent has."""
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
