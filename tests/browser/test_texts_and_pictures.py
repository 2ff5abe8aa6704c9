"""What people write and attach, as the other side sees it: links, marks, pictures."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import FilePayload, Route, expect

from tests.attachments.samples import picture
from tests.browser.chromium import PHONE, Window
from tests.browser.desk import HostSite
from tests.browser.people import WIDGET, Agent, Customer
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RICH = """\
**Try <img src=x onerror=ran=1>**:

- open *Flights* at www.planner.example/orders/SO_448231
- set `flight_end`, or write to help@planner.example

[x](javascript:ran=1)"""

COMPOSED = """(box) => box.dispatchEvent(new KeyboardEvent('keydown', {
  key: 'Enter', keyCode: 229, bubbles: true, cancelable: true,
}))"""


async def test_staff_text_has_marks_and_links_and_never_markup(customer: Customer, agent: Agent) -> None:
    """A customer's text stays as it is typed, apart from links."""
    await customer.open_chat()
    await customer.start("Media", "**2*3*4** at https://planner.example/a_b_c")
    await agent.sees("**2*3*4** at https://planner.example/a_b_c")
    await expect(agent.page.get_by_role("link", name="https://planner.example/a_b_c", exact=True)).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    await agent.reply(RICH)
    bubble = customer.widget.locator(".msg:not(.mine) .bubble")
    await expect(bubble.locator("strong")).to_have_text("Try <img src=x onerror=ran=1>")
    await expect(bubble.get_by_role("listitem")).to_have_count(2)
    await expect(bubble.locator("em")).to_have_text("Flights")
    await expect(bubble.locator("code")).to_have_text("flight_end")
    hrefs = await bubble.get_by_role("link").evaluate_all("(all) => all.map((link) => link.href)")
    assert hrefs == ["https://www.planner.example/orders/SO_448231", "mailto:help@planner.example"]
    await expect(bubble).to_contain_text("[x](javascript:ran=1)")
    await expect(bubble.locator("img")).to_have_count(0)
    assert await customer.widget.locator("html").evaluate("() => window.ran") is None

    # The word that Enter confirms in Safari is not sent: the key comes after the composition.
    box = customer.widget.get_by_label("Message", exact=True)
    await box.fill("変換")
    assert await box.evaluate(COMPOSED)
    await expect(box).to_have_value("変換")


async def test_picture_opens_large_by_keyboard_on_both_sides(
    desk: RunningDesk, customer: Customer, agent: Agent
) -> None:
    """Arrows show the others. Escape closes it, and the focus is on the thumbnail again; the chat stays open. It closes
    by itself once the picture is removed."""
    await customer.open_chat()
    await customer.start("Media", "The button is grey")
    await agent.sees("The button is grey")
    await agent.reply("Show me")
    pictures: list[FilePayload] = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture()} for name in ("Approve", "Orders")
    ]
    await customer.widget.locator("input[type=file]").set_input_files(pictures)
    await expect(customer.widget.locator(".tray progress")).to_have_count(0)
    await customer.write("Here they are")
    await expect(customer.widget.get_by_role("link", name="Approve.png")).to_be_visible()
    await is_hidden_without_address(customer, "Approve.png")
    for page, frame in ((agent.page, agent.page), (customer.page, customer.widget)):
        thumbnail = frame.get_by_role("link", name="Approve.png")
        await thumbnail.press("Enter")
        large = frame.get_by_role("dialog", name="Approve.png")
        await expect(large.get_by_role("img", name="Approve.png, from")).to_be_visible()
        await expect(large.get_by_text("1 of 2, 100%")).to_be_visible()
        await page.keyboard.press("+")
        await expect(large.get_by_text("1 of 2, 150%")).to_be_visible()
        await page.keyboard.press("ArrowRight")
        other = frame.get_by_role("dialog", name="Orders.png")
        await expect(other.get_by_role("button", name="Download Orders.png")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(other).to_have_count(0)
        await expect(frame.get_by_role("link", name="Orders.png")).to_be_focused()
    await expect(customer.page.locator(WIDGET)).to_be_visible()

    for frame in (customer.widget, agent.page):
        await frame.get_by_role("link", name="Approve.png").press("Enter")
        await expect(frame.get_by_role("dialog", name="Approve.png")).to_be_visible()
    (chat,) = desk.desk.open_chats.all()
    sofia = await desk.staff("Sofia", role="supervisor")
    await sofia.command("chat.watch", chat=chat.id, after=0)
    said = await sofia.event("message", text="Here they are")
    await sofia.command("message.redact", chat=chat.id, of=said["seq"], reason="A password")
    for frame in (customer.widget, agent.page):
        await expect(frame.get_by_role("dialog", name="Approve.png")).to_have_count(0)
    await expect(customer.log).to_be_focused()


async def is_hidden_without_address(customer: Customer, name: str) -> None:
    """The large picture, while the desk has not answered where it is."""
    addressed = asyncio.Event()

    async def wait(route: Route) -> None:
        await addressed.wait()
        await route.continue_()

    await customer.page.route("**/api/files/*", wait)
    await customer.widget.get_by_role("link", name=name).press("Enter")
    image = customer.widget.get_by_role("dialog", name=name).locator("img")
    await expect(image).to_have_attribute("alt", f"{name}, from You")
    await expect(image).to_be_hidden()
    addressed.set()
    await expect(image).to_be_visible()
    await customer.page.unroute("**/api/files/*")
    await customer.page.keyboard.press("Escape")


@pytest.mark.usefixtures("desk")
async def test_tap_on_a_message_offers_to_copy_and_remove_it(site: HostSite, window: Window) -> None:
    """On a phone there is no bin beside each message. Files that are not sent yet show what they are."""
    context = await window(PHONE, touch=True)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    customer = await Customer.visit(context, site.origin)
    await customer.open_chat()
    await customer.start("Media", "**Order** 77")
    # The form has a field for files too, until the conversation takes its place.
    await expect(customer.log.get_by_text("**Order** 77")).to_be_visible()
    chosen: FilePayload = {"name": "Orders.png", "mimeType": "image/png", "buffer": picture()}
    await customer.widget.locator("input[type=file]").set_input_files([chosen])
    await expect(customer.widget.locator(".tray img")).to_be_visible()
    await customer.log.get_by_text("**Order** 77").tap()
    await customer.widget.get_by_role("button", name="Copy", exact=True).tap()
    await expect(customer.widget.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert await customer.page.evaluate("navigator.clipboard.readText()") == "**Order** 77"
    await customer.widget.get_by_role("button", name="Remove", exact=True).tap()
    await expect(customer.widget.get_by_role("heading", name="Remove this message?")).to_be_visible()
