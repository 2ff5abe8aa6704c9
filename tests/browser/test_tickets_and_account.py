"""The list of tickets, one's account, and what is shown while the desk cannot be reached."""

from __future__ import annotations

import asyncio
import re
import signal
from contextlib import suppress
from pathlib import Path
from time import time

import httpx2
import pyotp
import pytest
from playwright.async_api import BrowserContext, Page, Route, expect
from playwright.async_api import TimeoutError as StillWaiting

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import PASSWORD, PRIYA, OpenDesk, serving
from tests.browser.people import Agent
from tests.running import DEADLINE_S, RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANOTHER = "tr0ubador and staple"


async def test_ticket_is_created_found_and_reached_by_keyboard(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """A missing value is explained beside its field, which gets the focus. The ticket counts as open work, is found by
    a word and by a filter, and keys move through the list."""
    witness.expects("status of 422", "status of 404")
    page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    for subject, who in (("Training on the telephone", "Sofía"), ("An order patch", "Omar")):
        await page.goto(f"{desk.url}/tickets")
        await page.get_by_role("button", name="New ticket").click()
        dialog = page.get_by_role("dialog", name="New ticket")
        await dialog.get_by_role("button", name="Create ticket").click()
        await expect(dialog.get_by_label("Description")).to_be_focused()
        await expect(dialog.get_by_text("Enter a description.")).to_be_visible()
        await dialog.get_by_label("Requester", exact=True).fill(who)
        await dialog.get_by_label("Requester’s email").fill("no address")
        await dialog.get_by_label("Subject").fill(subject)
        await dialog.get_by_label("Description").fill("They called about it.")
        await dialog.get_by_role("button", name="Create ticket").click()
        await expect(dialog.get_by_label("Requester’s email")).to_be_focused()
        await dialog.get_by_label("Requester’s email").fill(f"{len(who)}@northlake.example")
        assert await faults_by_day_and_night(page) == []
        await dialog.get_by_role("button", name="Create ticket").click()
        await expect(page.get_by_role("heading", name=subject)).to_be_visible()
    # What Omar had to say is his, whoever typed it.
    said = page.get_by_role("region", name="Messages").get_by_role("article")
    await expect(said).to_contain_text("Omar, written down by you")
    await page.get_by_text("Note", exact=True).click()
    await expect(page.get_by_role("textbox", name="Note (only staff see it)")).to_be_focused()
    await page.get_by_text("Reply", exact=True).click()
    await expect(page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()
    await expect(page.get_by_text("Omar gets a link by mail, not your text")).to_be_visible()
    missing = await page.goto(f"{desk.url}/tickets/3")
    assert missing is not None and missing.status == 404
    await expect(page.get_by_role("heading", name="Ticket not found")).to_be_visible()

    await page.goto(f"{desk.url}/tickets")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(2)
    views = page.get_by_role("navigation", name="Views")
    await expect(views.get_by_role("link", name="Unassigned")).to_contain_text("2")
    await page.get_by_label("Search all tickets").fill("telephone")
    await expect(rows).to_have_count(1)
    await expect(rows.locator("mark")).to_have_text(["telephone"])
    await views.get_by_role("link", name="Waiting for customer").click()
    await expect(page.get_by_text("No tickets in this view match your search.")).to_be_visible()
    await expect(page.get_by_label("Search these tickets")).to_have_value("telephone")
    await page.get_by_role("link", name="Search all tickets").last.click()
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("link", name="Search all tickets")).to_have_count(0)
    await page.get_by_label("Search all tickets").fill("")
    await expect(rows).to_have_count(2)
    await expect(page.get_by_role("heading", name="All open work")).to_be_visible()
    await page.get_by_role("button", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Filter")
    await dialog.get_by_role("combobox", name="Filter by").select_option("email")
    await dialog.get_by_role("radio", name="With none of these").check()
    await dialog.get_by_label("Email address").fill(f"{len('Omar')}@NORTHLAKE.example")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("checkbox")).to_be_checked()
    assert await faults_by_day_and_night(page) == []
    await dialog.get_by_role("button", name="Show").click()
    await expect(rows).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"not_email="))
    await page.get_by_role("button", name="Change filter Email not").click()
    await expect(dialog.get_by_role("radio", name="With none of these")).to_be_checked()
    await dialog.get_by_role("combobox", name="Filter by").select_option("product")
    await dialog.get_by_role("checkbox", name="Lumina").check()
    await dialog.get_by_role("button", name="Show").click()
    await expect(page.get_by_text("No tickets match these filters.")).to_be_visible()
    await page.get_by_role("button", name="Clear filters").click()
    await expect(rows).to_have_count(2)

    await page.locator("body").click(position={"x": 5, "y": 5})
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="An order patch")).to_be_visible()
    await expect(page.get_by_text("1 of 2")).to_be_visible()
    await page.locator("[name=participants]").fill("bo@northlake.example, nobody")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.locator("[data-wrong=participants]")).to_contain_text("nobody")
    await expect(page.locator("[name=participants]")).to_be_focused()
    await page.locator("[name=participants]").fill("bo@northlake.example")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_role("list").get_by_text("bo@northlake.example")).to_be_visible()
    await page.get_by_role("region", name="Messages").focus()
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Training on the telephone")).to_be_visible()

    await page.route(re.compile(r"/api/tickets\?"), lambda route: route.continue_(url=f"{route.request.url}&limit=1"))
    await page.goto(f"{desk.url}/tickets?view=all")
    await expect(rows).to_have_count(1)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(rows.nth(1).locator("td.sub a")).to_be_focused()


