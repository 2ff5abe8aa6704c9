"""Sign-up, sign-in and the account as pages, without scripts."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from unittest.mock import AsyncMock, patch

import httpx2

from identity.accounts import Wanted
from server.edge.cookies import SESSION
from storage.ports import StorageUnavailable
from tests.attachments.samples import PDF
from tests.mailbox import account_letters
from tests.running import DEADLINE_S, RunningDesk, SettableClock, enrol, running
from tests.stories.test_accounts import DANIELLE, PASSWORD, signed_up, widget
from tests.stories.unanswered import unanswered

ANOTHER = "four canoes before breakfast"


def browser(desk: RunningDesk, **headers: str) -> httpx2.AsyncClient:
    headers = {"Origin": desk.origin, **headers}
    return httpx2.AsyncClient(
        base_url=desk.url,
        headers=headers,
        trust_env=False,
        follow_redirects=True,
        timeout=DEADLINE_S,
        # Plain HTTP: see `RunningDesk.http`.
        verify=False,
    )


async def asked(desk: RunningDesk, page: httpx2.AsyncClient, email: str = DANIELLE, **fields: str) -> str:
    """The address of the page to which the letter leads."""
    sent = await page.post("/sign-up", data={"email": email, **fields})
    assert sent.status_code == 200 and "Your link is ready" in sent.text, sent.text
    return f"/account/confirm?token={(await account_letters(desk))[-1][3]}"


async def test_customer_signs_up_and_in_without_scripts(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        link = await asked(desk, page, name="Danielle O.", timezone="America/Chicago")
        assert DANIELLE in (await page.get(link)).text
        weak = await page.post("/account/confirm", data={"token": link.partition("=")[2], "password": "password1234"})
        assert weak.status_code == 422 and "easy to guess" in weak.text and "password1234" not in weak.text
        done = await page.post("/account/confirm", data={"token": link.partition("=")[2], "password": PASSWORD})
        assert "Welcome, Danielle" in done.text and SESSION in page.cookies
        account = await page.get("/account")
        assert DANIELLE in account.text and 'value="America/Chicago" selected' in account.text
        out = await page.post("/account", data={"do": "sign-out"})
        assert out.url.path == "/" and SESSION not in page.cookies
        wrong = await page.post("/sign-in", data={"email": DANIELLE, "password": "wrong", "next": "/requests"})
        assert (
            wrong.status_code == 401
            and "That didn’t match." in wrong.text
            and "wrong" not in wrong.text.split("main")[1]
        )
        right = await page.post("/sign-in", data={"email": DANIELLE, "password": PASSWORD, "next": "/requests"})
        assert right.url.path == "/requests" and SESSION in page.cookies


async def test_page_after_a_sign_up_says_whether_a_letter_is_sent(desk: RunningDesk, tmp_path: Path) -> None:
    """Without a mail server, the letter is a file. The page is the same for every address."""
    async with browser(desk) as page:
        told = (await page.post("/sign-up", data={"email": DANIELLE})).text
        assert "can’t send mail yet" in told and "We sent a link" not in told
        await enrol(desk.desk.storage, "maya@company.example", "Maya")
        staff = (await page.post("/sign-up", data={"email": "maya@company.example"})).text
        assert staff.replace("maya@company.example", DANIELLE) == told
    async with running(tmp_path / "mailing", smtp_url="smtp://127.0.0.1:9") as mailing, browser(mailing) as page:
        assert "We sent a link" in (await page.post("/sign-up", data={"email": DANIELLE})).text


async def test_program_that_opens_links_uses_nothing_up(desk: RunningDesk) -> None:
    """Mail scanners send GET and HEAD. The link still works afterwards, once."""
    async with browser(desk) as page, browser(desk) as scanner:
        link = await asked(desk, page)
        for _ in range(3):
            seen = await scanner.get(link)
            assert seen.status_code == 200 and SESSION not in scanner.cookies
            assert seen.headers["referrer-policy"] == "same-origin"
        token = link.partition("=")[2]
        assert "Welcome" in (await page.post("/account/confirm", data={"token": token, "password": PASSWORD})).text
        again = await scanner.get(link)
        assert again.status_code == 404 and "has been used, or is too old" in again.text
        late = await scanner.post("/account/confirm", data={"token": token, "password": ANOTHER})
        assert late.status_code == 404 and SESSION not in scanner.cookies


async def test_page_after_a_request_for_a_link_is_the_same_for_every_address(desk: RunningDesk) -> None:
    await signed_up(desk)
    await desk.staff("Maya", email="maya@support.example")
    async with browser(desk) as page:
        told = set()
        for email in (DANIELLE, "maya@support.example", "nobody1@northlake.example"):
            for forgotten in ("", "1"):
                sent = await page.post("/sign-up", data={"email": email, "forgotten": forgotten})
                told.add((sent.status_code, forgotten, sent.text.replace(email, "…")))
        assert len(told) == 2


async def test_account_page_changes_name_language_and_password(desk: RunningDesk) -> None:
    async with browser(desk) as page, browser(desk) as phone:
        await asked(desk, page)
        token = (await account_letters(desk))[-1][3] or ""
        await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        await phone.post("/sign-in", data={"email": DANIELLE, "password": PASSWORD})
        saved = await page.post("/account", data={"do": "you", "name": "Dani", "locale": "fr", "timezone": ""})
        assert "Votre compte" in saved.text and 'value="Dani"' in saved.text
        assert "Mes demandes" in (await page.get("/requests")).text
        await page.post("/account", data={"do": "you", "name": "Dani", "locale": "en", "timezone": ""})
        wrong = await page.post("/account", data={"do": "password", "current": "wrong", "new": ANOTHER})
        assert wrong.status_code == 401 and "That password is incorrect" in wrong.text
        done = await page.post("/account", data={"do": "password", "current": PASSWORD, "new": ANOTHER})
        assert "Your password is changed" in done.text
        assert (await phone.get("/account")).url.path == "/sign-in"


async def test_page_for_the_password_has_the_name_that_was_given(desk: RunningDesk) -> None:
    """The owner of the address can change it. An existing account keeps its own, whatever a stranger typed."""
    async with browser(desk) as page, browser(desk) as stranger:
        link = await asked(desk, page, name="Eve")
        assert 'name="name" autocomplete="name" maxlength="200" value="Eve"' in (await page.get(link)).text
        said = {"token": link.partition("=")[2], "password": "short", "name": "Danielle O."}
        weak = await page.post("/account/confirm", data=said)
        assert weak.status_code == 422 and 'value="Danielle O."' in weak.text
        done = await page.post("/account/confirm", data={**said, "password": PASSWORD})
        assert "Welcome, Danielle" in done.text
        again = await asked(desk, stranger, name="Mallory")
        shown = (await stranger.get(again)).text
        assert "Mallory" not in shown and 'name="name"' not in shown
        await stranger.post("/account/confirm", data={"token": again.partition("=")[2], "password": ANOTHER})
        assert 'value="Danielle O."' in (await stranger.get("/account")).text


async def test_language_that_is_chosen_while_signed_in_is_the_accounts(desk: RunningDesk) -> None:
    page = await signed_up(desk)
    assert (await page.post("/language", data={"locale": "fr", "next": "/account"})).status_code == 303
    assert (await page.get("/api/me")).json()["locale"] == "fr"


async def test_account_page_signs_other_devices_out(desk: RunningDesk) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    page = await signed_up(desk)
    async with browser(desk, **{"User-Agent": firefox}) as one, browser(desk) as other:
        for phone in (one, other):
            await phone.post("/sign-in", data={"email": DANIELLE, "password": PASSWORD})
        shown = (await page.get("/account")).text
        assert "Firefox on Linux" in shown
        first = re.findall(r'name="device" value="([0-9a-f]{64})"', shown)
        unconfirmed = await page.post("/account", data={"do": "devices", "device": first[0], "password": ""})
        assert unconfirmed.status_code == 401
        ended = await page.post("/account", data={"do": "devices", "device": first[0], "password": PASSWORD})
        assert ended.headers["location"] == "/account?done=devices#devices"
        await page.post("/account", data={"do": "devices", "device": "", "password": PASSWORD})
        for phone in (one, other):
            assert (await phone.get("/account")).url.path == "/sign-in"
        assert (await page.get("/account")).status_code == 200


async def test_forms_of_another_site_do_nothing(desk: RunningDesk) -> None:
    """Nobody is signed in with an account that is not theirs, and no letter is sent."""
    await signed_up(desk)
    sent = len(await account_letters(desk))
    async with browser(desk, Origin="https://evil.example") as page:
        for path, fields in (
            ("/sign-in", {"email": DANIELLE, "password": PASSWORD}),
            ("/sign-up", {"email": "other@northlake.example"}),
            ("/account/confirm", {"token": "x" * 43, "password": PASSWORD}),
        ):
            assert (await page.post(path, data=fields)).status_code == 403, path
        assert SESSION not in page.cookies
    assert len(await account_letters(desk)) == sent


async def test_staff_sign_in_on_the_same_page(desk: RunningDesk) -> None:
    """They are led to the console, or to the page that they wanted. Another site's page is never followed."""
    await desk.staff("Maya", email="maya@support.example")
    people = desk.desk.people
    hashed = await people.passwords.hashed(PASSWORD)
    await desk.desk.storage.write(lambda tx: people.identity.set_password(tx, "maya@support.example", hashed, 0))
    async with browser(desk) as page:
        for following, place in (("", "/console"), ("/tickets", "/tickets"), ("//evil.example", "/console")):
            answer = await page.post(
                "/sign-in",
                data={"email": "maya@support.example", "password": PASSWORD, "next": following},
                follow_redirects=False,
            )
            assert (answer.status_code, answer.headers["location"]) == (303, place)


