"""The customers' pages as people use them: without scripts, and with them."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from clock import from_rfc3339
from tests.browser.chromium import PHONE, Window, Witness
from tests.browser.desk import OpenDesk
from tests.browser.injections import INJECTIONS
from tests.mail.sink import Sink
from tests.running import RunningDesk, SettableClock

DROP = """form => {
  const dropped = new DataTransfer();
  dropped.items.add(new File(['Dec 7'], 'plan.txt', { type: 'text/plain' }));
  form.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""

HOUR_S = 3600

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def sent(page: Page, desk: RunningDesk, text: str, subject: str) -> int:
    """Fill in the form and send it. Returns the number of the request."""
    await page.goto(f"{desk.url}/submit")
    await page.get_by_label("Team").select_option("media")
    await page.get_by_label("Your work email").fill("danielle@northlake.example")
    await page.get_by_label("Subject").fill(subject)
    await page.get_by_label("What happened").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", name=re.compile("It’s with Media as #"))).to_be_visible()
    return int(page.url.rpartition("=")[2])


async def staff_say(desk: RunningDesk, token: str, number: int, **said: str) -> None:
    async with desk.http(token) as staff:
        (await staff.post(f"/api/tickets/{number}/replies", json=said)).raise_for_status()


async def test_whole_life_of_a_request_needs_no_script(desk: RunningDesk, browser: Browser) -> None:
    """Sent, asked, answered, solved, reopened, all by links and forms."""
    maya = await desk.staff("Maya")
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    number = await sent(page, desk, "Line 2 won’t take Dec 7", "Flight dates overlap")
    await staff_say(desk, maya.token, number, text="Which order?", status="awaiting_reply")
    await page.goto(desk.url)
    await page.get_by_role("link", name="Flight dates overlap").click()
    await expect(page.get_by_text("Awaiting your reply")).to_be_visible()
    await page.get_by_label("Or answer Maya").fill("SO-448263")
    plan = FilePayload(name="plan.txt", mimeType="text/plain", buffer=b"Dec 7 to Dec 20")
    await page.get_by_label("Attach files").set_input_files(plan)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("region", name="Conversation").get_by_role("article").last).to_contain_text(
        "plan.txt"
    )
    await staff_say(desk, maya.token, number, text="Done", status="solved", resolution="support_question")
    await page.reload()
    await expect(page.get_by_text("Last day to reopen")).to_be_visible()
    await page.get_by_label("What is still wrong?").fill("Line 3 too")
    await page.get_by_role("button", name="Reopen with this reply").click()
    await expect(page.get_by_text("It is with us")).to_be_visible()
    await page.get_by_role("link", name="My requests").first.click()
    await expect(page.get_by_role("heading", name="With us")).to_be_visible()
    await page.get_by_label("Search your requests").fill("overlap")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("link", name="Flight dates overlap")).to_be_visible()
    await context.close()


async def test_whole_life_of_a_request_of_somebody_who_has_only_the_portal(
    sink: Sink, open_desk: OpenDesk, window: Window
) -> None:
    """Sent, asked, answered, reminded twice, solved by the clock, reopened, solved, and followed up after the last day.

    The customer never opens a letter. Each step is on the page, with its date. A mail server takes all letters, which
    have nothing of the request, because nobody has confirmed the address.
    """
    clock = SettableClock(from_rfc3339("2026-11-23T15:00:00.000Z"))
    desk = await open_desk(clock=clock, smtp_url=sink.url)
    page = await (await window()).new_page()
    maya = await desk.staff("Maya")
    number = await sent(page, desk, "Line 2 won’t take Dec 7", "Flight dates overlap")
    await hour_passes(desk, clock)
    await staff_say(desk, maya.token, number, text="Which order?", status="awaiting_reply")
    await hour_passes(desk, clock)
    side = page.get_by_role("complementary", name="Status of this request")
    await page.goto(f"{desk.url}/requests/{number}")
    await page.get_by_label("Or answer Maya").fill("SO-448263")
    await page.get_by_role("button", name="Send").click()
    await expect(side).to_contain_text("It is with us")

    await staff_say(desk, maya.token, number, text="Which line of it?", status="awaiting_reply")
    await hour_passes(desk, clock)
    await page.reload()
    for step, following in (
        ("reminder_1", "We remind you again"),
        ("reminder_2", "We solve it, if we hear nothing"),
        ("auto_solve", "Last day to reopen"),
    ):
        async with desk.http(maya.token) as staff:
            clock.at = from_rfc3339((await staff.get(f"/api/tickets/{number}")).json()["promise"][step])
        await desk.desk.ticket_clock.sweep()
        await desk.desk.delivery.idle()
        await page.reload()
        await expect(side.locator("li.now")).to_contain_text(following)
    await expect(side).to_contain_text("Auto-solved pending user response")

    await page.get_by_label("What is still wrong?").fill("I was away: line 3")
    await page.get_by_role("button", name="Reopen with this reply").click()
    await expect(side).to_contain_text("It is with us")
    await staff_say(desk, maya.token, number, text="Done", status="solved", resolution="support_question")
    await page.reload()
    await expect(side).to_contain_text("Support question")

    clock.forward(30 * 86_400)
    await page.reload()
    await expect(page.get_by_role("heading", name="This request is closed")).to_be_visible()
    await page.get_by_label("What is wrong now?").fill("It came back")
    await page.get_by_role("button", name="Write a follow-up").click()
    await expect(page.get_by_role("link", name=f"Follow-up of #{number}")).to_be_visible()
    await expect(page).not_to_have_url(re.compile(rf"/requests/{number}$"))
    await desk.desk.delivery.idle()
    assert len(sink.taken) >= len(("received", "reply", "reply", "reminder", "reminder", "auto-solved"))
    said = "".join(map(everything_in, sink.contents))
    assert f"#{number}" in said and not [word for word in ("Flight", "448263", "Which") if word in said]


