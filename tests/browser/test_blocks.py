"""A supervisor blocks somebody from the console; the widget proves its work where many wait."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from routing.admission import FREE
from server.edge.deadlines import Deadlines
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PRIYA, HostSite, OpenDesk, Staff, closed_today, hours_with
from tests.browser.injections import INJECTIONS
from tests.browser.people import Agent, Customer, Visit
from tests.running import DEADLINE_S
from tests.server.edge.test_outside_challenge import service

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INES = Staff("Ines Moreau", ("media",), role="supervisor")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def test_supervisor_blocks_a_customer_and_lifts_the_block(open_desk: OpenDesk, window: Window) -> None:
    """The block is set from the open chat, which ends as void, and lifted from the list."""
    desk = await open_desk([INES, PRIYA])
    kevin = await desk.customer(name="Kevin")
    chat = (await kevin.command("chat.start", team="media", text="You are all idiots"))["chat"]
    ines = (await Agent.at_console(await window(), desk.url, INES, f"#chat={chat}")).page
    await ines.get_by_role("button", name="Block…").click()
    box = dialog(ines)
    await expect(box.get_by_role("heading", name="Block Kevin")).to_be_visible()
    await expect(box.get_by_role("button", name="Block for 1 day")).to_be_enabled()
    assert await faults_by_day_and_night(ines) == []
    await box.get_by_role("radio", name="1 hour").check(force=True)
    await box.get_by_label(re.compile("^Reason")).fill("Insults")
    await box.get_by_role("button", name="Block for 1 hour").click()
    await expect(box.get_by_role("status")).to_contain_text("Kevin is blocked until")
    closed = await kevin.event("chat.closed", chat=chat)
    assert (closed["status"], closed["resolution"]) == ("solved", "void")
    await kevin.refused("rate_limited", "chat.start", team="media", text="Idiots")

    await box.get_by_role("button", name="Block list").click()
    row = box.get_by_role("listitem")
    await expect(row).to_contain_text("Kevin")
    await expect(row).to_contain_text("by Ines Moreau")
    await expect(row).to_contain_text("Insults")
    assert await faults_by_day_and_night(ines) == []
    await row.get_by_role("button", name="Lift the block of Kevin").click()
    await expect(box.get_by_role("heading", name="Nobody is blocked")).to_be_visible()
    await kevin.command("chat.start", team="media", text="Sorry")

    priya = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    await priya.get_by_role("button", name=re.compile("^Account of")).click()
    await expect(priya.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await expect(priya.get_by_role("menuitem", name="Block list")).to_have_count(0)


async def test_widget_solves_the_challenge_by_itself(site: HostSite, open_desk: OpenDesk, window: Window) -> None:
    """On a crowded network the form shows progress and the chat begins. Nothing is asked of the customer, and nothing
    is fetched from elsewhere."""
    desk = await open_desk(rate_limits="chats=100/h")
    context = await window()
    for number in range(FREE):
        crowd = await desk.customer(name=f"Visitor {number}")
        await crowd.command("chat.start", team="media", text="Hello")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    danielle = await Customer.visit(context, site.origin)
    await danielle.open_chat()
    form = danielle.widget.locator("chat-entry")
    # Every state of the line is written down as it comes: it may last for less than a look from here.
    await form.evaluate(
        "(form) => { const chat = form.closest('chat-face'); window.said = new Set(); new MutationObserver(() =>"
        " window.said.add(chat.querySelector('[role=status]')?.textContent.trim())).observe(chat,"
        " { childList: true, subtree: true, characterData: true }); }"
    )
    await danielle.start("Media", "SO-448210 takes no dates", name="Danielle")
    await expect(danielle.in_line).to_be_visible()
    frame = next(frame for frame in danielle.page.frames if "/widget" in frame.url)
    said = await frame.evaluate("[...window.said]")
    assert "Checking that you’re not a robot. This takes a few seconds." in said
    assert desk.desk.unverified_chats.of_network("127.0.0.1") == FREE + 1
    hosts = {address.split("/")[2] for address in asked if address.startswith(("http", "ws"))}
    assert hosts <= {site.origin.split("/")[2], desk.url.split("/")[2]}


async def test_message_from_a_crowded_network_solves_the_challenge(
    witness: Witness, site: HostSite, open_desk: OpenDesk, visit: Visit
) -> None:
    """With nobody available to chat, the message still becomes a ticket, after the browser's proof of work."""
    witness.expects("428")
    desk = await open_desk(rate_limits="chats=100/h", open_at=hours_with(closed_today()))
    site.attributes = 'data-team="finance"'
    http = desk.http((await desk.customer()).token)
    for _ in range(FREE):
        made = await http.post("/api/tickets", json={"team": "finance", "text": "Hello"})
        assert made.status_code == 201
    danielle = await visit()
    await danielle.open_chat()
    await danielle.widget.get_by_label(re.compile("^Email")).fill("danielle@northlake.example")
    await danielle.widget.get_by_label("Your message").fill("My invoice has no tax")
    await danielle.widget.get_by_role("button", name="Send the message").click()
    await danielle.has_become(FREE + 1, "Open")


async def test_external_challenge_response_is_verified_by_its_service(open_desk: OpenDesk, visit: Visit) -> None:
    """The host page supplies it, the server verifies it with the service, and no proof of work is done."""
    with service() as outside:
        desk = await open_desk(
            rate_limits="chats=100/h",
            challenge_url=outside.url,
            challenge_site_key="site-key",
            challenge_secret="a-secret",
            deadlines=Deadlines(challenge_s=DEADLINE_S),
        )
        for _ in range(FREE):
            await (await desk.customer()).command("chat.start", team="media", text="Hello")
        danielle = await visit()
        await danielle.open_chat()
        await expect(danielle.widget.get_by_label("What can we help with?")).to_be_visible()
        await danielle.page.evaluate("Switchboard('challenge', 'a response')")
        await danielle.start("Media", "SO-448210 takes no dates")
        await expect(danielle.in_line).to_be_visible()
        assert [asked["response"] for asked in outside.asked] == [["a response"]]


async def test_hostile_names_and_reasons_are_shown_as_text(open_desk: OpenDesk, window: Window) -> None:
    """In the block dialog, in its confirmation and in the list."""
    desk = await open_desk([INES])
    ines = (await Agent.at_console(await window(), desk.url, INES)).page
    for text in INJECTIONS[::33]:
        customer = await desk.customer(name=text)
        chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
        await ines.goto(f"{desk.url}/console#chat={chat}")
        await ines.get_by_role("button", name="Block…").click()
        box = dialog(ines)
        await expect(box.get_by_role("heading")).to_have_text(f"Block {text}")
        await box.get_by_label(re.compile("^Reason")).fill(text)
        await box.get_by_role("button", name=re.compile("^Block for")).click()
        await expect(box.get_by_role("status")).to_contain_text(text)
        await box.get_by_role("button", name="Block list").click()
        await expect(box.get_by_role("listitem").first).to_contain_text(text)
        await box.get_by_role("button", name="Done").click()
    assert await ines.evaluate("globalThis.ran") is None