async def test_search_and_keys_are_the_same_on_every_staff_page(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """Ctrl K finds a ticket by its words and by its number, and runs commands. The sheet lists the page's own keys."""
    page = await a_ticket(await window(), desk.url)
    keys = page.keyboard
    number = page.url.rpartition("/")[2]
    await keys.press("Escape")
    await keys.press("n")
    await expect(page.get_by_role("textbox", name="Note (only staff see it)")).to_be_focused()
    await keys.press("Escape")
    await keys.press("r")
    await expect(page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()
    await keys.press("Escape")
    await keys.press("a")
    await expect(page.locator("[name=assignee]")).to_have_value(re.compile("."))
    # A page with a change under way asks before it is left.
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    await keys.press("?")
    sheet = page.get_by_role("dialog", name="Shortcuts and alerts")
    for named in ("Assign it to you", "Canned replies and macros"):
        await expect(sheet).to_contain_text(named)
    await keys.press("Escape")

    await keys.press("Control+k")
    search = page.get_by_role("combobox", name="Search or jump to")
    options = page.get_by_role("listbox", name="Results").get_by_role("option")
    await search.fill(">new ticket")
    await expect(options).to_have_count(1)
    await keys.press("Enter")
    await expect(page.get_by_role("dialog", name="New ticket")).to_be_visible()
    await keys.press("Escape")
    await keys.press("Control+k")
    await search.fill("called about")
    await expect(options.first.locator("mark")).to_have_text(["called", "about"])
    assert await faults_by_day_and_night(page) == []
    await search.fill(f"#{number}")
    await expect(options.first).to_contain_text("They called about it.")
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="They called about it.")).to_be_visible()


async def a_ticket(context: BrowserContext, desk: str) -> Page:
    """The page of one that was just opened for Omar."""
    page = (await Agent.at_console(context, desk, PRIYA)).page
    await page.goto(f"{desk}/tickets")
    await page.get_by_role("button", name="New ticket").click()
    dialog = page.get_by_role("dialog", name="New ticket")
    await dialog.get_by_label("Requester", exact=True).fill("Omar")
    await dialog.get_by_label("Description").fill("They called about it.")
    await dialog.get_by_role("button", name="Create ticket").click()
    await expect(page.get_by_role("heading", name="They called about it.")).to_be_visible()
    return page


async def test_reply_in_flight_keeps_text_typed_meanwhile(desk: RunningDesk, window: Window) -> None:
    """Text typed before the reply is stored stays, and so does a draft note. The sent reply is no longer a draft."""
    page = await a_ticket(await window(), desk.url)
    stored = asyncio.Event()

    async def late(route: Route) -> None:
        await stored.wait()
        await route.continue_()

    await page.route("**/replies", late)
    box = page.locator("#reply")
    sent = page.get_by_role("region", name="Messages").get_by_role("article")
    await page.get_by_text("Note", exact=True).click()
    await box.fill("A note that is begun")
    await page.get_by_text("Reply", exact=True).click()

    await box.fill("One")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    await box.press_sequentially(", and two")
    stored.set()
    await expect(sent).to_have_count(2)
    await expect(box).to_have_value("One, and two")

    stored.clear()
    await box.fill("Three")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Note", exact=True).click()
    await expect(box).to_have_value("A note that is begun")
    stored.set()
    await expect(sent).to_have_count(3)
    await expect(box).to_have_value("A note that is begun")
    await page.get_by_text("Reply", exact=True).click()
    await expect(box).to_have_value("")
    await page.reload()
    await expect(sent).to_have_count(3)
    await expect(box).to_have_value("")
    await page.get_by_text("Note", exact=True).click()
    await expect(box).to_have_value("A note that is begun")


