"""The list of a customer's conversations: what it says of each ticket, whose it is, and how news of it arrive."""

from __future__ import annotations

from collections.abc import Awaitable

from identity.actor import SYSTEM
from storage.ports import Tx
from tests.running import Frame
from tests.signing import DESK, HostSettings, Site
from tests.stories.client_in_memory import Client
from tests.stories.counting import Work, counted
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import available
from tests.stories.test_following_tickets import HOURS, asked, reply
from ticketing.ticket import Requester
from ticketing.wanted import Opening

PLANNER = Site("the secret of the media planner that is long enough", "planner")
SIGNED: HostSettings = {"base_url": DESK, "identity_secret": f"{PLANNER.kid}:{PLANNER.secret}"}
STATEMENTS_MAX = 10
"""For a greeting, and for a page, of more tickets than this."""


async def chatted(place: DeskInMemory, agent: Client, customer: Client, *texts: str, **about: int) -> int:
    """The number of the ticket of a chat in which the agent says these texts."""
    chat = (await customer.command("chat.start", team="media", text="Hello", **about))["chat"]
    await place.quiet()
    for text in texts:
        await agent.command("message.send", chat=chat, text=text)
    await agent.command("note.add", chat=chat, text="For colleagues only")
    closed = await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    await place.quiet()
    number: int = closed["ticket"]
    return number


async def listed(place: DeskInMemory, customer: Client, **query: str) -> Frame:
    answer = await place.http(customer.token).get("/api/tickets", params=query)
    assert answer.status_code == 200, answer.text
    page: Frame = answer.json()
    return page


async def numbers_of(place: DeskInMemory, customer: Client) -> set[int]:
    return {ticket["number"] for ticket in (await listed(place, customer))["tickets"]}


async def test_list_has_the_last_words_of_the_ticket_or_of_its_chats(database_url: str | None) -> None:
    async with desk_in_memory(HOURS, database_url=database_url) as place:
        agent, customer = await available(place, "Priya"), await place.customer(name="Olga")
        number = await chatted(place, agent, customer, "Reload the page", "Does it work?")
        (ticket,) = (await listed(place, customer))["tickets"]
        assert (ticket["last"]["text"], ticket["last"]["from"]["name"]) == ("Does it work?", "Priya")
        assert (ticket["chats"], ticket["live"]) == (1, None) and "seq" not in ticket["last"]

        await reply(place, customer, number, "No")
        await reply(place, agent, number, "For colleagues", public=False)
        (ticket,) = (await listed(place, customer))["tickets"]
        assert (ticket["last"]["text"], ticket["last"]["from"]["kind"], ticket["last"]["seq"]) == ("No", "customer", 1)

        chat = (await customer.command("chat.start", team="media", text="Again", ticket=number))["chat"]
        (ticket,) = (await listed(place, customer))["tickets"]
        assert (ticket["chats"], ticket["live"]) == (1, chat)


async def test_list_does_not_show_a_redacted_text() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        number = await asked(place, customer)
        await reply(place, agent, number, "Which dates?")
        redacted = await place.http(agent.token).post(
            f"/api/tickets/{number}/redactions", json={"of": 2, "reason": "A password"}
        )
        assert redacted.status_code == 200, redacted.text
        (ticket,) = (await listed(place, customer))["tickets"]
        assert (ticket["last"]["seq"], ticket["last"]["text"], ticket["last"]["files"]) == (2, None, 0)


async def test_list_of_staff_has_no_last_words() -> None:
    async with desk_in_memory(HOURS) as place:
        agent, customer = await available(place, "Priya"), await place.customer()
        await asked(place, customer)
        (ticket,) = (await listed(place, agent))["tickets"]
        assert not {"last", "chats", "live"} & set(ticket)


async def test_visitor_sees_the_conversations_of_this_browser_and_a_proven_account_all() -> None:
    """The account in another browser sees all of the account, and nobody sees those of others."""
    async with desk_in_memory(HOURS, **SIGNED) as place:
        here, stranger = await place.customer(), await place.customer()
        before, somebodys = await asked(place, here), await asked(place, stranger)
        assert await numbers_of(place, here) == {before}

        ana = await place.customer(here.token, identity=PLANNER.sign("ana", place.clock()))
        as_ana = await asked(place, ana)
        assert await numbers_of(place, ana) == {before, as_ana}
        elsewhere = await place.customer(identity=PLANNER.sign("ana", place.clock()))
        assert as_ana in await numbers_of(place, elsewhere)
        assert somebodys not in await numbers_of(place, elsewhere)
        assert await numbers_of(place, await place.customer(identity=PLANNER.sign("ben", place.clock()))) == set()


async def test_news_reach_a_requester_known_only_by_a_proven_address() -> None:
    """Somebody who only claims the address hears nothing."""
    async with desk_in_memory(HOURS, **SIGNED) as place:
        agent = await available(place, "Priya")
        claims = await place.customer(email="ana@northlake.example")
        wanted = {"team": "media", "text": "Dates", "requester": {"email": "ana@northlake.example"}}
        made = await place.http(agent.token).post("/api/tickets", json=wanted)
        assert made.status_code == 201 and made.json()["requester"]["id"] is None, made.text
        number = made.json()["number"]
        ana = await place.customer(identity=PLANNER.sign("ana", place.clock()))
        await reply(place, agent, number, "Which dates?")
        assert ana.newest("ticket.news", ticket=number)["last"]["text"] == "Which dates?"
        assert claims.heard("ticket.news") == []


async def test_two_hundred_conversations_come_page_by_page_once_each() -> None:
    async with desk_in_memory(HOURS) as place:
        customer = await place.customer()
        asker, now = Requester(customer.greeting["visitor"], "Olga", None), place.clock()
        opening = Opening(channel="form", team="media", by=SYSTEM, requester=asker, at=now, created_at=now)

        def opened(tx: Tx) -> list[int]:
            return [place.desk.tickets.open(tx, opening).number for _ in range(200)]

        numbers = await place.desk.storage.write(opened)
        found: list[int] = []
        page = await listed(place, customer, limit="50")
        found += [ticket["number"] for ticket in page["tickets"]]
        while page["next"]:
            page = await listed(place, customer, limit="50", cursor=page["next"])
            found += [ticket["number"] for ticket in page["tickets"]]
        assert found == numbers[::-1]
        greeted = (await place.customer(customer.token)).greeting
        assert len(greeted["tickets"]) == 50


async def statements(place: DeskInMemory, work: Work, asked: Awaitable[object]) -> int:
    """The number of statements for what is asked, while nothing else happens."""
    await place.desk.indexing.idle()
    await place.quiet()
    work.begin()
    await asked
    await place.quiet()
    return work.statements


async def test_greeting_and_page_take_few_statements_however_many_tickets() -> None:
    with counted() as work:
        async with desk_in_memory(HOURS) as place:
            agent, customer = await available(place, "Priya"), await place.customer()
            for _ in range(STATEMENTS_MAX + 1):
                await chatted(place, agent, customer, "Reload the page")
            assert await statements(place, work, place.customer(customer.token)) <= STATEMENTS_MAX
            assert await statements(place, work, listed(place, customer)) <= STATEMENTS_MAX
