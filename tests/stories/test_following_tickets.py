"""Tickets live: what followers get, in order and once, and what people hear of their tickets without following."""

from __future__ import annotations

from sqlalchemy import update

from storage.ports import Tx
from tests.running import Frame, RunningDesk, eventually
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import available, begun
from ticketing.adapters.tables import TicketEventRow

HOURS = """\
timezone: UTC
schedules:
  always: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: always}
  prod: {name: Prod, schedule: always}
"""


async def asked(place: DeskInMemory, customer: Client) -> int:
    """The number of a new ticket of this customer."""
    answer = await place.http(customer.token).post("/api/tickets", json={"team": "media", "text": "Dates are wrong"})
    number: int = answer.json()["number"]
    return number


async def reply(place: DeskInMemory, client: Client, number: int, text: str, **more: object) -> Frame:
    answer = await place.http(client.token).post(f"/api/tickets/{number}/replies", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    ticket: Frame = answer.json()
    await place.quiet()
    return ticket


async def change(place: DeskInMemory, client: Client, number: int, **wanted: object) -> None:
    (await place.http(client.token).patch(f"/api/tickets/{number}", json=wanted)).raise_for_status()
    await place.quiet()


async def unread(place: DeskInMemory, client: Client) -> list[int]:
    """Of each ticket in their list."""
    answer = await place.http(client.token).get("/api/tickets")
    return [ticket["unread"] for ticket in answer.json()["tickets"]]


def story(client: Client, number: int) -> list[tuple[str, int, int, str | None]]:
    """Type, `seq`, `prev` and text of the ticket's own events, as they came."""
    events = [f for f in client.line.frames if f.get("ticket") == number and "prev" in f]
    return [(f["type"], f["seq"], f["prev"], f.get("text")) for f in events]


async def test_follower_gets_what_was_missed_and_what_comes_in_order_and_once() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        number = await asked(place, customer)
        await reply(place, agent, number, "Which dates?")

        assert (await customer.command("ticket.follow", ticket=number, after=0))["seq"] == 2
        await place.quiet()
        await reply(place, agent, number, "For colleagues", public=False)
        await reply(place, agent, number, "Never mind")
        assert story(customer, number) == [
            ("ticket.reply", 1, 0, "Dates are wrong"),
            ("ticket.reply", 2, 1, "Which dates?"),
            ("ticket.reply", 4, 2, "Never mind"),
        ]
        await agent.command("ticket.follow", ticket=number, after=2)
        await place.quiet()
        assert story(agent, number) == [("ticket.note", 3, 2, "For colleagues"), ("ticket.reply", 4, 3, "Never mind")]


async def test_follower_gets_changed_properties_that_they_may_see() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer(email="olga@northlake.example")
        number = await asked(place, customer)
        for follower in (agent, customer):
            await follower.command("ticket.follow", ticket=number, after=0)
        await place.quiet()
        await change(place, agent, number, status="solved", resolution="set_up")
        for follower in (agent, customer):
            changed = follower.newest("ticket.changed", ticket=number)["changed"]
            assert (changed["status"], changed["resolution"]) == ("solved", "set_up")
            assert "subject" not in changed and "transcript" not in changed
        await change(place, agent, number, external_ref="PROD-7")
        assert agent.newest("ticket.changed", ticket=number)["changed"]["external_ref"] == "PROD-7"
        assert "external_ref" not in customer.newest("ticket.changed", ticket=number)["changed"]


async def test_customer_who_follows_nothing_hears_of_a_reply_and_how_much_is_unread() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer, stranger = await available(place, "Priya"), await place.customer(), await place.customer()
        number = await asked(place, customer)
        await reply(place, agent, number, "Which dates?")
        news = customer.newest("ticket.news", ticket=number)
        assert (news["unread"], news["seq"], news["last"]["text"]) == (1, 2, "Which dates?")
        assert stranger.heard("ticket.news") == []
        again = await place.customer(customer.token)
        assert again.greeting["tickets"] == [{"ticket": number, "status": "open", "seq": 2, "unread": 1}]


async def test_ticket_read_in_one_window_is_read_in_all_and_stays_read() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        number = await asked(place, customer)
        await reply(place, agent, number, "Which dates?")
        other = await place.customer(customer.token)
        assert await unread(place, customer) == [1] and await unread(place, agent) == [0]
        await customer.command("ticket.follow", ticket=number, after=0)
        await place.quiet()
        customer.tell("ticket.read", ticket=number, upto=2)
        await place.quiet()
        assert other.newest("ticket.news", ticket=number)["unread"] == 0
        assert await unread(place, customer) == [0]
        await place.restart()
        assert (await place.customer(customer.token)).greeting["tickets"][0]["unread"] == 0


async def test_follower_of_a_ticket_that_leaves_their_teams_is_told_and_gets_nothing_more() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, colleague = await available(place, "Priya"), await available(place, "Mateo", "media", "prod")
        customer = await place.customer()
        number = await asked(place, customer)
        await agent.command("ticket.follow", ticket=number, after=1)
        await place.quiet()
        await change(place, colleague, number, team="prod")
        assert len(agent.heard("ticket.gone", ticket=number)) == 1
        await reply(place, colleague, number, "Only Prod sees this", public=False)
        assert story(agent, number) == []
        await agent.refused("not_found", "ticket.follow", ticket=number, after=0)


async def test_follower_is_not_sent_a_text_that_was_removed_meanwhile() -> None:
    """The line takes nothing while the reply is written and removed."""
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        number = await asked(place, customer)
        await customer.command("ticket.follow", ticket=number, after=1)
        await place.quiet()
        customer.line.blocked = True
        http = place.http(agent.token)
        (await http.post(f"/api/tickets/{number}/replies", json={"text": "secret 4711"})).raise_for_status()
        wanted = {"of": 2, "reason": "a password"}
        (await http.post(f"/api/tickets/{number}/redactions", json=wanted)).raise_for_status()
        customer.line.blocked = False
        customer.peer.writable()
        await place.quiet()
        assert story(customer, number) == [("ticket.reply", 2, 1, None), ("ticket.redacted", 3, 2, None)]
        assert "4711" not in str(customer.line.frames)


async def test_follower_hears_of_a_text_that_was_removed_from_the_chat() -> None:
    """A colleague reads the ticket, and has no part in the chat."""
    async with desk_in_memory(HOURS) as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        said = await customer.command("message.send", chat=chat, text="secret 4711")
        number = (await agent.command("chat.close", chat=chat, status="open"))["ticket"]
        reader = await available(place, "Mateo")
        await reader.command("ticket.follow", ticket=number, after=0)
        await place.quiet()
        await customer.command("message.redact", chat=chat, of=said["seq"], reason="a password")
        await place.quiet()
        version = reader.newest("ticket.changed", ticket=number)["version"]
        ticket = (await place.http(reader.token).get(f"/api/tickets/{number}")).json()
        assert ticket["version"] == version
        assert "4711" not in str(ticket)


async def test_follower_of_a_ticket_that_cannot_be_read_is_closed_to_come_back() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        number = await asked(place, customer)

        def spoil(tx: Tx) -> None:
            tx.session.connection().execute(update(TicketEventRow).values(body="{}"))

        # The news of the new ticket read its events too.
        await place.quiet()
        await place.desk.storage.write(spoil)
        await agent.command("ticket.follow", ticket=number, after=0)
        await eventually(lambda: agent.line.closed, "the connection is closed")
        assert agent.line.closed == 4103


async def test_staff_on_a_ticket_see_each_other_and_who_writes() -> None:
    async with desk_in_memory(HOURS) as place:
        priya, mateo, customer = (
            await available(place, "Priya"),
            await available(place, "Mateo"),
            await place.customer(),
        )
        number = await asked(place, customer)
        for follower in (priya, mateo, customer):
            await follower.command("ticket.follow", ticket=number, after=0)
        mateo.tell("ticket.writing", ticket=number, on=True)
        await place.quiet()
        assert [(one["name"], one["writing"]) for one in priya.newest("ticket.presence")["staff"]] == [
            ("Mateo", True),
            ("Priya", False),
        ]
        await place.cut(mateo)
        assert [one["name"] for one in priya.newest("ticket.presence")["staff"]] == ["Priya"]
        assert customer.heard("ticket.presence") == []


async def test_stranger_cannot_follow_and_a_place_behind_the_end_is_refused() -> None:
    async with desk_in_memory(HOURS) as place:
        customer, stranger = await place.customer(), await place.customer()
        number = await asked(place, customer)
        await stranger.refused("not_found", "ticket.follow", ticket=number, after=0)
        await stranger.refused("not_found", "ticket.unfollow", ticket=number)
        await customer.refused("invalid", "ticket.follow", ticket=number, after=2)


async def test_reply_on_a_grown_story_is_held_until_sent_anyway() -> None:
    """Two colleagues answer at once. The second learns what the first wrote, and nothing of theirs is stored before."""
    async with desk_in_memory(HOURS) as place:
        priya, mateo = await available(place, "Priya"), await available(place, "Mateo")
        customer = await place.customer()
        number = await asked(place, customer)
        await reply(place, mateo, number, "Fixed it", seen=1)
        http, theirs = place.http(priya.token), f"/api/tickets/{number}/replies"
        held = await http.post(theirs, json={"text": "It cannot be fixed", "seen": 1})
        assert (held.status_code, held.json()["code"]) == (409, "conflict")
        assert [(event["from"]["name"], event["text"]) for event in held.json()["since"]] == [("Mateo", "Fixed it")]
        assert len((await http.get(f"/api/tickets/{number}")).json()["transcript"]) == 2
        await reply(place, priya, number, "It cannot be fixed", seen=1, anyway=True)
        # Their own text does not hold the next one.
        await reply(place, priya, number, "Sorry, it can", seen=2)
        refused = await place.http(customer.token).post(theirs, json={"text": "Thanks", "seen": 0})
        assert refused.json()["fields"].keys() == {"seen"}


async def test_reply_takes_a_ticket_that_is_nobodys_and_no_other() -> None:
    async with desk_in_memory(HOURS) as place:
        priya, mateo = await available(place, "Priya"), await available(place, "Mateo")
        customer = await place.customer()
        number = await asked(place, customer)
        first = await reply(place, mateo, number, "Which dates?", take=True, status="open")
        second = await reply(place, priya, number, "The ones in May?", take=True)
        assert (first["assignee"]["name"], second["assignee"]["name"]) == ("Mateo", "Mateo")
        refused = await place.http(customer.token).post(
            f"/api/tickets/{number}/replies", json={"text": "Mine", "take": True}
        )
        assert refused.json()["fields"].keys() == {"take"}


async def test_events_of_followed_tickets_are_as_published(desk: RunningDesk) -> None:
    """Each kind of event, over sockets that compare every frame with the published description."""
    agent, supervisor = await desk.staff("Priya", teams=("media",)), await desk.staff("Sofia", role="supervisor")
    customer = await desk.customer(email="olga@northlake.example")
    staff = desk.http(agent.token)
    asking = await desk.http(customer.token).post("/api/tickets", json={"team": "media", "text": "Dates are wrong"})
    number = asking.json()["number"]
    for follower in (agent, supervisor, customer):
        await follower.command("ticket.follow", ticket=number, after=0)
        await follower.event("ticket.reply", ticket=number, seq=1)
    for text, public in (("Which dates?", True), ("They are late again", False)):
        said = {"text": text, "public": public}
        (await staff.post(f"/api/tickets/{number}/replies", json=said)).raise_for_status()
    await supervisor.event("ticket.note", ticket=number, seq=3)
    removal = {"of": 2, "reason": "It was a password"}
    (await staff.post(f"/api/tickets/{number}/redactions", json=removal)).raise_for_status()
    await customer.event("ticket.redacted", ticket=number, of=2)
    await supervisor.raw({"type": "ticket.writing", "ticket": number, "on": True})
    await agent.event("ticket.presence", ticket=number)
    (await staff.patch(f"/api/tickets/{number}", json={"status": "solved", "resolution": "set_up"})).raise_for_status()
    await customer.event("ticket.changed", ticket=number)
    (await desk.http(supervisor.token).patch(f"/api/tickets/{number}", json={"team": "prod"})).raise_for_status()
    await agent.event("ticket.gone", ticket=number)
    await customer.command("ticket.unfollow", ticket=number)
    await customer.event("ticket.news", ticket=number)
