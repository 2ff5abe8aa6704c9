"""What does not go together, is too much or is not theirs: the reason is shown in place, and nothing is lost by it."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import expect

from tests.browser.chromium import Window, Witness
from tests.browser.desk import DESHAWN, PRIYA, HostSite, OpenDesk
from tests.browser.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# What a browser itself says of an answer that refuses, to whoever looks into its console.
REFUSED = "Failed to load resource: the server responded with a status of"

SPEAK = """
async (frames) => {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/staff`, ['switchboard.v1']);
  const answers = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === 'ok' || frame.type === 'error') { answers.push(frame.code ?? 'ok'); wake(); }
  };
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onclose = reject; });
  for (const frame of ['{"type":"hello","id":"hello"}', ...frames, '{"type":"ping","id":"still there"}']) {
    const heard = answers.length;
    socket.send(frame);
    await new Promise((resolve, reject) => {
      wake = resolve;
      socket.onclose = reject;
      if (answers.length > heard) resolve();
    });
  }
  socket.close();
  return answers;
}
"""
"""Says `hello`, the frames one after the other, and a `ping`, on a socket of its own with the session of the page."""


async def test_refused_close_keeps_the_chat_open_and_ticket_rules_are_the_same(
    witness: Witness, customer: Customer, agent: Agent
) -> None:
    """The server says why to whoever goes past the dialog. The ticket page has the same rules."""
    witness.expects(REFUSED)
    await customer.open_chat()
    await customer.start("Media", "The dates are refused", product="Spectra OX")
    await agent.sees("The dates are refused")

    # Past the dialog (test_console_closing.py), the server refuses the same.
    dialog = await agent.open_close_dialog()
    chat = agent.page.url.partition("#chat=")[2]
    tried: list[dict[str, object]] = [
        {"status": "solved"},
        {"status": "open", "resolution": "set_up"},
        {"status": "solved", "resolution": "auto_solved"},
        {"status": "solved", "resolution": "configuration_request"},
        {"status": "solved", "resolution": "duplicate", "duplicate_of": 999},
        {"status": "nonsense"},
    ]
    frames = [
        json.dumps({"type": "chat.close", "id": f"try {at}", "chat": chat, **one}) for at, one in enumerate(tried)
    ]
    frames += ["nonsense", "[]", "[" * 20, '{"type":"nonsense","id":"x"}']
    answers = await agent.page.evaluate(SPEAK, frames)
    assert answers == ["ok", *["invalid"] * 6, "bad_frame", "bad_frame", "bad_frame", "unknown_type", "ok"]

    # Escape leads back to a chat that goes on. A code that was chosen goes when the status has no place for it.
    await agent.page.keyboard.press("Escape")
    await expect(dialog.box).to_be_hidden()
    await customer.write("Still here?")
    await agent.reply("Still here.")
    await customer.sees("The dates are refused", "Still here?", "Still here.")
    await expect(agent.ticket_link).to_have_count(0)
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Solved")
    await dialog.choose_code("Support question")
    await dialog.choose_status("Open")
    await dialog.send()
    await customer.has_become(1, "Open")

    # On the ticket the same rules hold.
    await agent.open_ticket()
    page = agent.page
    await expect(page.locator("select[name=status]")).to_have_value("open")
    await page.locator("select[name=status]").select_option(label="Solved")
    save = page.get_by_role("button", name="Save changes")
    await save.click()
    await expect(page.locator("[data-field=resolution] [role=alert]")).to_be_visible()
    offered = await page.locator("select[name=resolution]").locator("option").all_inner_texts()
    assert "Support question" in offered
    assert not {"Configuration request", "Auto-solved pending user response"} & set(offered)
    await page.locator("select[name=resolution]").select_option(label="Duplicate")
    await page.locator("[data-field=duplicate_of]").get_by_label("Duplicate of").fill("1")
    await save.click()
    await expect(page.locator("[data-field=duplicate_of] [role=alert]")).to_be_visible()
    await page.locator("select[name=status]").select_option(label="Fixed – Pending RCA")
    await save.click()
    await expect(page.locator("[data-field=workaround] [role=alert]")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await page.reload()
    await expect(page.locator("select[name=status]")).to_have_value("open")


async def test_unsendable_text_stays_in_the_box(customer: Customer, agent: Agent) -> None:
    """Blank, too long or half a character: the widget explains it in place and keeps the text. The next message goes
    through."""
    too_long = "x" * 8_001
    await customer.open_chat()
    await customer.start("Media", " \n ")
    await expect(customer.widget.get_by_role("alert")).to_have_text("Write a few words first, so we know how to help.")
    await customer.start("Media", "Hello", email="nobody")
    await expect(customer.widget.get_by_role("alert")).to_contain_text("That doesn’t look like an email address.")
    await customer.start("Media", too_long)
    await expect(customer.widget.get_by_role("alert")).to_contain_text("characters")
    await expect(customer.widget.get_by_label("What can we help with?")).to_have_value(too_long)
    await expect(agent.rows).to_have_count(0)
    await customer.start("Media", "Hello")
    await agent.sees("Hello")

    await customer.write("   ")
    for text, reason in (("half \ud83d", "incomplete character"), ("a\0b", "NUL")):
        await customer.write_at_once([text])
        failed = customer.log.locator(".failed").first
        await expect(failed.get_by_text("Not sent")).to_contain_text(reason)
        await expect(failed.get_by_role("button", name="Retry")).to_have_count(0)
        await failed.get_by_role("button", name="Delete").click()
        await customer.sees("Hello")
    await customer.write("Hello again")
    await agent.reply("   ")
    await agent.reply("Hello to you")
    await customer.sees("Hello", "Hello again", "Hello to you")
    await agent.sees("Hello", "Hello again", "Hello to you")


async def test_denied_access_is_explained_and_shows_nothing(
    witness: Witness, site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """A wrong password, another team's ticket, and a page that may not embed the widget."""
    witness.expects(REFUSED, "frame-ancestors", "CORS policy", "ERR_FAILED", "WIDGET_ORIGINS")
    desk = await open_desk([PRIYA, DESHAWN], widget_origins=None)
    of_customer = await window()
    of_priya = await window()
    page = await of_priya.new_page()
    await page.goto(f"{desk.url}/sign-in?next=//elsewhere.example/")
    await page.get_by_label("Email").fill(PRIYA.email)
    await page.get_by_label("Password").fill("a guess of somebody")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("That didn’t match.")
    priya = await Agent.sign_in(of_priya, desk.url, PRIYA)
    deshawn = await Agent.at_console(await window(), desk.url, DESHAWN)
    await priya.become_available()

    # The desk's own pages carry the widget; a site that nobody has allowed gets an empty frame.
    customer = await Customer.visit(of_customer, desk.url)
    await customer.page.locator("switchboard-chat").wait_for(state="attached")
    await expect(customer.button).to_be_hidden()
    await customer.page.get_by_role("button", name="Chat", exact=True).click()
    await customer.start("Media", "Only for Media")
    await priya.sees("Only for Media")
    elsewhere = await Customer.visit(of_customer, site.origin)
    async with elsewhere.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        await elsewhere.open_chat()
    await expect(elsewhere.widget.get_by_role("main")).to_have_count(0)

    dialog = await priya.open_close_dialog()
    await dialog.choose_status("Open")
    await dialog.send()
    await customer.has_become(1, "Open")
    for number in (1, 999):
        await deshawn.page.goto(f"{desk.url}/tickets/{number}")
        await expect(deshawn.page.get_by_role("heading", name="Ticket not found")).to_be_visible()
        await expect(deshawn.page.get_by_text("Only for Media")).to_have_count(0)
    await deshawn.page.goto(f"{desk.url}/tickets/nonsense")
    await expect(deshawn.page.get_by_role("heading", name="Page not found")).to_be_visible()
    await deshawn.page.goto(f"{desk.url}/tickets")
    await expect(deshawn.page.get_by_role("heading", name="No tickets here")).to_be_visible()