def everything_in(letter: bytes) -> str:
    """The subject and all texts of a letter."""
    message = message_from_bytes(letter, policy=default)
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join((str(message["Subject"]), *texts))


async def hour_passes(desk: RunningDesk, clock: SettableClock) -> None:
    """An address that nobody confirmed gets one letter an hour. The hour begins once the first one is accepted."""
    await desk.desk.delivery.idle()
    clock.forward(HOUR_S)
    await desk.desk.delivery.idle()


async def test_pages_change_in_place_where_scripts_run(witness: Witness, desk: RunningDesk, window: Window) -> None:
    """The team's promise, the search and the reply come without loading the page anew, and files can be dropped."""
    witness.expects("status of 422")
    page = await (await window()).new_page()
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    number = await sent(page, desk, "Line 2 won’t take Dec 7", "Flight dates overlap")
    await page.goto(f"{desk.url}/submit")
    await page.get_by_label("What happened").fill("Kept words")
    await page.get_by_label("Team").select_option("media")
    await expect(page.get_by_role("button", name="Send to Media")).to_be_visible()
    await expect(page.get_by_label("What happened")).to_have_value("Kept words")
    await page.locator("form.form").evaluate(DROP)
    assert await page.get_by_label("Files").evaluate("field => field.files[0].name") == "plan.txt"

    await page.goto(f"{desk.url}/requests")
    before = len(loads)
    await page.get_by_label("Search your requests").press_sequentially("overlap")
    await expect(page.get_by_role("status")).to_have_text("1 request found")
    await expect(page).to_have_url(re.compile("q=overlap"))
    await page.get_by_label("Search your requests").press_sequentially("ping")
    await expect(page.get_by_role("heading", name="Nothing for “overlapping”")).to_be_visible()
    assert len(loads) == before

    await page.goto(f"{desk.url}/requests/{number}")
    before = len(loads)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#answer").get_by_role("alert")).to_be_focused()
    await page.get_by_label("Add to your request").fill("A word more")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#latest")).to_contain_text("A word more")
    await expect(page.locator("#latest")).to_be_focused()
    await expect(page.get_by_label("Add to your request")).to_have_value("")
    assert len(loads) == before


async def test_request_is_sent_and_read_with_scripts_in_the_readers_zone(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """Nothing runs that somebody wrote, and the second page has the times of the reader's zone. A long address and a
    long name of a file make no page wider than the screen."""
    witness.expects("status of 422")
    page = await (await window(PHONE, "Asia/Tokyo")).new_page()
    await page.goto(f"{desk.url}/submit")
    await page.get_by_label("What happened").fill(f"https://spectra.example/{'x' * 200}")
    plan = FilePayload(name=f"{'plan_' * 20}.txt", mimeType="text/plain", buffer=b"Dec 7 to Dec 20")
    await page.get_by_label("Files").set_input_files(plan)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.get_by_role("button", name="Send request").click()
    await expect(page.get_by_role("checkbox", name="plan_")).to_be_checked()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await sent(page, desk, "\n".join(INJECTIONS[:40]), INJECTIONS[0][:100])
    await page.get_by_role("link", name="See the request").click()
    await expect(page.get_by_role("region", name="Conversation")).to_contain_text("<script>")
    await page.get_by_role("link", name="My requests").first.click()
    await expect(page.get_by_text("Times are those of Tokyo")).to_be_visible()
    assert await page.evaluate("globalThis.ran") is None
    await page.locator(".p-menu summary").click()
    await page.get_by_role("navigation", name="Menu").get_by_role("link", name="Contacts").click()
    await expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    await expect(page.get_by_label("Show times also in")).to_have_value("Asia/Tokyo")
