"""The widget where screens, fingers and settings are not those of its makers."""

from __future__ import annotations

import pytest
from playwright.async_api import Frame, ViewportSize, expect

from tests.browser.chromium import PHONE, Window
from tests.browser.desk import HostSite
from tests.browser.people import WIDGET, Colleague, Customer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROWEST: ViewportSize = {"width": 320, "height": 640}
ON_ITS_SIDE: ViewportSize = {"width": 844, "height": 390}
TABLET: ViewportSize = {"width": 1024, "height": 768}
TWICE_AS_LARGE: ViewportSize = {"width": 640, "height": 400}
"""What a window of 1280 by 800 has room for at 200 %."""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TOO_SMALL = """() => [...document.querySelectorAll('button, select, textarea, input, label:has(> [type=radio])')]
  .filter((one) => one.checkVisibility() && one.type !== 'radio' && !one.matches('.textbtn, .state button'))
  .map((one) => [one.getAttribute('aria-label') || one.name || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 43.5 || height < 43.5)
  .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)"""
ZOOMED_INTO = """() => [...document.querySelectorAll('select, textarea, input:not([type=file])')]
  .filter((one) => one.checkVisibility() && parseFloat(getComputedStyle(one).fontSize) < 16).map((one) => one.name)"""
KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => height });
  visualViewport.dispatchEvent(new Event('resize'));
}"""
WITHOUT_STORAGE = """
for (const name of ['sessionStorage', 'localStorage']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
}
"""
BORDER = "(element) => parseFloat(getComputedStyle(element).borderTopWidth)"


def frame_of(customer: Customer) -> Frame:
    """The chat's own document."""
    return customer.page.frames[-1]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("screen", [PHONE, TABLET], ids=["phone", "tablet"])
async def test_touch_targets_are_large_and_fields_do_not_zoom(
    screen: ViewportSize, site: HostSite, window: Window
) -> None:
    """On touch screens targets have 44 px and fields 16 px text, and hover controls are always visible. On a phone the
    chat ends above the keyboard, and is whole again afterwards."""
    site.head = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    customer = await Customer.visit(await window(screen, touch=True), site.origin)
    await customer.button.tap()
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    assert await frame_of(customer).evaluate(TOO_SMALL) == []
    assert await frame_of(customer).evaluate(ZOOMED_INTO) == []
    if screen is PHONE:
        box = customer.page.locator(WIDGET)
        await customer.page.evaluate(KEYBOARD, 500)
        await expect(box).to_have_css("height", "500px")
        await expect(customer.widget.get_by_role("button", name="Minimize")).to_be_in_viewport()
        await customer.page.evaluate(KEYBOARD, 844)
        await expect(box).to_have_css("height", "844px")
    await customer.start("Media", "From the train")
    await expect(customer.in_line).to_be_visible()
    assert await frame_of(customer).evaluate(TOO_SMALL) == []


async def test_widget_stays_usable_narrow_zoomed_and_in_forced_colors(customer: Customer, colleague: Colleague) -> None:
    """At 320 px, at 200 %, and with letters twice as large, nothing is cut off or out of reach. With forced colors,
    borders replace backgrounds."""
    await customer.open_chat()
    for step in ("form", "conversation"):
        if step == "conversation":
            await customer.start("Media", "The dates are refused")
            await colleague.reply("Which order is it, and since when?")
            await customer.sees("The dates are refused", "Which order is it, and since when?")
        go = customer.widget.get_by_role("button", name="Start the chat" if step == "form" else "Send")
        await go.wait_for()
        for screen, letters in ((NARROWEST, ""), (TWICE_AS_LARGE, ""), (NARROWEST, "200%")):
            await customer.page.set_viewport_size(screen)
            await frame_of(customer).evaluate("(size) => { document.documentElement.style.fontSize = size; }", letters)
            assert not await frame_of(customer).evaluate(TOO_WIDE), (step, screen, letters)
            await go.scroll_into_view_if_needed()
            await expect(go).to_be_in_viewport(ratio=0.99)
            await expect(customer.widget.get_by_role("button", name="Minimize")).to_be_in_viewport(ratio=0.99)
        await frame_of(customer).evaluate("document.documentElement.style.fontSize = ''")
    await customer.page.emulate_media(forced_colors="active")
    for bubble in await customer.log.locator(".bubble").all():
        assert await bubble.evaluate(BORDER) > 0
    assert await customer.page.locator(WIDGET).evaluate(BORDER) > 0
    await customer.widget.get_by_role("button", name="Minimize").click()
    assert await customer.button.evaluate(BORDER) > 0


@pytest.mark.usefixtures("desk")
async def test_phone_on_its_side_gives_the_chat_the_whole_screen(site: HostSite, window: Window) -> None:
    """Its fields have 16 px text, with a mouse too. Ctrl+Enter sends the form."""
    customer = await Customer.visit(await window(ON_ITS_SIDE), site.origin)
    await customer.open_chat()
    text = customer.widget.get_by_label("What can we help with?")
    await customer.choose("Media")
    await text.fill("From the train")
    assert await customer.page.locator(WIDGET).bounding_box() == {"x": 0, "y": 0, **ON_ITS_SIDE}
    assert await frame_of(customer).evaluate(ZOOMED_INTO) == []
    await text.press("Control+Enter")
    await expect(customer.in_line).to_be_visible()


@pytest.mark.usefixtures("desk")
async def test_page_and_frame_without_storage_still_have_the_chat(site: HostSite, window: Window) -> None:
    """Where a browser blocks storage, every access throws. Nothing is remembered, and everything else works."""
    context = await window()
    await context.add_init_script(WITHOUT_STORAGE)
    customer = await Customer.visit(context, site.origin)
    await customer.open_chat()
    await customer.start("Media", "Without storage", name="Omar El-Sayed")
    await expect(customer.in_line).to_be_visible()
    read = "(() => { try { return localStorage } catch { return 'blocked' } })()"
    assert [await frame.evaluate(read) for frame in customer.page.frames] == ["blocked", "blocked"]
