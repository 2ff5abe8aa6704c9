"""The outsider within: a customer who reads all that they can get, and finds nothing of what staff keep to themselves.

Every desk of the suite looks for that when it ends (tests/canary.py). Here all of it is laid out at once, and every
door that a customer has is opened; and the looking itself is shown to find.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from tests.canary import STAFF_DOMAIN, Canary
from tests.running import DEADLINE_S, RunningDesk, SettableClock, running
from tests.signing import Site
from tests.stories.test_from_chat_to_ticket import begin

CANARY = "kanarie 7f3a"


# -- the looking finds ---------------------------------------------------------------------

LEAKED = "they are in arrears"
BRAND = "Who owes <us>"


async def through_a_frame(desk: RunningDesk) -> None:
    """An agent is called what a note says, and is who answers; the customer's line is never read."""
    agent = await desk.staff(LEAKED, email="arrears@elsewhere.example")
    await agent.command("presence.set", status="available")
    deaf = await desk.connect("customer", deaf=True)
    await deaf.raw({"type": "hello", "id": "1"})
    await deaf.raw({"type": "chat.start", "id": "2", "team": "media", "text": "Hi"})
    chat = (await agent.event("chat.assigned"))["chat"]
    await agent.command("note.add", chat=chat, text=LEAKED)


async def through_a_file(desk: RunningDesk) -> None:
    """An agent sends a file that says what a note says; it is fetched without any help of the tests."""
    customer, agent, chat = await begin(desk)
    await agent.command("note.add", chat=chat, text=LEAKED)
    sent = await desk.http(agent.token).post("/api/files", files={"file": ("plan.txt", LEAKED.encode())})
    await agent.command("message.send", chat=chat, text="See there", files=[sent.json()["id"]])
    url = (await customer.event("message", text="See there"))["files"][0]["url"]
    proof = {"Authorization": f"Bearer {customer.token}"}
    async with httpx2.AsyncClient(
        base_url=desk.url, trust_env=False, verify=False, follow_redirects=True, timeout=DEADLINE_S
    ) as browser:
        assert LEAKED in (await browser.get(url, headers=proof)).text


async def through_a_page(desk: RunningDesk) -> None:
    """The desk is called what a note says, with signs that HTML writes in another way, and its home is asked for."""
    _, agent, chat = await begin(desk)
    await agent.command("note.add", chat=chat, text=BRAND)
    async with httpx2.AsyncClient(base_url=desk.url, trust_env=False, verify=False, timeout=DEADLINE_S) as stranger:
        assert (await stranger.get("/")).status_code == 200


@pytest.mark.parametrize("leak", [through_a_frame, through_a_file, through_a_page])
async def test_desk_that_leaks_a_secret_fails_its_test(
    leak: Callable[[RunningDesk], Awaitable[None]], tmp_path: Path
) -> None:
    """However a secret reaches a customer, the test fails when the desk closes and names the leak."""
    with pytest.raises(AssertionError, match="not theirs to know"):
        async with running(tmp_path / "data", SettableClock(), brand_name=BRAND) as desk:
            await leak(desk)


def test_every_kind_of_secret_is_detected() -> None:
    """A note, a reason, a review, a canned reply, a reference, a tag, a participant's address, a staff address and a
    field of staff are each detected in what a customer received."""
    found = {
        '{"text":"they are in arrears"}': ("staff_sent", {"type": "note.add", "text": LEAKED}),
        "why: a dentist, again": ("staff_sent", {"type": "presence.set", "reason": "a dentist, again"}),
        "PLM defect 4711": ("/api/tickets/1", {"external_ref": "PLM defect 4711"}),
        "month-end": ("/api/tickets/1", {"add_tags": ["month-end"]}),
        "boss@northlake.example": ("/api/tickets/1", {"participants": [{"email": "boss@northlake.example"}]}),
        "cfo@northlake.example": ("/api/tickets", {"participants": ["cfo@northlake.example"]}),
        "it was her password": ("/api/tickets/1/redactions", {"of": 2, "reason": "it was her password"}),
        "why: he guessed the code": ("/api/tickets/1/review", {"reason": "he guessed the code"}),
        "look it up first": ("/api/tickets/1/review", {"feedback": "look it up first"}),
        "be patient with them": ("/api/replies", {"texts": {"en": "be patient with them"}}),
        "I always do that": ("/api/tickets/1/review/answer", {"text": "I always do that"}),
        "&lt;b&gt;late&lt;/b&gt;": ("/api/tickets/1/replies", {"text": "<b>late</b>", "public": False}),
        f'{{"email":"maya{STAFF_DOMAIN}"}}': ("staff_sent", {}),
        '{"with":"product"}': ("staff_sent", {}),
        '{"type":"chat.watched","chat":"c","by":[]}': ("staff_sent", {}),
    }
    for heard, (way, said) in found.items():
        canary = Canary()
        if way == "staff_sent":
            canary.staff_sent(json.dumps(said))
        else:
            canary.staff_asked(way, json.dumps(said).encode())
        canary.customer_heard(heard, "an answer")
        assert len(canary.leaks()) == 1, heard


def test_customer_own_data_is_not_a_leak() -> None:
    """What customers wrote, what staff told them openly, and the address that their site signed may be shown to
    them."""
    canary = Canary()
    canary.staff_sent(json.dumps({"type": "note.add", "text": "It fails"}))
    canary.customer_sent('{"text": "It fails"}')
    canary.staff_asked("/api/tickets/1/replies", b'{"text": "It is mended", "public": false}')
    canary.staff_asked("/api/tickets/1/replies", b'{"text": "It is mended"}')
    canary.staff_asked("/api/tickets/1", b'{"participants": ["ben@northlake.example"]}')
    canary.customer_sent(json.dumps({"identity": Site().sign("ben", 0)}))
    canary.customer_heard("It fails. It is mended. ben@northlake.example", "an event")
    assert canary.leaks() == []
