"""Customers who signed up here: their chats, whatever browser or tab they use."""

from __future__ import annotations

import httpx2
import pytest

from server.edge.cookies import SESSION
from tests.mailbox import account_letters
from tests.running import Client, RunningDesk, SettableClock

PASSWORD = "correct horse battery"
DANIELLE = "danielle@northlake.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"widget_origins": "https://planner.example"}


async def signed_up(desk: RunningDesk, email: str = DANIELLE) -> httpx2.AsyncClient:
    """A browser of somebody who has just confirmed an address."""
    browser = desk.http(Origin=desk.origin)
    assert (await browser.post("/api/account", json={"email": email, "name": "Danielle"})).status_code == 202
    token = (await account_letters(desk))[-1][3]
    answer = await browser.post("/api/account/confirm", json={"token": token, "password": PASSWORD})
    assert answer.status_code == 200
    return browser


async def widget(desk: RunningDesk, browser: httpx2.AsyncClient, token: str | None = None) -> Client:
    """The widget on a page of ours, in this browser."""
    cookie = f"{SESSION}={browser.cookies[SESSION]}"
    client = await desk.connect("customer", {"Cookie": cookie, "Origin": desk.origin})
    client.greeting = await client.command("hello", **({"token": token} if token else {}))
    client.token = client.greeting["token"]
    return client


async def test_chat_of_a_signed_in_customer_is_the_accounts(desk: RunningDesk) -> None:
    """With a proven name and address, in every browser where they are signed in."""
    browser = await signed_up(desk)
    agent = await desk.staff("Maya")
    await agent.command("presence.set", status="available")
    phone = await widget(desk, browser)
    chat = (await phone.command("chat.start", team="media", text="Export fails"))["chat"]
    about = (await agent.event("chat.assigned", chat=chat))["about"]
    assert (about["customer"]["email"], about["customer"]["verified"]) == (DANIELLE, True)
    laptop = await widget(desk, browser)
    assert [one["chat"] for one in laptop.greeting["chats"]] == [chat]
    ticket = (await agent.command("chat.close", chat=chat, status="solved", resolution="set_up"))["ticket"]
    shown = (await browser.get(f"/api/tickets/{ticket}")).json()
    assert shown["requester"]["email"] == DANIELLE and "begun_elsewhere" not in shown


async def test_page_of_another_site_cannot_use_the_session(desk: RunningDesk) -> None:
    browser = await signed_up(desk)
    cookie = f"{SESSION}={browser.cookies[SESSION]}"
    client = await desk.connect("customer", {"Cookie": cookie, "Origin": "https://planner.example"})
    greeting = await client.command("hello")
    assert (await desk.http(greeting["token"]).get("/api/me")).json()["email"] is None


async def test_sign_out_of_another_device_ends_its_widget_token(desk: RunningDesk, clock: SettableClock) -> None:
    browser = await signed_up(desk)
    lost = desk.http(Origin=desk.origin)
    assert (await lost.post("/api/session", json={"email": DANIELLE, "password": PASSWORD})).status_code == 200
    client = await widget(desk, lost)
    assert (await desk.http(client.token).get("/api/tickets")).status_code == 200
    told = (await browser.get("/api/me/sessions")).json()["sessions"]
    (other,) = [one["id"] for one in told if not one["current"]]
    ended = await browser.request("DELETE", f"/api/me/sessions/{other}", json={"password": PASSWORD})
    assert ended.status_code == 204
    clock.forward(1)
    assert (await desk.http(client.token).get("/api/tickets")).status_code == 401
    assert (await browser.get("/api/tickets")).status_code == 200


async def test_sign_out_closes_the_widget_and_its_token(desk: RunningDesk, clock: SettableClock) -> None:
    """The token within a second, as any other."""
    browser = await signed_up(desk)
    client = await widget(desk, browser)
    assert (await desk.http(client.token).get("/api/me")).json()["email"] == DANIELLE
    assert (await browser.delete("/api/session")).status_code == 204
    assert await client.ended() == 4010
    clock.forward(1)
    assert (await desk.http(client.token).get("/api/tickets")).status_code == 401
    again = await desk.customer(client.token)
    assert again.greeting["visitor"] != client.greeting["visitor"]


async def test_browser_that_began_a_ticket_gets_it_back_by_signing_in(desk: RunningDesk) -> None:
    visitor = await desk.customer(name="D", email=DANIELLE)
    said = {"team": "media", "text": "It fails", "email": DANIELLE}
    ticket = (await desk.http(visitor.token).post("/api/tickets", json=said)).json()["number"]
    browser = await signed_up(desk)
    assert (await browser.get(f"/api/tickets/{ticket}")).json()["begun_elsewhere"]
    before = await desk.customer(visitor.token)
    assert before.greeting["tickets"] == []
    same = await widget(desk, browser, visitor.token)
    assert same.greeting["visitor"] == visitor.greeting["visitor"]
    assert [one["ticket"] for one in same.greeting["tickets"]] == [ticket]
    assert "begun_elsewhere" not in (await browser.get(f"/api/tickets/{ticket}")).json()
