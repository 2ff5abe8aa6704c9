"""Staff correct a customer's name and address, and merge two entries of one person."""

from __future__ import annotations

import httpx2
import pytest
from sqlmodel import select

from identity.actor import SYSTEM
from identity.adapters.tables import AuditRow
from identity.merging import UNDO_MS
from server.live.tickets.requesters import CORRECTED_MAX
from storage.ports import Tx
from tests.running import Client, Frame, RunningDesk, SettableClock
from tests.signing import DESK, HostSettings, Site
from ticketing.ticket import Requester
from ticketing.wanted import Opening

SITE = Site("the secret of the media planner that is long enough", "planner")
ANA = {"name": "ana", "email": "ana@northlake.exmaple"}


@pytest.fixture
def settings() -> HostSettings:
    return {"base_url": DESK, "identity_secret": f"planner:{SITE.secret}"}


async def visitor(desk: RunningDesk, **hello: str) -> Client:
    client = await desk.connect("customer")
    client.greeting = await client.command("hello", **hello)
    client.token = client.greeting["token"]
    return client


async def ticket(desk: RunningDesk, customer: Client, team: str = "media", **more: str) -> Frame:
    body = {"team": team, "text": "It fails", **more}
    answer = await desk.http(customer.token).post("/api/tickets", json=body)
    assert answer.status_code == 201, answer.text
    made: Frame = answer.json()
    return made


async def requester_of(staff: httpx2.AsyncClient, number: int) -> Frame:
    found: Frame = (await staff.get(f"/api/tickets/{number}")).json()["requester"]
    return found


async def merge(staff: httpx2.AsyncClient, person: str, into: str) -> httpx2.Response:
    return await staff.post(f"/api/people/{person}/merge", json={"into": into})


async def numbers(http: httpx2.AsyncClient, requester: str = "") -> set[int]:
    query = {"requester": requester} if requester else {}
    return {each["number"] for each in (await http.get("/api/tickets", params=query)).json()["tickets"]}


