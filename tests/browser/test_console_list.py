"""An agent's console: the list of chats, the conversation, and both on a phone and beside the ticket pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import PHONE
from tests.browser.people import shows
from tests.browser.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# The pointer goes on moving among the chats.
MOVING = """
const move = () => document.getElementById('rows').dispatchEvent(new PointerEvent('pointermove'));
globalThis.moving = setInterval(move, 100);
"""


async def test_chats_are_grouped_by_urgency_and_sorted_by_wait(shift: Shift) -> None:
    """Chats that are owed a first response come first, amber in the last minute and red afterwards. Then come chats
    that wait for the agent, then chats that wait for the customer. Rows are sorted only once the pointer rests."""
    customers = {}
    for name in ("Omar", "Sofía", "Bartholomew", "Danielle"):
        customers[name] = await shift.asks(name, f"{name} asks")
        await shift.forward(5)
    headings = shift.page.get_by_role("navigation", name="Your chats").get_by_role("heading")
    await expect(headings).to_have_text(["First response owed"])
    await shift.order("Omar", "Sofía", "Bartholomew", "Danielle")

    for name in ("Sofía", "Omar"):
        await shift.row(name).click()
        await shift.agent.reply(f"Hi {name}")
        await shift.agent.has_stored_all()
        await shift.forward(1)
    await shift.order("Bartholomew", "Danielle", "Sofía", "Omar")
    await expect(headings).to_have_text(["First response owed", "Waiting for them"])
    for name in ("Omar", "Sofía"):
        client, chat = customers[name]
        await client.command("message.send", chat=chat, text="and another thing")
        await shift.forward(1)
    await expect(headings).to_have_text(["First response owed", "Waiting for you"])
    await shift.order("Bartholomew", "Danielle", "Omar", "Sofía")

    # Bartholomew's first response is due 180 s after he came, 7 s after Omar's row began to wait.
    await shift.forward(180 - 14 - 60)
    await expect(shift.row("Bartholomew")).to_have_class(re.compile(r"\bdue\b"))
    await expect(shift.row("Bartholomew")).to_contain_text("1:00 left")
    await shift.forward(62)
    await expect(shift.row("Bartholomew")).to_contain_text("0:02 over")
    await expect(shift.row("Bartholomew")).to_have_accessible_name(re.compile("first response overdue"))
    told = shift.page.get_by_role("status").filter(has_text="First response overdue: Bartholomew")
    await expect(told).to_have_count(1)
    await expect(shift.row("Danielle")).to_contain_text("0:03 left")
    assert await faults_by_day_and_night(shift.page) == []

    # The pointer is on a row: what happens changes its words, not its place.
    await shift.row("Danielle").hover()
    await shift.page.evaluate(MOVING)
    await shift.agent.write_at_once(["One moment"])
    await shift.agent.has_stored_all()
    await shift.asks("Ingrid", "a new one")
    await expect(shift.row("Omar")).to_contain_text("You: One moment")
    await shift.order("Bartholomew", "Danielle", "Ingrid", "Omar", "Sofía")
    # One that only rests there keeps no row under a heading that is not true any more.
    await shift.page.evaluate("clearInterval(moving)")
    await shift.order("Bartholomew", "Danielle", "Ingrid", "Sofía", "Omar")


async def test_next_reply_has_a_clock_that_pauses_with_the_customer(shift: Shift) -> None:
    """Plain, amber in the last minute of the team's 300 s, red and on top afterwards. It stops
    while the customer is disconnected."""
    sofia, chat = await shift.asks("Sofía", "one")
    omar, other = await shift.asks("Omar", "two")
    for name in ("Omar", "Sofía"):
        await shift.row(name).click()
        await shift.agent.reply(f"Hi {name}")
        await shift.agent.has_stored_all()
    await omar.command("message.send", chat=other, text="and another thing")
    await shift.forward(20)
    await sofia.command("message.send", chat=chat, text="And the invoice?")
    await expect(shift.row("Omar")).to_contain_text("0:20")
    await omar.close()
    await expect(shift.row("Omar")).to_contain_text("paused at 0:20")
    await shift.forward(241)
    await expect(shift.row("Sofía")).to_contain_text("0:59 left")
    await expect(shift.row("Sofía")).to_have_class(re.compile(r"\bdue\b"))
    await shift.order("Omar", "Sofía")
    await shift.page.mouse.move(600, 300)
    await shift.forward(61)
    await expect(shift.row("Sofía")).to_contain_text("0:02 over")
    await expect(shift.row("Sofía")).to_have_accessible_name(re.compile("reply overdue"))
    await expect(shift.page.get_by_role("status").filter(has_text="Reply overdue: Sofía")).to_have_count(1)
    await shift.order("Sofía", "Omar")
    assert await faults_by_day_and_night(shift.page) == []
    back = await shift.desk.customer(omar.token)
    await expect(shift.row("Omar")).to_contain_text("0:20")
    await shift.forward(100)
    await expect(shift.row("Omar")).to_contain_text("2:00")
    await back.close()


async def test_unread_messages_are_counted_and_drafts_kept_per_chat(shift: Shift) -> None:
    """Rows show unread counts, title and icon count the chats. A draft reply and a draft note survive a reload."""
    omar, chat = await shift.asks("Omar", "one")
    # It opens by itself, and is seen once the agent does something.
    await expect(shift.page.get_by_role("heading", name="Omar").first).to_be_visible()
    await expect(shift.row("Omar")).to_have_accessible_name(re.compile("1 unread"))
    await shift.page.mouse.move(600, 300)
    await expect(shift.row("Omar")).not_to_have_accessible_name(re.compile("unread"))
    await shift.asks("Sofía", "two")
    await shift.row("Sofía").click()
    await expect(shift.page.locator("#reply")).to_be_focused()
    for text in ("and", "so"):
        await omar.command("message.send", chat=chat, text=text)
    await expect(shift.row("Omar")).to_have_accessible_name(re.compile("2 unread"))
    await expect(shift.page).to_have_title("(1) Chats · Switchboard")
    await expect(shift.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("%3E1%3C"))

    box = shift.page.locator("#reply")
    await box.fill("half an ans")
    await shift.page.get_by_text("Note", exact=True).click()
    await expect(box).to_have_value("")
    await box.fill("half a note")
    await shift.row("Omar").click()
    await expect(box).to_have_value("")
    await expect(box).to_have_attribute("placeholder", "Reply to Omar")
    await expect(shift.row("Sofía")).to_contain_text("Draft half an ans")
    await expect(shift.page).to_have_title("Chats · Switchboard")
    await expect(shift.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("mark.svg$"))
    await omar.event("read", chat=chat)

    await shift.page.reload()
    await shift.row("Sofía").click()
    await expect(box).to_have_value("half an ans")
    await shift.page.get_by_text("Note", exact=True).click()
    await expect(box).to_have_value("half a note")
    await box.press("Enter")
    await expect(shift.agent.notes).to_have_text(["half a note"])
    await expect(box).to_have_value("half an ans")


async def top_of(what: Locator) -> float:
    """How far down the page it is."""
    box = await what.bounding_box()
    assert box is not None
    return box["y"]


async def test_conversation_scrolls_only_from_its_end(shift: Shift) -> None:
    """A reader at the end sees new messages. A reader further up keeps their place."""
    omar, chat = await shift.asks("Omar", "The first of many")
    await shift.row("Omar").click()
    for number in range(30):
        await omar.command("message.send", chat=chat, text=f"Line {number} of the order")
    log = shift.agent.log
    await expect(log.get_by_text("Line 29 of the order")).to_be_in_viewport()
    await omar.command("message.send", chat=chat, text="The newest")
    await expect(log.get_by_text("The newest")).to_be_in_viewport()

    await log.evaluate("(box) => { box.scrollTop = -(box.scrollHeight - box.clientHeight) / 2; }")
    reading = log.get_by_text("Line 12 of the order")
    await reading.scroll_into_view_if_needed()
    before = await top_of(reading)
    await omar.command("message.send", chat=chat, text="One more")
    await expect(log.get_by_text("One more")).to_be_attached()
    assert abs(await top_of(reading) - before) < 1
    await expect(log.get_by_text("One more")).not_to_be_in_viewport()


async def test_phone_shows_the_list_or_one_conversation(shift: Shift) -> None:
    """A row opens the conversation, the name opens the customer's details, and Back returns to the same row. After a
    transfer the next conversation is shown, below a line about the one before."""
    await shift.page.set_viewport_size(PHONE)
    await shift.asks("Omar", "From the train")
    await shift.asks("Sofía", "two")
    await expect(shift.agent.log).to_be_hidden()
    await shift.row("Omar").click()
    await shows(shift.agent.log, ["From the train"])
    await expect(shift.agent.rows.first).to_be_hidden()
    await expect(shift.page.get_by_role("region", name="Conversation with Omar")).to_be_focused()

    about = shift.page.get_by_role("complementary", name="About the customer")
    await expect(about).to_be_hidden()
    await shift.page.get_by_role("button", name="Omar").click()
    await expect(about).to_be_visible()
    assert await faults_by_day_and_night(shift.page) == []
    await shift.page.keyboard.press("Escape")
    await expect(about).to_be_hidden()
    await expect(shift.page.get_by_role("button", name="Omar")).to_be_focused()
    await shift.page.get_by_role("link", name="Back to your chats").click()
    await expect(shift.agent.log).to_be_hidden()
    await expect(shift.row("Omar")).to_be_focused()

    await shift.row("Omar").click()
    await shift.page.get_by_role("button", name="Transfer").click()
    dialog = shift.page.get_by_role("dialog", name="Transfer the chat with Omar")
    await dialog.get_by_role("radio", name=re.compile("^Finance")).check()
    await dialog.get_by_role("button", name="Transfer to Finance", exact=True).click()
    await dialog.get_by_role("button", name="Transfer to Finance anyway").click()
    await shows(shift.agent.log, ["two"])
    await expect(shift.page.get_by_text("You transferred Omar to Finance.", exact=True)).to_be_visible()
    await expect(shift.page.get_by_role("region", name="Conversation with Sofía")).to_be_focused()


async def test_unanswered_chat_alerts_the_agent_again(shift: Shift) -> None:
    """A new chat plays a sound, and in a hidden page shows a notification, every 15 seconds until it is answered. Then
    both end, and the notification is removed."""
    await shift.page.keyboard.press("?")
    sheet = shift.page.get_by_role("dialog", name="Shortcuts and alerts")
    await sheet.get_by_role("checkbox", name="Desktop notifications").check()
    await sheet.get_by_role("button", name="Done").click()
    await shift.page.evaluate("looking = false")
    omar, chat = await shift.asks("Omar", "Anybody there?")
    await shift.sounded(1)
    assert (await shift.calls())["shown"] == ["Omar is waiting for a first response: Anybody there?"]
    await shift.forward(14)
    await expect(shift.row("Omar")).to_contain_text("2:46 left")
    await shift.sounded(1)
    for times in (2, 3):
        await shift.forward(15)
        await shift.sounded(times)
    assert (await shift.calls())["open"] == [chat]

    # It is answered: nobody is called any longer.
    await shift.agent.rows.click()
    await shift.agent.write_at_once(["Here I am"])
    await shift.agent.log.hover()
    await omar.event("message", text="Here I am")
    await shift.agent.has_stored_all()
    await shift.forward(60)
    await expect(shift.page.get_by_role("heading", name="Waiting for them")).to_be_visible()
    await expect(shift.row("Omar")).to_contain_text("1:00")
    assert await shift.calls() | {"shown": []} == {"sounds": ["."] * 3, "shown": [], "open": []}

    # A further message calls too, for whoever looks elsewhere.
    await omar.command("message.send", chat=chat, text="Thank you")
    await shift.sounded(4)
    assert (await shift.calls())["shown"][-1] == "Omar: Thank you"
    await shift.page.evaluate("looking = true")
    await shift.page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(shift.page).to_have_title("Chats · Switchboard")
    assert (await shift.calls())["open"] == []


async def test_chats_stay_live_on_the_ticket_pages(shift: Shift) -> None:
    """On the pages for tickets, one ticket and the account, the bar counts the chats that need the agent. The title
    counts them too, a sound plays, and the agent can go away there."""
    client, chat = await shift.asks("Omar", "Where is it?")
    page = shift.page
    await client.command("message.send", chat=chat, text="Hello?")
    for path in ("/account", "/tickets"):
        await page.goto(f"{shift.desk.url}{path}")
        await expect(page.get_by_role("link", name="Chats 1 waiting, 2 unread")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name=re.compile("^Available")).click()
    await page.get_by_role("menuitemradio", name="At lunch").click()
    await expect(page.get_by_role("button", name=re.compile("^Away, At lunch"))).to_be_visible()
    await client.command("message.send", chat=chat, text="Are you there?")
    await expect(page.get_by_role("link", name="Chats 1 waiting, 3 unread")).to_be_visible()
    await page.wait_for_function("calls.sounds > 0")
    await page.get_by_role("link", name="Chats 1 waiting, 3 unread").click()
    await expect(shift.row("Omar")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^Away"))).to_be_visible()