async def test_request_begun_elsewhere_can_be_given_back(desk: RunningDesk, clock: SettableClock) -> None:
    visitor = await desk.customer()
    said = {"team": "media", "text": "It fails", "email": DANIELLE, "name": "Eve"}
    number = (await desk.http(visitor.token).post("/api/tickets", json=said)).json()["number"]
    async with browser(desk) as page:
        token = (await asked(desk, page)).partition("=")[2]
        welcome = await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        assert "1 request that was made with this address" in welcome.text
        shown = unescape((await page.get(f"/requests/{number}")).text)
        assert "Begun in another browser" in shown and "It fails" in shown
        gone = await page.post(f"/requests/{number}/not-mine", data={})
        assert gone.url.path == "/requests" and f"#{number}" not in gone.text
        assert (await page.get(f"/requests/{number}")).status_code == 404


async def test_browser_that_began_a_request_keeps_what_it_saw(desk: RunningDesk) -> None:
    """But gets nothing new, and cannot write."""
    maya = await desk.staff("Maya")
    async with browser(desk) as eve:
        await eve.get("/submit")
        said = {"team": "media", "text": "It fails", "email": DANIELLE, "key": "k"}
        sent = await eve.post("/submit", data=said, files=[("files", ("plan.pdf", PDF, "application/pdf"))])
        number = int(str(sent.url).rpartition("=")[2])
        await signed_up(desk)
        answered = await desk.http(maya.token).post(f"/api/tickets/{number}/replies", json={"text": "For Danielle"})
        assert answered.status_code == 200
        page = await eve.get(f"/requests/{number}")
        assert page.status_code == 200 and "It fails" in page.text and "For Danielle" not in page.text
        assert "plan.pdf" in page.text and "/files/" not in page.text and "<textarea" not in page.text
        assert (await eve.post(f"/requests/{number}", data={"text": "Me too", "key": "r"})).status_code == 404


