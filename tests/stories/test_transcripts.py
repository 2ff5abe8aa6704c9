"""The letter with the conversation about a ticket, which the requester or staff ask for."""

from __future__ import annotations

import httpx2

from mail.incoming.bounce_report import BounceReport
from mail.letter import Letter
from server.live.mail.letters import TRANSCRIPTS_MAX, TRANSCRIPTS_WITHIN_MS
from tests.mailbox import links_of, text_of
from tests.running import RunningDesk, SettableClock
from tests.stories.test_account_pages import asked, browser, submitted
from tests.stories.test_accounts import DANIELLE, PASSWORD, signed_up


async def mailed(desk: RunningDesk, number: int) -> list[Letter]:
    """The letters with the conversation, oldest first, after all letters that are due were sent."""
    await desk.desk.delivery.idle()
    found = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    return [letter for letter in found if letter.kind == "transcript"]


async def answered(desk: RunningDesk, number: int) -> httpx2.AsyncClient:
    """Staff answer the request, write a note, and remove a text. Returns their connection."""
    maya = desk.http((await desk.staff("Maya")).token)
    path = f"/api/tickets/{number}"
    for text, public in (("Which order?", True), ("Late payers", False), ("The password is hunter2", True)):
        said = await maya.post(f"{path}/replies", json={"text": text, "public": public})
        assert said.status_code == 200, said.text
    await remove(maya, number, -1)
    return maya


async def remove(staff: httpx2.AsyncClient, number: int, place: int) -> None:
    """Remove a text of the ticket, by its place in the transcript."""
    path = f"/api/tickets/{number}"
    seq = (await staff.get(path)).json()["transcript"][place]["seq"]
    done = await staff.post(f"{path}/redactions", json={"of": seq, "reason": "A password"})
    assert done.status_code == 200, done.text


async def of_account(desk: RunningDesk, page: httpx2.AsyncClient) -> tuple[int, httpx2.AsyncClient]:
    """A request of a customer with an account, which staff have answered, and the connection of the staff."""
    token = (await asked(desk, page)).partition("=")[2]
    await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
    number = await submitted(page)
    return number, await answered(desk, number)


async def test_customer_gets_the_conversation_as_they_see_it(desk: RunningDesk) -> None:
    """With replies, and without notes and removed texts."""
    async with browser(desk) as page:
        number, _ = await of_account(desk, page)
        assert "Mail me this conversation" in (await page.get(f"/requests/{number}")).text
        done = await page.post(f"/requests/{number}/transcript")
        assert f"The conversation goes to {DANIELLE}." in done.text
    (letter,) = await mailed(desk, number)
    assert (letter.state, letter.bare, letter.to) == ("accepted", False, DANIELLE)
    text = text_of(desk, letter.message_id)
    assert "It fails" in text and "Which order?" in text and "Message removed" in text
    assert "hunter2" not in text and "Late payers" not in text


async def test_text_that_is_removed_while_the_letter_waits_is_not_mailed(desk: RunningDesk) -> None:
    """The letter waits for its hour. Once the address is confirmed, it is sent whole."""
    async with browser(desk) as page:
        number = await submitted(page, email=DANIELLE, text="My card is 4711")
        (token,) = await links_of(desk, number)
        assert "A link to it goes to" in (await page.post(f"/requests/{number}/transcript")).text
        assert [letter.state for letter in await mailed(desk, number)] == ["waiting"]
        supervisor = desk.http((await desk.staff("Sam", role="supervisor")).token)
        await remove(supervisor, number, 0)
        await page.post(f"/requests/{number}/confirm", data={"token": token})
    (letter,) = await mailed(desk, number)
    text = text_of(desk, letter.message_id)
    assert "Message removed" in text and "4711" not in text


async def test_unconfirmed_address_gets_number_and_link(desk: RunningDesk, clock: SettableClock) -> None:
    async with browser(desk) as page:
        number = await submitted(page, email=DANIELLE)
        await links_of(desk, number)
        clock.forward(TRANSCRIPTS_WITHIN_MS / 1000)
        assert "as a link" in (await page.get(f"/requests/{number}")).text
        assert f"A link to it goes to {DANIELLE}." in (await page.post(f"/requests/{number}/transcript")).text
    (letter,) = await mailed(desk, number)
    assert letter.bare and letter.state == "accepted"
    text = text_of(desk, letter.message_id)
    assert f"#{number}" in text and "It fails" not in text and "token=" in text


async def test_conversation_is_mailed_a_few_times_an_hour(desk: RunningDesk, clock: SettableClock) -> None:
    async with browser(desk) as page:
        number, maya = await of_account(desk, page)
        for count in range(TRANSCRIPTS_MAX):
            answer = await maya.post(f"/api/tickets/{number}/transcript")
            assert (answer.status_code, answer.json()) == (200, {"email": DANIELLE, "whole": True})
            assert len(await mailed(desk, number)) == count + 1
        refused = await maya.post(f"/api/tickets/{number}/transcript")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert "several times within an hour" in (await page.post(f"/requests/{number}/transcript")).text
        clock.forward(TRANSCRIPTS_WITHIN_MS / 1000)
        assert "The conversation goes to" in (await page.post(f"/requests/{number}/transcript")).text


async def test_only_the_requester_and_staff_ask_for_the_conversation(desk: RunningDesk, clock: SettableClock) -> None:
    """Others who read the ticket cannot. Strangers do not learn that it exists."""
    people, storage = desk.desk.people, desk.desk.storage
    await storage.write(
        lambda tx: people.customers.add_client(
            tx, id="c1", name="Northlake", domains=["northlake.example"], account_team=None, vip=False, now=1
        )
    )
    async with browser(desk) as page, browser(desk) as stranger:
        reader = await signed_up(desk, "ana@northlake.example")
        await storage.write(lambda tx: people.customers.coordinate(tx, "ana@northlake.example", True))
        number, _ = await of_account(desk, page)
        path = f"/requests/{number}"
        shown = await reader.get(path)
        assert shown.status_code == 200 and "Mail me this conversation" not in shown.text
        assert (await reader.post(f"{path}/transcript")).status_code == 403
        assert (await stranger.post(f"{path}/transcript")).status_code == 404
    assert await mailed(desk, number) == []


async def test_address_to_which_letters_come_back_gets_no_conversation(desk: RunningDesk) -> None:
    live = desk.desk
    async with browser(desk) as page:
        number, _ = await of_account(desk, page)
        await live.delivery.idle()
        last = (await live.storage.read(lambda tx: live.letters.of_ticket(tx, number)))[-1]
        report = BounceReport((DANIELLE,), permanent=True, reason="550 5.1.1 No", message_ids=(last.message_id,))
        await live.storage.write(lambda tx: live.bounces.bounced(tx, None, report, desk.clock()))
        assert "does not arrive" in (await page.post(f"/requests/{number}/transcript")).text
        for path in (f"/requests/{number}", "/requests"):
            shown = (await page.get(path)).text
            assert f"Mail to {DANIELLE} does not arrive" in shown and "Mail me this conversation" not in shown
        # Others do not learn about it.
        async with browser(desk) as stranger:
            assert "does not arrive" not in (await stranger.get("/requests")).text
    assert await mailed(desk, number) == []