async def test_correction_reaches_the_open_tickets_of_a_visitor(desk: RunningDesk) -> None:
    """The history has a line on each ticket, the ticket can be answered, and the id gives access as before."""
    customer, agent = await visitor(desk), await desk.staff("Priya")
    staff = desk.http(agent.token)
    first, second = await ticket(desk, customer, **ANA), await ticket(desk, customer)
    person = first["requester"]["id"]
    answer = await staff.patch(f"/api/people/{person}", json={"name": "Ana Ruiz", "email": "Ana@northlake.example"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "id": person,
        "name": "Ana Ruiz",
        "email": "ana@northlake.example",
        "verified": False,
        "address_health": {"state": "ok", "since": None, "why": None},
        "client": None,
        "merged": [],
        "merged_into": None,
    }
    for number in (first["number"], second["number"]):
        assert (await requester_of(staff, number))["email"] == "ana@northlake.example"
        lines = (await staff.get(f"/api/tickets/{number}")).json()["history"]
        assert [line["to"] for line in lines if line["field"] == "requester"] == ["Ana Ruiz <ana@northlake.example>"]
    assert await numbers(desk.http(customer.token)) == {first["number"], second["number"]}


async def test_faulty_correction_changes_nothing(desk: RunningDesk) -> None:
    customer, agent = await visitor(desk), await desk.staff("Priya")
    staff, made = desk.http(agent.token), await ticket(desk, customer, **ANA)
    path = f"/api/people/{made['requester']['id']}"
    for body in ({"email": "nowhere"}, {"name": "A\nB"}, {"client": "Northlake"}, {"name": 7}):
        assert (await staff.patch(path, json=body)).status_code == 422, body
    assert (await staff.get(path)).json()["email"] == ANA["email"]


async def test_proven_customer_is_not_corrected(desk: RunningDesk) -> None:
    agent = await desk.staff("Priya")
    proven = await visitor(desk, identity=SITE.sign("ana", desk.clock()))
    made = await ticket(desk, proven)
    answer = await desk.http(agent.token).patch(f"/api/people/{made['requester']['id']}", json={"name": "Bea"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_merge_shows_staff_all_tickets_and_opens_nothing_to_customers(
    desk: RunningDesk, clock: SettableClock
) -> None:
    agent = await desk.staff("Priya")
    staff = desk.http(agent.token)
    proven = await visitor(desk, identity=SITE.sign("ana", desk.clock()))
    guest = await visitor(desk)
    theirs, guests = await ticket(desk, proven), await ticket(desk, guest, **ANA)
    account, person = theirs["requester"]["id"], guests["requester"]["id"]
    answer = await merge(staff, person, account)
    assert answer.status_code == 200, answer.text
    (merged,) = answer.json()["merged"]
    assert (answer.json()["id"], merged["id"], merged["name"]) == (account, person, "ana")
    both = {theirs["number"], guests["number"]}
    assert await numbers(staff, account) == both and await numbers(staff, person) == both
    assert (await staff.get(f"/api/people/{person}")).json()["merged_into"] == account
    # A customer gets their own, before and after.
    assert await numbers(desk.http(proven.token)) == {theirs["number"]}
    assert await numbers(desk.http(guest.token), account) == set()
    assert (await desk.http(guest.token).get(f"/api/tickets/{theirs['number']}")).status_code == 404

    undone = await staff.delete(f"/api/people/{person}/merge")
    assert undone.status_code == 200 and undone.json()["merged_into"] is None
    assert await numbers(staff, account) == {theirs["number"]}
    rows = await desk.desk.storage.read(lambda tx: list(tx.session.exec(select(AuditRow).order_by("id"))))
    assert [row.verb for row in rows if row.thing == "customer"] == ["merge", "unmerge"]

    assert (await merge(staff, person, account)).status_code == 200
    clock.forward(UNDO_MS // 1_000 + 1)
    assert (await staff.delete(f"/api/people/{person}/merge")).status_code == 409


async def test_two_proven_customers_are_never_merged(desk: RunningDesk) -> None:
    staff = desk.http((await desk.staff("Priya")).token)
    people = []
    for name in ("ana", "bea"):
        client = await visitor(desk, identity=SITE.sign(name, desk.clock()))
        people.append((await ticket(desk, client))["requester"]["id"])
    assert (await merge(staff, *people)).status_code == 409
    assert (await merge(staff, people[0], people[0])).status_code == 409


async def opened_for(staff: httpx2.AsyncClient, email: str, team: str = "media") -> int:
    """A ticket of somebody who is known only by an address."""
    body = {"team": team, "text": "By phone", "requester": {"name": "Ana R.", "email": email}}
    answer = await staff.post("/api/tickets", json=body)
    assert answer.status_code == 201 and answer.json()["requester"]["id"] is None, answer.text
    return int(answer.json()["number"])


async def test_requester_with_only_an_address_is_merged_for_staff_alone(desk: RunningDesk) -> None:
    """The id has the address in any case. The account opens nothing that it could not open before."""
    staff = desk.http((await desk.staff("Priya")).token)
    proven = await visitor(desk, identity=SITE.sign("ana", desk.clock()))
    account = (await ticket(desk, proven))["requester"]["id"]
    one, two = await opened_for(staff, "Ana@home.example"), await opened_for(staff, "ana@office.example")
    home, office = "mailto:ana@home.example", "mailto:ana@office.example"
    assert await numbers(staff, home) == {one}
    assert (await merge(staff, "mailto:ANA@home.example", account)).status_code == 200
    answer = (await merge(staff, office, account)).json()
    assert [(each["id"], each["name"], each["email"]) for each in answer["merged"]] == [
        (home, "Ana R.", "ana@home.example"),
        (office, "Ana R.", "ana@office.example"),
    ]
    everything = await numbers(staff, account)
    assert {one, two} < everything and await numbers(staff, home) == everything
    others = (await staff.get("/api/tickets", params={"not_requester": home})).json()["tickets"]
    assert not {each["number"] for each in others} & everything
    assert await numbers(desk.http(proven.token)) == everything - {one, two}
    assert (await desk.http(proven.token).get(f"/api/tickets/{one}")).status_code == 404
    assert (await staff.delete(f"/api/people/{home}/merge")).status_code == 200
    assert await numbers(staff, home) == {one} and await numbers(staff, account) == everything - {one}


async def test_account_is_not_merged_into_an_address(desk: RunningDesk) -> None:
    """Nor are tickets of others corrected by an address, or found by customers."""
    staff = desk.http((await desk.staff("Priya")).token)
    proven = await visitor(desk, identity=SITE.sign("ana", desk.clock()))
    account = (await ticket(desk, proven))["requester"]["id"]
    await opened_for(staff, "ana@home.example")
    assert (await merge(staff, account, "mailto:ana@home.example")).status_code == 409
    changed = await staff.patch("/api/people/mailto:ana@home.example", json={"name": "Zoe"})
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict")
    found = await desk.http(proven.token).get("/api/tickets", params={"requester": "mailto:ana@home.example"})
    assert found.status_code == 422
    fay = desk.http((await desk.staff("Fay", teams=("finance",))).token)
    missing = (await fay.get("/api/people/mailto:nobody@home.example")).json()
    assert (await fay.get("/api/people/mailto:ana@home.example")).json() == missing


async def test_agent_of_another_team_sees_no_such_customer(desk: RunningDesk) -> None:
    """Neither can be merged, read or corrected by staff who see none of their chats and tickets."""
    customer, other = await visitor(desk), await visitor(desk)
    person = (await ticket(desk, customer, **ANA))["requester"]["id"]
    known = (await ticket(desk, other, team="finance"))["requester"]["id"]
    staff = desk.http((await desk.staff("Fay", teams=("finance",))).token)
    missing = (await staff.get("/api/people/nobody")).json()
    assert (await staff.get(f"/api/people/{person}")).json() == missing
    assert (await staff.patch(f"/api/people/{person}", json={"name": "X"})).status_code == 404
    assert (await merge(staff, person, known)).status_code == 404
    assert (await merge(staff, known, person)).status_code == 404
    assert (await staff.delete(f"/api/people/{person}/merge")).status_code == 404


async def test_waiting_customer_without_a_ticket_is_seen(desk: RunningDesk) -> None:
    customer, agent = await visitor(desk), await desk.staff("Priya")
    await customer.command("chat.start", team="media", text="Hello", name="Ana")
    (about,) = (await desk.http(agent.token).get("/api/chats")).json()["chats"]
    answer = await desk.http(agent.token).get(f"/api/people/{about['customer']['id']}")
    assert answer.status_code == 200 and answer.json()["name"] == "Ana"


async def test_correction_during_a_chat_reaches_its_agent_and_its_ticket(desk: RunningDesk) -> None:
    """The customer gets no news of it."""
    customer, agent = await visitor(desk), await desk.staff("Priya")
    await agent.command("presence.set", status="available")
    chat = (await customer.command("chat.start", team="media", text="I am ana@northlake.example"))["chat"]
    await agent.event("chat.assigned", chat=chat)
    staff = desk.http(agent.token)
    (about,) = (await staff.get("/api/chats")).json()["chats"]
    correction = {"name": "Ana", "email": "ana@northlake.example"}
    assert (await staff.patch(f"/api/people/{about['customer']['id']}", json=correction)).status_code == 200
    assert await agent.event("chat.customer") == {"type": "chat.customer", "chat": chat, **correction}
    (about,) = (await staff.get("/api/chats")).json()["chats"]
    assert {name: about["customer"][name] for name in correction} == correction
    number = (await agent.command("chat.close", chat=chat, status="awaiting_reply"))["ticket"]
    await customer.event("chat.closed")
    assert not [event for event in customer.events if event["type"] == "chat.customer"]
    assert {name: (await requester_of(staff, number))[name] for name in correction} == correction


async def test_correction_changes_the_newest_tickets_only(desk: RunningDesk) -> None:
    """A transaction stays short, however many tickets somebody has."""
    customer, agent = await visitor(desk), await desk.staff("Priya")
    person = (await ticket(desk, customer, **ANA))["requester"]["id"]
    asked = Requester(person, "ana", None)

    def more(tx: Tx) -> None:
        for at in range(1, CORRECTED_MAX + 1):
            now = desk.clock() + at
            opening = Opening(channel="form", team="media", by=SYSTEM, requester=asked, at=now, created_at=now)
            desk.desk.tickets.open(tx, opening)

    await desk.desk.storage.write(more)
    staff = desk.http(agent.token)
    assert (await staff.patch(f"/api/people/{person}", json={"name": "Ana Ruiz"})).status_code == 200
    page = await staff.get("/api/tickets", params={"requester": person, "limit": "200"})
    names = [each["requester"]["name"] for each in page.json()["tickets"]]
    assert sorted(names) == ["Ana Ruiz"] * CORRECTED_MAX + ["ana"]