async def test_giving_back_after_the_session_ended_leads_to_the_request(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        asked_back = await page.post("/requests/7/not-mine", data={}, follow_redirects=False)
        assert asked_back.headers["location"] == "/sign-in?next=%2Frequests%2F7"


async def test_form_that_is_sent_after_the_session_ended_comes_back(desk: RunningDesk) -> None:
    """With its texts. Nothing becomes a request of nobody, and a reply is not lost either."""
    page = await signed_up(desk)
    shown = await page.get("/submit")
    account = re.findall(r'name="account" value="([^"]+)"', shown.text)
    said = {"team": "media", "text": "Kept words", "key": "k", "account": account[0]}
    number = (await page.post("/submit", data=said)).headers["location"].rpartition("=")[2]
    await page.post("/account", data={"do": "sign-out"})
    told = await page.post(f"/requests/{number}", data={"text": "A kept reply", "key": "r"})
    assert told.status_code == 404 and "A kept reply</textarea>" in told.text
    told = await page.post("/submit", data={**said, "key": "k2"})
    assert told.status_code == 409 and "You were signed out" in told.text and "Kept words" in told.text
    told = await page.post(f"/requests/{number}", data={"text": "A kept reply", "key": "r"})
    assert told.status_code == 404 and "A kept reply</textarea>" in told.text
    await page.post("/sign-in", data={"email": DANIELLE, "password": PASSWORD})
    assert (await page.post(f"/requests/{number}", data={"text": "A kept reply", "key": "r"})).status_code == 303


async def test_account_page_during_an_outage_says_the_truth(desk: RunningDesk) -> None:
    page = await signed_up(desk)
    said = {"do": "you", "name": "Dani", "locale": "", "timezone": ""}
    with patch.object(desk.desk.storage, "write", AsyncMock(side_effect=StorageUnavailable("disk full"))):
        told = await page.post("/account", data=said)
        assert told.status_code == 503 and "Nothing was changed" in told.text and 'value="Dani"' in told.text
    with unanswered(desk.desk):
        told = await page.post("/account", data=said)
        assert told.status_code == 503 and "This may have been saved" in told.text


async def test_token_of_the_widget_does_not_change_the_account(desk: RunningDesk) -> None:
    client = await widget(desk, await signed_up(desk))
    said = {"do": "you", "name": "Eve", "locale": "", "timezone": ""}
    answer = await desk.http(client.token, Origin=desk.origin).post("/account", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    assert (await desk.http(client.token).get("/api/me")).json()["name"] == "Danielle"


async def test_names_and_addresses_never_become_markup(desk: RunningDesk) -> None:
    bad = '"><script>alert(1)</script>'
    async with browser(desk) as page:
        for fields in ({"email": bad, "name": bad}, {"email": DANIELLE, "name": bad, "timezone": bad}):
            assert "<script>alert" not in (await page.post("/sign-up", data=fields)).text
        wrong = await page.post("/sign-in", data={"email": bad, "password": bad, "next": bad})
        assert "<script>alert" not in wrong.text
        token = (await asked(desk, page, name=bad)).partition("=")[2]
        welcome = await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        assert "<script>alert" not in welcome.text and "Welcome, " in welcome.text
        assert "<script>alert" not in (await page.get("/account")).text


async def submitted(page: httpx2.AsyncClient, **fields: str) -> int:
    await page.get("/submit")
    sent = await page.post("/submit", data={"team": "media", "text": "It fails", **fields})
    return int(str(sent.url).rpartition("=")[2])


async def test_requests_of_this_browser_become_the_accounts(desk: RunningDesk) -> None:
    """Those with its address, and those without any. What was sent with another address stays the browser's."""
    async with browser(desk) as page:
        known = await submitted(page, email=DANIELLE)
        nameless = await submitted(page)
        foreign = await submitted(page, email="someone@elsewhere.example")
        token = (await asked(desk, page)).partition("=")[2]
        welcome = await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        assert "2 requests" in welcome.text
        listed = (await page.get("/requests")).text
        assert f"#{known}" in listed and f"#{nameless}" in listed and f"#{foreign}" not in listed
        for number in (known, nameless):
            assert "Begun in another browser" not in unescape((await page.get(f"/requests/{number}")).text)
        out = await page.post("/account", data={"do": "sign-out"})
        assert out.url.path == "/" and DANIELLE not in out.text
        left = (await page.get("/requests")).text
        assert f"#{foreign}" in left and f"#{known}" not in left and f"#{nameless}" not in left
        for number in (known, nameless):
            assert (await page.get(f"/requests/{number}")).status_code == 404


async def test_signing_in_where_a_request_was_begun_makes_it_the_customers_own(desk: RunningDesk) -> None:
    """It was attached when the address was confirmed, in another browser."""
    async with browser(desk) as office, browser(desk) as home:
        number = await submitted(office, email=DANIELLE)
        token = (await asked(desk, home)).partition("=")[2]
        await home.post("/account/confirm", data={"token": token, "password": PASSWORD})
        assert "Begun in another browser" in unescape((await home.get(f"/requests/{number}")).text)
        assert (await office.get(f"/requests/{number}")).status_code == 200
        later = await submitted(office, email=DANIELLE)
        await office.post("/sign-in", data={"email": DANIELLE, "password": PASSWORD})
        for page in (office, home):
            assert "Begun in another browser" not in unescape((await page.get(f"/requests/{number}")).text)
            assert (await page.get(f"/requests/{later}")).status_code == 200
        await office.post("/account", data={"do": "sign-out"})
        assert (await office.get(f"/requests/{number}")).status_code == 404


async def test_sign_out_leaves_no_cookie_that_tells_of_the_account(desk: RunningDesk) -> None:
    """The language and the zone of the account go too, on the page and over the API."""
    async with browser(desk) as page:
        for way in ("page", "api"):
            await desk.desk.own_accounts.ask(Wanted(email=DANIELLE, locale="fr", timezone="America/Chicago"))
            token = (await account_letters(desk))[-1][3] or ""
            await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
            assert "switchboard_locale" in page.cookies
            await (page.post("/account", data={"do": "sign-out"}) if way == "page" else page.delete("/api/session"))
            # The device cookie stays: it only lets this browser try a password when others may not.
            assert set(page.cookies) == {"switchboard_device"}, way


async def test_coordinator_reads_colleagues_requests_and_writes_on_their_own(
    desk: RunningDesk, clock: SettableClock
) -> None:
    """They take part where somebody added them. Other requests they only read."""
    people, storage = desk.desk.people, desk.desk.storage
    await storage.write(
        lambda tx: people.customers.add_client(
            tx, id="c1", name="Northlake", domains=["northlake.example"], account_team=None, vip=False, now=1
        )
    )
    ana, danielle = await signed_up(desk, "ana@northlake.example"), await signed_up(desk)
    said = {"team": "media", "text": "It fails", "key": "k"}
    number = int((await ana.post("/submit", data=said)).headers["location"].rpartition("=")[2])
    assert (await danielle.get(f"/requests/{number}")).status_code == 404
    await storage.write(lambda tx: people.customers.coordinate(tx, DANIELLE, True))
    clock.forward(2)
    assert f"#{number}" in (await danielle.get("/requests?whose=company")).text
    shown = (await danielle.get(f"/requests/{number}")).text
    assert "It fails" in shown and "<textarea" not in shown and "You coordinate these requests" in shown
    refused = await danielle.post(f"/requests/{number}", data={"text": "Me too", "key": "r"})
    assert refused.status_code == 403 and "Me too" not in (await ana.get(f"/requests/{number}")).text
    agent = await desk.staff("Maya")
    asks = {"text": "Which invoice?", "status": "awaiting_reply"}
    (await desk.http(agent.token).post(f"/api/tickets/{number}/replies", json=asks)).raise_for_status()
    for path in ("/requests?whose=company", f"/requests/{number}"):
        shown = (await danielle.get(path)).text
        assert "Waiting for Northlake" in shown and "Waiting for you" not in shown
        assert "from you" not in shown
    assert "confirmation from you" in (await ana.get(f"/requests/{number}")).text
    invited = await desk.http(agent.token).patch(f"/api/tickets/{number}", json={"participants": [DANIELLE]})
    assert invited.status_code == 200
    assert "<textarea" in (await danielle.get(f"/requests/{number}")).text
    await storage.write(lambda tx: people.customers.coordinate(tx, DANIELLE, False))
    clock.forward(2)
    assert "whose=company" not in (await danielle.get("/requests")).text
