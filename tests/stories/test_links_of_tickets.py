"""Customers without an account, who have only the letters: a link proves their address for one request."""

from __future__ import annotations

from html import unescape

import httpx2

from tests.mailbox import account_letters, links_of, text_of
from tests.running import RunningDesk, SettableClock
from tests.stories.test_account_pages import asked, browser, submitted
from tests.stories.test_accounts import PASSWORD

DANIELLE = "danielle@northlake.example"
OLD = "This link has been used, or is too old"
HOUR_S = 3_600


async def link(desk: RunningDesk, number: int) -> str:
    """The newest link in a letter about the request."""
    return (await links_of(desk, number))[-1]


async def press(page: httpx2.AsyncClient, number: int, token: str, **fields: str) -> httpx2.Response:
    return await page.post(f"/requests/{number}/confirm", data={"token": token, **fields})


async def begun(desk: RunningDesk, clock: SettableClock) -> tuple[int, str]:
    """A request that somebody sent with Danielle's address, answered by staff, and a link that still works."""
    async with browser(desk) as sender:
        number = await submitted(sender, email=DANIELLE, name="Danielle")
    maya = await desk.staff("Maya")
    said = {"text": "Which order?", "status": "awaiting_reply"}
    assert (await desk.http(maya.token).post(f"/api/tickets/{number}/replies", json=said)).status_code == 200
    await links_of(desk, number)
    clock.forward(HOUR_S)
    return number, await link(desk, number)


async def test_link_shows_the_request_once_its_button_is_pressed(desk: RunningDesk, clock: SettableClock) -> None:
    """Not before, and not to another browser. Then the customer answers there, and gets whole letters."""
    number, token = await begun(desk, clock)
    async with browser(desk) as page, browser(desk) as other:
        before = await page.get(f"/requests/{number}/confirm?token={token}")
        assert before.status_code == 200 and before.headers["referrer-policy"] == "same-origin"
        assert "It fails" not in before.text and DANIELLE not in before.text and "Danielle" not in before.text
        assert (await page.get(f"/requests/{number}")).status_code == 404
        shown = await press(page, number, token)
        assert shown.url.path == f"/requests/{number}" and "It fails" in shown.text and "Which order?" in shown.text
        assert f"#{number}" in (await page.get("/requests")).text
        await page.post(f"/requests/{number}", data={"text": "Order 7", "key": "r"})
        assert "Order 7" in (await page.get(f"/requests/{number}")).text
        assert (await other.get(f"/requests/{number}")).status_code == 404
        maya = desk.http((await desk.staff("Noa")).token)
        ticket = (await maya.get(f"/api/tickets/{number}")).json()
        assert ticket["status"] == "open" and ticket["requester"]["verified"]
        await maya.post(f"/api/tickets/{number}/replies", json={"text": "Found it"})
        await desk.desk.delivery.idle()
        # Later letters open it on other devices too.
        assert "Found it" in (await press(other, number, await link(desk, number))).text
        assert "Found it" in (await page.get(f"/requests/{number}")).text


