"""What a mail proves about its sender, and which tickets a customer gets by mail."""

from __future__ import annotations

import re

import httpx2
import pytest
from sqlmodel import col, select

from attachments.adapters.tables import FileRow
from clock import from_rfc3339
from tests.posting import ANA, Posted, answer, letters, post, text_of, ticket, written
from tests.running import RunningDesk, SettableClock

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
HOUR_S = 3_600
MEDIA = "media@teams.example"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


async def signed_up(posted: Posted, clock: SettableClock) -> httpx2.AsyncClient:
    """A browser in which Ana has just confirmed her address. Letters that waited for their hour have gone out."""
    desk, sink = posted
    browser = desk.http(Origin=desk.origin)
    # Letters under way are recorded as sent now, not in an hour.
    await letters(desk, sink)
    assert (await browser.post("/api/account", json={"email": ANA, "name": "Ana"})).status_code == 202
    clock.forward(HOUR_S)
    texts = [text_of(letter) for letter in await letters(desk, sink)]
    token = re.findall(r"/account/confirm\?token=([\w-]{43})", "".join(texts))[-1]
    said = {"token": token, "password": "correct horse battery"}
    assert (await browser.post("/api/account/confirm", json=said)).status_code == 200
    return browser


async def decide(agent: httpx2.AsyncClient, do: str) -> int:
    """Decide about the only mail that is held back. Returns the number of its ticket."""
    (held,) = (await agent.get("/api/mail/suspended")).json()["mails"]
    answered = await agent.post(f"/api/mail/suspended/{held['mail']['id']}", json={"do": do})
    assert answered.status_code == 200, answered.text
    number: int = answered.json()["ticket"]
    return number


async def said_to_ana(posted: Posted, clock: SettableClock) -> str:
    """The texts of all letters."""
    await letters(*posted)
    clock.forward(HOUR_S)
    return "\n".join(text_of(letter) for letter in await letters(*posted))


async def form(desk: RunningDesk, email: str = ANA) -> tuple[httpx2.AsyncClient, int]:
    """A browser that has begun a ticket with an address that nobody has proven."""
    browser = desk.http((await desk.customer()).token)
    request = {"team": "media", "text": "It is late.", "email": email, "name": "Ana"}
    return browser, (await browser.post("/api/tickets", json=request)).json()["number"]


# -- staff decide, which proves nothing --------------------------------------------------------------