async def test_reply_and_ticket_whose_answers_are_lost_are_stored_once(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """A reply and a new ticket are stored, but the responses are lost or replaced by a proxy. The reply arrives live,
    so it is no draft any more. The page says that the ticket may exist. Sent again, it exists once."""
    witness.expects("status of 504", "ERR_FAILED")
    page = await a_ticket(await window(), desk.url)

    async def unheard(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        await route.fetch()
        if "replies" in route.request.url:
            await route.abort()
        else:
            await route.fulfill(status=504, body="<h1>504 Gateway Time-out</h1>", content_type="text/html")

    box = page.locator("#reply")
    sent = page.get_by_role("region", name="Messages").get_by_role("article")
    await page.route("**/replies", unheard)
    await box.fill("One")
    await page.get_by_role("button", name="Send").click()
    await expect(sent).to_have_count(2)
    await expect(box).to_have_value("")
    await page.unroute("**/replies", unheard)
    # The same words once more are another reply.
    await box.fill("One")
    await page.get_by_role("button", name="Send").click()
    await expect(sent).to_have_count(3)

    await page.goto(f"{desk.url}/tickets")
    await page.route("**/api/tickets", unheard)
    await page.get_by_role("button", name="New ticket").click()
    dialog = page.get_by_role("dialog", name="New ticket")
    await dialog.get_by_label("Requester", exact=True).fill("Omar")
    await dialog.get_by_label("Description").fill("A second one")
    opens = dialog.get_by_role("button", name="Create ticket")
    await opens.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("it won’t be sent twice.")
    await page.unroute("**/api/tickets", unheard)
    await opens.click()
    await expect(page.get_by_role("heading", name="#2 A second one")).to_be_visible()
    await page.goto(f"{desk.url}/tickets")
    await expect(page.locator("tbody tr")).to_have_count(2)


async def test_sign_out_elsewhere_and_new_password_take_effect(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """The other browser is signed out at once. The new password works, and the old one does not."""
    witness.expects("status of 401")
    page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    other = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    await page.get_by_role("button", name="Account of Priya Raman").click()
    await page.get_by_role("menuitem", name="Your account").click()
    await expect(page.get_by_role("heading", name="Where you’re signed in")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name="Sign out Chrome").click()
    await expect(page.get_by_label("Your password, to confirm")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Enter your password.")).to_be_visible()
    await page.get_by_label("Your password, to confirm").fill("something else")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("That password is incorrect. Try again.")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await page.get_by_label("Your password, to confirm").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out Chrome")).to_have_count(0)
    await other.goto(f"{desk.url}/account")
    await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    await page.get_by_label("Current password").fill("something else")
    await page.get_by_label("New password").fill(ANOTHER)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("That password is incorrect. Try again.")).to_be_visible()
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("Password changed.")).to_be_visible()
    for password, shown in ((PASSWORD, "That didn’t match."), (ANOTHER, "Where you’re signed in")):
        await other.get_by_label("Email").fill(PRIYA.email)
        await other.get_by_label("Password").fill(password)
        await other.get_by_role("button", name="Sign in", exact=True).click()
        await expect(other.get_by_text(shown)).to_be_visible()


async def test_failed_sign_ins_are_shown_until_dismissed(desk: RunningDesk, window: Window) -> None:
    """The notice shows how many and from which network. Once dismissed by its button, it stays away."""
    for n in range(12):
        elsewhere = httpx2.AsyncHTTPTransport(local_address=f"127.0.9.{n + 1}")
        async with httpx2.AsyncClient(transport=elsewhere, timeout=60) as guesser:
            guess = {"email": PRIYA.email, "password": "not her password"}
            assert (await guesser.post(f"{desk.url}/api/session", json=guess)).status_code == 401
    page = (await Agent.at_console(await window(), desk.url, PRIYA)).page

    async def stored() -> int:
        told = (await (await page.request.get(f"{desk.url}/api/me")).json())["failed_sign_ins"]
        return told["count"] if told else 0

    async with asyncio.timeout(DEADLINE_S):
        # In the background, perhaps not all at once.
        while await stored() != 12:
            await asyncio.sleep(0.1)
    await page.goto(f"{desk.url}/account")
    notice = page.get_by_role("region", name="Someone may be guessing your password")
    await expect(notice).to_contain_text("12 failed sign-ins with your address since")
    await expect(notice).to_contain_text("from network 127.0.9.0/24")
    await expect(page.get_by_text("signed in from 127.0.0.0/24")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await notice.get_by_role("button", name="Got it").click()
    await expect(notice).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("heading", name="Two-step verification")).to_be_visible()
    await expect(page.get_by_text("signed in from 127.0.0.0/24")).to_be_visible()
    await expect(notice).to_be_hidden()


async def test_required_second_factor_is_set_up_and_recovered_from(
    witness: Witness, open_desk: OpenDesk, window: Window
) -> None:
    """A user without one is led to its setup, and then chats open. Without the phone, a recovery code works once."""
    witness.expects("status of 401", "status of 422", "status of 403")
    desk = await open_desk(second_factor="agent")
    context = await window()
    page = await context.new_page()
    await page.goto(f"{desk.url}/tickets")
    await page.get_by_label("Email").fill(PRIYA.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_text("Set up two-step verification to continue.")).to_be_visible()
    assert page.url == f"{desk.url}/account"
    factor = page.get_by_role("region", name="Two-step verification")
    await page.locator("#totp-password").fill(PASSWORD)
    await factor.get_by_role("button", name="Set up").click()
    await expect(page.get_by_alt_text("QR code for the authenticator app")).to_be_visible()
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await factor.get_by_label("Code from your app").fill(pyotp.TOTP(secret).at(int(time()) + 600))
    await factor.get_by_role("button", name="Turn on").click()
    await expect(factor.get_by_role("alert")).to_contain_text("seconds ahead")
    await factor.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    await factor.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    codes = await page.locator("#codes-list li").all_inner_texts()
    assert len(set(codes)) == 10
    assert await faults_by_day_and_night(page) == []
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download").click()
    kept = Path(await (await downloading.value).path()).read_text(encoding="utf-8")
    assert all(code in kept for code in codes) and PRIYA.email in kept
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == kept
    await page.emulate_media(media="print")
    await expect(page.locator("#codes-list")).to_be_visible()
    await expect(page.get_by_role("heading", name="Where you’re signed in")).to_be_hidden()
    await page.emulate_media(media="screen")
    await page.get_by_role("link", name="I’ve saved them").click()
    await expect(page.get_by_role("button", name="Account of Priya Raman")).to_be_visible()
    assert page.url == f"{desk.url}/console"
    await expect(page.get_by_role("button", name="Away, change your status")).to_be_visible()

    await page.get_by_role("button", name="Account of Priya Raman").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.get_by_label("Email").fill(PRIYA.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Code from your authenticator app")).to_be_focused()
    await page.get_by_role("button", name="Use a recovery code").click()
    assert await faults_by_day_and_night(page) == []
    await page.get_by_label("Recovery code").fill(codes[0].lower())
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{desk.url}/console")
    await page.goto(f"{desk.url}/account")
    await expect(page.get_by_text("9 of 10 left.")).to_be_visible()
    await page.locator("#codes-password").fill(PASSWORD)
    await page.get_by_role("button", name="Make new codes").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    assert not set(codes) & set(await page.locator("#codes-list li").all_inner_texts())
    await page.get_by_role("link", name="I’ve saved them").click()
    await expect(page.get_by_text("10 of 10 left.")).to_be_visible()


async def test_page_waits_for_the_server_and_continues_by_itself(
    witness: Witness, tmp_path: Path, window: Window
) -> None:
    """Our own page appears instead of the browser's error, then the requested page."""
    witness.expects(NO_SERVER)
    async with serving(tmp_path, [PRIYA]) as desk:
        page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        assert await desk.end(signal.SIGKILL) == -signal.SIGKILL
        await page.goto(f"{desk.url}/tickets")
        await expect(page.get_by_role("heading", name="No connection")).to_be_visible()
        assert await faults_by_day_and_night(page) == []
        await desk.start()
        # It looks by itself too, and may have gone on before.
        with suppress(StillWaiting):
            await page.get_by_role("button", name="Try again").click(timeout=5_000)
        await expect(page.get_by_role("heading", name="All open work")).to_be_visible()
