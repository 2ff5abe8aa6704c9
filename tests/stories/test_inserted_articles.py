"""Articles that agents insert into answers: which ones, and what authors learn of them."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2
import pytest

from identity.adapters.customer_store import SqlCustomerStore
from search.inserted import STAYS_MS
from storage.ports import Tx
from tests.running import RunningDesk, SettableClock
from tests.stories.nine_people import add_client
from tests.stories.test_accounts import signed_up
from tests.stories.test_from_chat_to_ticket import begin
from tests.stories.test_help_center import PUBLIC, SIGNED_IN, STAFF, file, imported
from tests.stories.test_knowledge import author

OF_PRODUCT = "Moving lines"
FILES = {
    "dates.md": file(PUBLIC, "Move **one** of them.\n\n- <b>Then</b> save &amp; close"),
    "prices.md": file(SIGNED_IN, visibility="signed_in"),
    "lines.md": file(OF_PRODUCT, visibility="product"),
    "reset.md": file(STAFF, visibility="staff"),
    "draft.md": file("A draft", state="draft"),
}


async def ids(staff: httpx2.AsyncClient) -> dict[str, int]:
    found = (await staff.get("/api/articles")).json()
    return {one["title"]: int(one["id"]) for one in found["articles"]}


async def answers(staff: httpx2.AsyncClient, where: str, how: str = "link") -> Mapping[str, int]:
    """The status that each article gets there, by its title."""
    return {
        title: (await staff.post(f"{where}/insertions", json={"article": id_, "how": how})).status_code
        for title, id_ in (await ids(staff)).items()
    }


async def asked(customer: httpx2.AsyncClient) -> str:
    sent = await customer.post("/api/tickets", json={"team": "media", "subject": "Dates", "text": "They overlap"})
    assert sent.status_code == 201, sent.text
    return f"/api/tickets/{sent.json()['number']}"


async def test_agent_inserts_an_article_as_plain_text_or_as_a_link(desk: RunningDesk) -> None:
    await imported(desk, FILES)
    _, agent, chat = await begin(desk)
    async with desk.http(agent.token) as staff:
        id_, where = (await ids(staff))[PUBLIC], f"/api/chats/{chat}/insertions"
        text = (await staff.post(where, json={"article": id_, "how": "text"})).json()
        link = (await staff.post(where, json={"article": id_, "how": "link"})).json()
    assert text["title"] == PUBLIC and text["url"].endswith(f"/articles/{id_}-dates-overlap")
    assert text["text"].startswith("Move one of them.") and "**" not in text["text"]
    assert (link["text"], link["url"]) == ("", text["url"])


async def test_article_that_the_requester_may_not_read_is_refused(desk: RunningDesk) -> None:
    """By the requester's account and the products of the requester's client, as they are now."""
    await imported(desk, FILES)
    _, agent, chat = await begin(desk)
    await add_client(desk, "northlake.example")
    ana = await signed_up(desk, "ana@northlake.example")
    ticket = await asked(ana)
    store = SqlCustomerStore()

    def give(tx: Tx) -> None:
        client = store.client_by_name(tx, "Northlake")
        assert client is not None
        desk.desk.people.customers.change_client(
            tx, client, name=client.name, domains=client.domains, account_team=None, vip=False, products=["Lumina"]
        )

    async with desk.http(agent.token) as staff:
        visitor = {PUBLIC: 201, SIGNED_IN: 409, OF_PRODUCT: 409, STAFF: 409}
        assert await answers(staff, f"/api/chats/{chat}", "text") == visitor
        assert await answers(staff, ticket) == {**visitor, SIGNED_IN: 201}
        await desk.desk.storage.write(give)
        assert await answers(staff, ticket) == {**visitor, SIGNED_IN: 201, OF_PRODUCT: 201}
        refused = await staff.post(f"{ticket}/insertions", json={"article": (await ids(staff))[STAFF], "how": "text"})
        assert "Only staff" in refused.text


@pytest.mark.parametrize("wrong", [{"article": 4711}, {"article": 0}, {"how": "html"}, {"place": "x"}, {"locale": ""}])
async def test_wrong_insertion_is_refused(desk: RunningDesk, wrong: Mapping[str, object]) -> None:
    await imported(desk, FILES)
    _, agent, chat = await begin(desk)
    async with desk.http(agent.token) as staff:
        body = {"article": (await ids(staff))[PUBLIC], "how": "text", **wrong}
        sent = await staff.post(f"/api/chats/{chat}/insertions", json=body)
    assert sent.status_code == (404 if wrong.get("article") == 4711 else 422), sent.text


async def test_agent_of_another_team_inserts_nothing(desk: RunningDesk) -> None:
    await imported(desk, FILES)
    *_, chat = await begin(desk)
    other = await desk.staff("Omar", teams=("finance",))
    async with desk.http(other.token) as staff:
        assert set((await answers(staff, f"/api/chats/{chat}")).values()) == {404}


async def test_authors_see_whether_the_ticket_stayed_solved(desk: RunningDesk, clock: SettableClock) -> None:
    """Once the ticket of the chat has stayed solved for 14 days, the article has helped."""
    await imported(desk, FILES)
    _, agent, chat = await begin(desk)
    async with desk.http(agent.token) as staff:
        await staff.post(f"/api/chats/{chat}/insertions", json={"article": (await ids(staff))[PUBLIC], "how": "text"})
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up")
    shown = list[str]()
    for days in (13, 2):
        clock.forward(days * STAYS_MS / 14_000)
        await desk.desk.help_center.inserted.check()
        nadia = await author(desk, f"Nadia{days}")
        rows = (await nadia.get("/knowledge/needs")).text.partition('id="inserted"')[2].partition("</section>")[0]
        assert PUBLIC in rows
        shown.append(rows)
    counts = [[part.partition("</td>")[0] for part in rows.split('<td class="end">')[1:]] for rows in shown]
    assert counts == [["1", "0"], ["1", "1"]]