async def test_letters_that_waited_for_their_hour_are_sent_whole_once_the_link_is_pressed(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        number = await submitted(page, email=DANIELLE)
        token = await link(desk, number)
        maya = desk.http((await desk.staff("Maya")).token)
        await maya.post(f"/api/tickets/{number}/replies", json={"text": "Which order?"})
        assert len(await links_of(desk, number)) == 1
        await press(page, number, token)
        await desk.desk.delivery.idle()
    letters = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    assert [(letter.kind, letter.state) for letter in letters] == [("received", "accepted"), ("reply", "accepted")]
    assert "Which order?" in text_of(desk, letters[-1].message_id)


async def test_link_works_once_and_for_a_day(desk: RunningDesk, clock: SettableClock) -> None:
    """A program that checks mail uses nothing up. Whoever comes later gets nothing, and may ask for another letter."""
    number, token = await begun(desk, clock)
    async with browser(desk) as page, browser(desk) as late:
        for method in ("GET", "HEAD", "GET"):
            scanned = await late.request(method, f"/requests/{number}/confirm?token={token}")
            assert scanned.status_code == 200 and not late.cookies
        assert (await press(page, number, token)).status_code == 200
        assert (await page.get(f"/requests/{number}/confirm?token={token}")).url.path == f"/requests/{number}"
        for answer in (await late.get(f"/requests/{number}/confirm?token={token}"), await press(late, number, token)):
            assert answer.status_code == 404 and OLD in answer.text and "It fails" not in answer.text
        again = await press(late, number, token, do="again")
        assert "Check your mail" in again.text and DANIELLE not in again.text
        await press(late, number, token, do="again")
        clock.forward(HOUR_S)
        newest = await link(desk, number)
        assert newest != token and len(await links_of(desk, number)) == 3
        clock.forward(24 * HOUR_S)
        assert OLD in (await press(late, number, newest)).text
        assert (await late.get(f"/requests/{number}")).status_code == 404


async def test_answers_to_links_are_the_same_for_every_address(desk: RunningDesk, clock: SettableClock) -> None:
    """An account with the address changes nothing that a stranger sees. An invented link sends nothing."""
    pages = set()
    for email, account in ((DANIELLE, False), ("ana@northlake.example", True)):
        async with browser(desk) as sender, browser(desk) as owner, browser(desk) as page:
            if account:
                token = (await asked(desk, owner, email)).partition("=")[2]
                await owner.post("/account/confirm", data={"token": token, "password": PASSWORD})
                clock.forward(HOUR_S)
            number = await submitted(sender, email=email)
            token = await link(desk, number)
            opened = await page.get(f"/requests/{number}/confirm?token={token}")
            made_up = await press(page, number, "x" * 43, do="again")
            # Not just any "/2": the address of a packed file may begin so.
            pages.add((opened.text + made_up.text).replace(token, "T").replace(f"/requests/{number}", "/requests/N"))
            assert len(await links_of(desk, number)) == 1
            assert "It fails" in (await press(page, number, token)).text
            if account:
                assert "It fails" in (await owner.get(f"/requests/{number}")).text
    assert len(pages) == 1


async def test_browser_that_began_it_gets_nothing_new_and_the_owner_can_give_it_back(
    desk: RunningDesk, clock: SettableClock
) -> None:
    async with browser(desk) as eve, browser(desk) as page:
        number = await submitted(eve, email=DANIELLE)
        shown = unescape((await press(page, number, await link(desk, number))).text)
        assert "Begun in another browser" in shown
        seen = (await eve.get(f"/requests/{number}")).text
        assert "It fails" in seen and "<textarea" not in seen
        assert (await eve.post(f"/requests/{number}", data={"text": "More", "key": "r"})).status_code == 404
        gone = await page.post(f"/requests/{number}/not-mine", data={})
        assert gone.url.path == "/requests" and f"#{number}" not in gone.text
        assert (await page.get(f"/requests/{number}")).status_code == 404
        assert "<textarea" in (await eve.get(f"/requests/{number}")).text


async def test_customer_reopens_and_follows_up_after_a_link(desk: RunningDesk, clock: SettableClock) -> None:
    """The follow-up is theirs in the same browser, although nobody opened a link for it."""
    number, token = await begun(desk, clock)
    maya = desk.http((await desk.staff("Noa")).token)
    async with browser(desk) as page:
        await press(page, number, token)
        solved = {"status": "solved", "resolution": "set_up"}
        assert (await maya.patch(f"/api/tickets/{number}", json=solved)).status_code == 200
        reopened = await page.post(f"/requests/{number}", data={"text": "Still wrong", "key": "1", "seen": "solved"})
        assert reopened.url.path == f"/requests/{number}"
        assert (await maya.get(f"/api/tickets/{number}")).json()["status"] == "open"
        assert (await maya.patch(f"/api/tickets/{number}", json=solved)).status_code == 200
        clock.forward(30 * 24 * HOUR_S)
        await page.get("/requests")
        made = await page.post(f"/requests/{number}", data={"text": "It came back", "key": "2", "seen": "solved"})
        assert made.url.path != f"/requests/{number}" and "It came back" in made.text


async def test_removed_text_stays_removed_behind_a_link(desk: RunningDesk, clock: SettableClock) -> None:
    number, token = await begun(desk, clock)
    boss = await desk.staff("Ines", role="supervisor")
    redacted = await desk.http(boss.token).post(f"/api/tickets/{number}/redactions", json={"of": 1, "reason": "x"})
    assert redacted.status_code in (200, 201, 204), redacted.text
    async with browser(desk) as page:
        shown = await press(page, number, token)
        assert "Message removed" in shown.text and "It fails" not in shown.text


async def test_account_of_the_address_takes_the_request_over(desk: RunningDesk, clock: SettableClock) -> None:
    """From then on the browser with the link has to sign in, and the link in an older letter opens nothing."""
    number, token = await begun(desk, clock)
    async with browser(desk) as page, browser(desk) as owner:
        older = (await links_of(desk, number))[0]
        await press(page, number, token)
        link_of_account = (await asked(desk, owner)).partition("=")[2]
        welcome = await owner.post("/account/confirm", data={"token": link_of_account, "password": PASSWORD})
        assert "1 request" in welcome.text
        assert "It fails" in (await owner.get(f"/requests/{number}")).text
        assert (await page.get(f"/requests/{number}")).status_code == 404
        assert OLD in (await press(page, number, older)).text


async def test_request_whose_link_was_pressed_elsewhere_is_the_owners_in_the_browser_that_began_it(
    desk: RunningDesk,
) -> None:
    """Once the owner signs in there, it no longer counts as begun in another browser, and cannot be given away."""
    async with browser(desk) as mine, browser(desk) as elsewhere:
        number = await submitted(mine, email=DANIELLE)
        await press(elsewhere, number, await link(desk, number))
        token = (await asked(desk, mine)).partition("=")[2]
        await mine.post("/account/confirm", data={"token": token, "password": PASSWORD})
        shown = (await mine.get(f"/requests/{number}")).text
        assert "It fails" in shown and "Begun in another browser" not in shown


async def test_request_that_a_link_opened_stays_open_in_its_browser_after_a_sign_in(
    desk: RunningDesk, clock: SettableClock
) -> None:
    """To an account with another address. It does not follow the account to other browsers."""
    number, token = await begun(desk, clock)
    ana = {"email": "ana@northlake.example", "password": PASSWORD}
    async with browser(desk) as page, browser(desk) as other:
        confirmed = (await asked(desk, other, ana["email"])).partition("=")[2]
        await other.post("/account/confirm", data={"token": confirmed, "password": PASSWORD})
        await press(page, number, token)
        assert (await page.post("/sign-in", data={**ana, "next": "/requests"})).url.path == "/requests"
        assert "It fails" in (await page.get(f"/requests/{number}")).text
        assert f"#{number}" in (await page.get("/requests")).text
        said = await page.post(f"/requests/{number}", data={"text": "Order 7", "key": "r"})
        assert said.status_code == 200 and "Order 7" in said.text
        assert (await other.get(f"/requests/{number}")).status_code == 404


async def test_link_of_another_request_and_of_a_corrected_address_opens_nothing(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number, token = await begun(desk, clock)
    async with browser(desk) as page:
        other = await submitted(page, email="other@northlake.example")
        assert OLD in (await press(page, other, token)).text
        maya = desk.http((await desk.staff("Noa")).token)
        ticket = (await maya.get(f"/api/tickets/{number}")).json()
        corrected = await maya.patch(
            f"/api/tickets/{number}", json={"requester": {"email": "someone@northlake.example"}}
        )
        assert corrected.status_code == 200, (corrected.text, ticket)
        assert OLD in (await press(page, number, token)).text
        assert (await page.get(f"/requests/{number}")).status_code == 404


async def test_form_of_another_site_uses_no_link_up(desk: RunningDesk, clock: SettableClock) -> None:
    number, token = await begun(desk, clock)
    async with browser(desk, Origin="https://evil.example") as evil, browser(desk) as page:
        assert (await press(evil, number, token)).status_code == 403
        assert "It fails" in (await press(page, number, token)).text
    assert await account_letters(desk) == []