async def test_accepted_reply_without_proof_leaves_the_address_unproven(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """The browser that began the ticket still reads all of it."""
    desk, _ = posted
    browser, number = await form(desk)
    raw, to = answer((await letters(*posted))[-1], "Click http://evil.example", proof="fail")
    await post(desk, raw, to)
    assert await decide(agent, "accept") == number
    found = await ticket(agent, number)
    assert found["requester"]["verified"] is False
    assert found["transcript"][-1]["text"] == "Click http://evil.example"
    assert found["transcript"][-1]["from"]["verified"] is False
    seen = (await browser.get(f"/api/tickets/{number}")).json()
    assert len(seen["transcript"]) == len([one for one in found["transcript"] if one["type"] == "reply"])


async def test_accepted_mail_without_proof_is_not_its_senders_account(
    posted: Posted, agent: httpx2.AsyncClient, clock: SettableClock
) -> None:
    """So the letters about it have no text of the ticket."""
    desk, _ = posted
    await signed_up(posted, clock)
    await post(desk, written("Click http://evil.example", proof="fail", Message_ID="<1@x>"), MEDIA)
    number = await decide(agent, "accept")
    asked = (await ticket(agent, number))["requester"]
    assert (asked["id"], asked["email"], asked["verified"]) == (None, ANA, False)
    assert "evil" not in await said_to_ana(posted, clock)


async def test_mail_of_a_trusted_sender_is_their_accounts_unless_it_is_forged(
    posted: Posted, agent: httpx2.AsyncClient, clock: SettableClock
) -> None:
    desk, _ = posted
    await signed_up(posted, clock)
    await post(desk, written("First", proof="none", Message_ID="<1@x>"), MEDIA)
    assert (await ticket(agent, await decide(agent, "trust")))["requester"]["verified"] is True
    await post(desk, written("Forged", proof="fail", Message_ID="<2@x>"), MEDIA)
    assert (await ticket(agent, await decide(agent, "accept")))["requester"]["verified"] is False


# -- tickets of people who are known by their address alone --------------------------------------------


async def test_proven_reply_confirms_a_request_that_came_by_mail_without_proof(
    posted: Posted, agent: httpx2.AsyncClient, clock: SettableClock
) -> None:
    desk, _ = posted
    await post(desk, written("It is late.", proof=None, Message_ID="<1@x>"), MEDIA)
    assert (await ticket(agent, 1))["requester"]["verified"] is False
    await post(desk, *answer((await letters(*posted))[-1], "Since Monday."))
    assert (await ticket(agent, 1))["requester"]["verified"] is True
    assert (await agent.post("/api/tickets/1/replies", json={"text": "We look."})).status_code == 200
    assert "We look." in await said_to_ana(posted, clock)


async def test_signing_up_attaches_a_request_that_came_by_mail_without_proof(
    posted: Posted, agent: httpx2.AsyncClient, clock: SettableClock
) -> None:
    desk, _ = posted
    await post(desk, written("It is late.", proof=None, Message_ID="<1@x>"), MEDIA)
    browser = await signed_up(posted, clock)
    asked = (await ticket(agent, 1))["requester"]
    assert asked["id"] is not None and asked["verified"] is True
    (found,) = (await browser.get("/api/tickets")).json()["tickets"]
    assert (found["number"], found["requester"]["email"]) == (1, ANA)


# -- what strangers can do to a customer ---------------------------------------------------------------


@pytest.mark.parametrize("proof", ["fail", "none"])
async def test_mail_that_claims_an_address_does_not_silence_its_owner(
    posted: Posted, agent: httpx2.AsyncClient, proof: str
) -> None:
    desk, _ = posted
    await post(desk, written("It is late.", Message_ID="<1@x>"), MEDIA)
    letter = (await letters(*posted))[0]
    for count in range(11):
        await post(desk, written("Forged", proof=proof, Message_ID=f"<forged{count}@x>"), MEDIA)
    await post(desk, *answer(letter, "Since Monday."))
    assert (await ticket(agent, 1))["transcript"][-1]["text"] == "Since Monday."


async def test_answer_of_a_sender_who_writes_too_often_is_a_note_on_its_ticket(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    desk, _ = posted
    await post(desk, written("It is late.", Message_ID="<1@x>"), MEDIA)
    letter = (await letters(*posted))[0]
    for count in range(12):
        await post(desk, *answer(letter, f"No. {count}"))
    shown = [event["text"] for event in (await ticket(agent, 1))["transcript"] if event["type"] == "note"]
    assert len(shown) == 1 and "too many emails" in shown[0]
    assert (await ticket(agent, 1))["flags"] == ["loop"]


async def test_files_of_a_sender_without_proof_count_in_the_quota_of_unverified_people(posted: Posted) -> None:
    desk, _ = posted
    for number, proof in enumerate(("pass", None)):
        body = "--m\n\nSee it.\n--m\nContent-Type: text/plain; name=log.txt\n\nline\n--m--"
        kind = "multipart/mixed; boundary=m"
        await post(desk, written(body, proof=proof, Content_Type=kind, Message_ID=f"<{number}@x>"), MEDIA)
    networks = select(FileRow.network).order_by(col(FileRow.created_at), col(FileRow.network).is_not(None))
    found = await desk.desk.storage.read(lambda tx: list(tx.session.exec(networks)))
    assert found == [None, "mail:northlake.example"]


# -- one mail to several addresses ---------------------------------------------------------------------


async def test_answer_to_two_tickets_joins_both_of_them_once(posted: Posted, agent: httpx2.AsyncClient) -> None:
    desk, _ = posted
    for number in (1, 2):
        await post(desk, written("It is late.", Message_ID=f"<{number}@x>"), MEDIA)
    both = [letter["Reply-To"].addresses[0].addr_spec for letter in await letters(*posted)]
    raw = written("Both are solved.", Message_ID="<3@x>", To=", ".join(both))
    for to in (*both, MEDIA):
        await post(desk, raw, to)
    for number in (1, 2):
        shown = [event.get("text") for event in (await ticket(agent, number))["transcript"]]
        assert shown.count("Both are solved.") == 1
