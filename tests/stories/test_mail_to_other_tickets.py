"""Answers by mail to a ticket that is closed for good or a duplicate, and to a ticket of somebody else."""

from __future__ import annotations

import re

import httpx2
import pytest

from clock import from_rfc3339
from tests.posting import ANA, Posted, answer, letters, post, text_of, ticket, written
from tests.running import SettableClock
from tests.stories import test_mail_in
from ticketing.errors import NotFound

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
DAY_S = 86_400
MEDIA = "media@teams.example"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


async def texts(agent: httpx2.AsyncClient, number: int, kind: str = "reply") -> list[str]:
    return [event["text"] for event in (await ticket(agent, number))["transcript"] if event["type"] == kind]


async def solve(agent: httpx2.AsyncClient, number: int, **how: object) -> None:
    solved = await agent.patch(f"/api/tickets/{number}", json={"status": "solved", **how})
    assert solved.status_code == 200, solved.text


async def held(agent: httpx2.AsyncClient) -> list[tuple[str, int | None]]:
    found = (await agent.get("/api/mail/suspended")).json()["mails"]
    return [(one["mail"]["reason"], one["ticket"]) for one in found]


async def test_answers_to_a_ticket_that_is_closed_for_good_join_one_follow_up(
    posted: Posted, agent: httpx2.AsyncClient, clock: SettableClock
) -> None:
    """Also the same mail a second time. The closed ticket stays as it is."""
    desk, _ = posted
    await post(desk, written("It is late.", Message_ID="<1@x>"), MEDIA)
    await solve(agent, 1, resolution="set_up")
    letter = (await letters(*posted))[-1]
    clock.forward(40 * DAY_S)
    raw, to = answer(letter, "Again.")
    for _ in range(2):
        await post(desk, raw, to)
    assert (await test_mail_in.ticket(desk, 1))["status"] == "solved"
    follow_up = await test_mail_in.ticket(desk, 2)
    assert (follow_up["follow_up_of"], follow_up["channel"]) == (1, "email")
    assert [await test_mail_in.texts(desk, number) for number in (1, 2)] == [["It is late."], ["Again."]]
    with pytest.raises(NotFound):
        await test_mail_in.ticket(desk, 3)


async def test_answer_to_a_duplicate_is_told_to_the_ticket_that_is_worked_on(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    desk, _ = posted
    for number in (1, 2):
        await post(desk, written(f"It is late {number}.", Message_ID=f"<{number}@x>"), MEDIA)
    (letter,) = [letter for letter in await letters(*posted) if "#1" in text_of(letter)]
    await solve(agent, 1, resolution="duplicate", duplicate_of=2)
    await post(desk, *answer(letter, "Since Monday."))
    assert await texts(agent, 1) == ["It is late 1.", "Since Monday."]
    assert await texts(agent, 2) == ["It is late 2."]
    assert [note.partition(",")[0] for note in await texts(agent, 2, "note")] == ["New reply on duplicate #1"]
    assert await held(agent) == []


async def test_answer_to_a_merged_ticket_follows_each_merge_that_stands(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """Also the merge of the target. A ticket that was reopened has its answers again."""
    desk, _ = posted
    for number in (1, 2, 3):
        await post(desk, written(f"It is late {number}.", Message_ID=f"<{number}@x>"), MEDIA)
    (letter,) = [letter for letter in await letters(*posted) if "#1" in text_of(letter)]
    for source, target in ((1, 2), (2, 3)):
        merged = await agent.post(f"/api/tickets/{source}/merge", json={"into": target})
        assert merged.status_code == 200, merged.text
    await post(desk, *answer(letter, "Since Monday.", Message_ID="<1@y>"))
    assert (await agent.patch("/api/tickets/1", json={"status": "open"})).status_code == 200
    await post(desk, *answer(letter, "And today.", Message_ID="<2@y>"))
    assert await texts(agent, 3) == ["It is late 3.", "Since Monday."]
    assert await texts(agent, 2) == ["It is late 2."]
    assert await texts(agent, 1) == ["It is late 1.", "And today."]


async def test_customer_of_another_client_gets_into_no_ticket_with_a_leaked_letter(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """The customer has an account, and the mail is proven to be theirs."""
    desk, sink = posted
    await post(desk, written("It is late.", Message_ID="<1@x>"), MEDIA)
    letter = (await letters(desk, sink))[-1]
    other, browser = "ben@other.example", desk.http(Origin=desk.origin)
    assert (await browser.post("/api/account", json={"email": other, "name": "Ben"})).status_code == 202
    token = re.findall(r"/account/confirm\?token=([\w-]{43})", text_of((await letters(desk, sink))[-1]))[-1]
    said = {"token": token, "password": "correct horse battery"}
    assert (await browser.post("/api/account/confirm", json=said)).status_code == 200
    raw, to = answer(letter, "Show me.", Message_ID="<2@x>")
    await post(desk, raw.replace(ANA.encode(), other.encode()).replace(b"northlake.example", b"other.example"), to)
    await post(
        desk,
        written("Show me.", sender=other, In_Reply_To=str(letter["Message-ID"]), Message_ID="<3@x>"),
        MEDIA,
        other,
    )
    assert await held(agent) == [("other_sender", 1), ("stranger", 1)]
    assert await texts(agent, 1) == ["It is late."]
    assert (await ticket(agent, 1))["participants"] == []
    assert (await browser.get("/api/tickets")).json()["tickets"] == []
    assert (await browser.get("/api/tickets/1")).status_code == 404


async def test_merged_requester_answers_each_ticket_only_from_its_own_address(
    posted: Posted, agent: httpx2.AsyncClient
) -> None:
    """Staff have merged two entries of one person, and see the tickets of both together. The merge gives nobody access:
    proven mail from the other address is held back, and opens requests of its own."""
    desk, _ = posted
    home = "ana@home.example"
    for number, email in ((1, ANA), (2, home)):
        browser = desk.http((await desk.customer()).token)
        request = {"team": "media", "text": "It is late.", "email": email, "name": "Ana"}
        assert (await browser.post("/api/tickets", json=request)).json()["number"] == number
    kept, merged = [(await ticket(agent, number))["requester"]["id"] for number in (1, 2)]
    assert (await agent.post(f"/api/people/{merged}/merge", json={"into": kept})).status_code == 200
    listed = (await agent.get("/api/tickets", params={"requester": kept})).json()["tickets"]
    assert {one["number"] for one in listed} == {1, 2}
    (at_work,), (at_home,) = [await letters(*posted, email) for email in (ANA, home)]
    await post(desk, *answer(at_work, "Since Monday."))
    await post(desk, *from_home(answer(at_home, "Here too.")), home)
    await post(desk, *from_home(answer(at_work, "From home.", Message_ID="<3@y>")), home)
    await post(desk, written("And again.", sender=home, Message_ID="<4@y>"), MEDIA, home)
    assert await texts(agent, 1) == ["It is late.", "Since Monday."]
    assert await texts(agent, 2) == ["It is late.", "Here too."]
    assert await held(agent) == [("other_sender", 1)]
    assert (await ticket(agent, 3))["requester"]["email"] == home


def from_home(mail: tuple[bytes, str]) -> tuple[bytes, str]:
    """The same mail, sent and proven by another address of its author."""
    raw, to = mail
    return raw.replace(b"northlake.example", b"home.example"), to
