"""The pages at rest, checked by axe: by day on a desk, and by night on a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, ViewportSize, expect

from tests.browser.axe import COLORS, SCHEMES, faults_by_day_and_night, faults_of, shown_in
from tests.browser.chromium import DESKTOP, PHONE, Witness, person, settled
from tests.browser.desk import demo
from tests.browser.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROWEST: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 640, "height": 400}
"""What a window of 1280 by 800 has at 200 %."""
EDGE = "(part) => getComputedStyle(part).borderBlockEndStyle"
OUTLINE = "(part) => getComputedStyle(part).outlineStyle"
CONSOLE = """
- link "Skip to reply"
- banner:
  - navigation "Main":
    - link /Chats/
    - link "Tickets"
  - button /Search or jump to/
  - button /Available, change your status/
  - button "Shortcuts and alerts"
- main:
  - heading "Chats" [level=1]
  - region "Your chats and the queue":
    - heading "Your chats" [level=2]
    - navigation "Your chats":
      - list:
        - listitem:
          - link /Danielle Okonkwo-Hartley/
    - region /Queue/
  - region "Conversation with Danielle Okonkwo-Hartley":
    - heading "Danielle Okonkwo-Hartley" [level=2]
    - button "Close"
    - log "Messages":
      - article: /Our October invoice/
    - radiogroup "Reply or note":
      - radio "Reply" [checked]
      - radio "Note"
    - textbox "Reply to Danielle"
    - button "Attach a file"
    - button "Send"
  - complementary "About the customer":
    - heading "Danielle Okonkwo-Hartley" [level=2]
"""
DANIELLE = "Danielle Okonkwo-Hartley"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class AtRest:
    """The demo, with a chat under way and people who look at it."""

    url: str
    of_customer: BrowserContext
    of_staff: BrowserContext
    of_supervisor: BrowserContext
    of_admin: BrowserContext
    of_nobody: BrowserContext
    talking: Customer
    agent: Agent
    witness: Witness


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rest(browser: Browser, tmp_path_factory: pytest.TempPathFactory, demo_sample: Path) -> AsyncIterator[AtRest]:
    """A chat with a few messages and a note, and nobody typing."""
    witness = Witness()
    witness.expects("status of 404", "status of 422")
    async with (
        demo(tmp_path_factory.mktemp("demo"), demo_sample) as desk,
        person(browser, witness) as of_customer,
        person(browser, witness) as of_staff,
        person(browser, witness) as of_supervisor,
        person(browser, witness) as of_admin,
        person(browser, witness) as of_nobody,
    ):
        page = await signed_in(of_staff, desk.url, "Deshawn Whitfield", "**/console")
        await (await signed_in(of_supervisor, desk.url, "Ines Moreau", "**/console")).close()
        await (await signed_in(of_admin, desk.url, "Tobias Kessler", "**/admin/**")).close()
        agent = Agent(page, desk.url)
        await expect(page.get_by_role("button", name="Available")).to_be_visible()
        customer = await Customer.visit(of_customer, f"{desk.url}/demo")
        await customer.open_chat()
        await customer.start("Invoices and payments", "Our October invoice is missing the PO number.", name=DANIELLE)
        # Others of the demo may wait for Deshawn too, and come first.
        await agent.rows.filter(has_text=DANIELLE).click()
        await agent.reply("Hi Danielle. Which number should it show?")
        await agent.note("The third this week.")
        await customer.write("PO-77120, see https://planner.northlake.example/orders")
        await customer.has_stored_all()
        staff = (of_staff, of_supervisor, of_admin)
        yield AtRest(desk.url, of_customer, *staff, of_nobody, customer, agent, witness)


async def signed_in(context: BrowserContext, url: str, name: str, place: str) -> Page:
    """A page of somebody of the demo's staff."""
    page = await opened(context, f"{url}/console")
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(place)
    return page


async def home(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/")
    await expect(page.get_by_role("table", name="Chat availability by team")).to_be_visible()
    return page


async def sign_in(rest: AtRest) -> Page:
    return await opened(rest.of_nobody, f"{rest.url}/sign-in")


async def contacts(rest: AtRest) -> Page:
    return await opened(rest.of_nobody, f"{rest.url}/contacts?zone=Asia/Tokyo")


async def form_with_faults(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/submit")
    program = FilePayload(name="setup.exe", mimeType="application/octet-stream", buffer=b"MZ")
    plan = FilePayload(name="plan.txt", mimeType="text/plain", buffer=b"Dec 7 to Dec 20")
    await page.get_by_label("Files").set_input_files([plan, program])
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    return page


async def sent_request(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/submit")
    await page.get_by_label("Team").select_option("media")
    await page.get_by_label("What happened").fill("Line 2 won’t take Dec 7")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", name=re.compile("It’s with Media"))).to_be_visible()
    return page


async def one_request(page: Page) -> None:
    await page.get_by_role("link", name="See the request").click()
    await expect(page.get_by_role("heading", name="Line 2 won’t take Dec 7")).to_be_visible()


async def requests(page: Page) -> None:
    await page.goto(urljoin(page.url, "/requests"))


async def no_such_page(rest: AtRest) -> Page:
    return await opened(rest.of_nobody, f"{rest.url}/nowhere")


async def page_with_the_button(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/demo")
    await expect(Customer(page).button).to_be_visible()
    return page


async def widget_before_the_chat(page: Page) -> None:
    await Customer(page).open_chat()
    await expect(Customer(page).widget.get_by_label("What can we help with?")).to_be_visible()


async def widget_in_the_chat(rest: AtRest) -> Page:
    return rest.talking.page


async def console_with_a_chat(rest: AtRest) -> Page:
    await rest.agent.page.goto(f"{rest.url}/console")
    await rest.agent.rows.filter(has_text=DANIELLE).click()
    await expect(rest.agent.log).to_be_visible()
    return rest.agent.page


async def console_with_the_list(rest: AtRest) -> Page:
    page = await opened(rest.of_staff, f"{rest.url}/console")
    await expect(Agent(page, rest.url).rows.first).to_be_visible()
    return page


async def dialog_to_close(rest: AtRest) -> Page:
    page = await console_with_a_chat(rest)
    dialog = await rest.agent.open_close_dialog()
    await dialog.choose_code("Support question")
    return page


async def tickets(rest: AtRest) -> Page:
    page = await opened(rest.of_staff, f"{rest.url}/tickets")
    await expect(page.locator("tbody tr").first).to_be_visible()
    return page


async def ticket(rest: AtRest) -> Page:
    page = await tickets(rest)
    await page.get_by_role("link", name="Invoice without our PO number").click()
    await expect(page.get_by_role("region", name="Requester", exact=True)).to_be_visible()
    return page


async def account(rest: AtRest) -> Page:
    page = await opened(rest.of_staff, f"{rest.url}/account")
    await expect(page.get_by_role("button", name="Set up")).to_be_visible()
    return page


async def reports(rest: AtRest) -> Page:
    page = await opened(rest.of_supervisor, f"{rest.url}/reports")
    await expect(page.get_by_role("heading", name="Tickets not solved")).to_be_visible()
    return page


async def report_of_an_agent(page: Page) -> None:
    await page.get_by_role("link", name="Hannah Bergström-Oyelaran").click()
    await page.wait_for_url("**/reports/agents/**")


async def chats_behind_a_figure(page: Page) -> None:
    await page.go_back()
    await page.locator(".kpi dd a").first.click()
    await page.wait_for_url("**/reports/list?**")


async def intervals_of_a_ticket(page: Page) -> None:
    await page.get_by_role("link", name=re.compile("^Show the intervals of")).first.click()
    await expect(page.get_by_role("heading", name=re.compile("^Intervals of"))).to_be_visible()


async def audit_log(rest: AtRest) -> Page:
    return await opened(rest.of_admin, f"{rest.url}/admin/audit")


async def retention(rest: AtRest) -> Page:
    return await opened(rest.of_admin, f"{rest.url}/admin/retention")


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    await page.goto(address)
    return page


@pytest.mark.parametrize(
    ("show", "further"),
    [
        (home, ()),
        (contacts, ()),
        (form_with_faults, ()),
        (sent_request, (one_request, requests)),
        (sign_in, ()),
        (no_such_page, ()),
        (page_with_the_button, (widget_before_the_chat,)),
        (widget_in_the_chat, ()),
        (console_with_a_chat, ()),
        (console_with_the_list, ()),
        (dialog_to_close, ()),
        (tickets, ()),
        (ticket, ()),
        (account, ()),
        (reports, (report_of_an_agent, chats_behind_a_figure, intervals_of_a_ticket)),
        (audit_log, ()),
        (retention, ()),
    ],
    ids=lambda steps: "" if isinstance(steps, tuple) else steps.__name__,
)
async def test_pages_pass_axe_and_fit_their_width(
    rest: AtRest, show: Callable[[AtRest], Awaitable[Page]], further: Sequence[Callable[[Page], Awaitable[None]]]
) -> None:
    """WCAG 2.2 A and AA and axe's best practices, by day on a desk and by night on a phone (the gallery checks all
    four). Pages also fit 320 px. `further`: pages that are reached from there."""
    page = await show(rest)
    found = await faults_at_rest(page)
    for step in further:
        await step(page)
        found += await faults_at_rest(page)
    if page not in (rest.talking.page, rest.agent.page):
        await page.close()
    assert found == []
    assert rest.witness.faults() == []


async def faults_at_rest(page: Page) -> list[str]:
    found: list[str] = []
    for viewport, scheme in zip((DESKTOP, PHONE), SCHEMES, strict=True):
        await page.set_viewport_size(viewport)
        await shown_in(page, scheme)
        found += [f"{page.url}, {viewport['width']} px, {scheme}: {fault}" for fault in await faults_of(page)]
    await page.set_viewport_size(NARROWEST)
    await settled(page)
    found += [f"wider than 320 px: {frame.url}" for frame in page.frames if await frame.evaluate(TOO_WIDE)]
    await page.set_viewport_size(DESKTOP)
    return found


async def test_open_menus_and_dialogs_pass_axe(rest: AtRest) -> None:
    """Everything that staff can open, on the page where it belongs."""
    found: list[str] = []

    async def looked_at(page: Page, what: Locator) -> None:
        await expect(what).to_be_visible()
        found.extend(await faults_by_day_and_night(page, what))
        await page.keyboard.press("Escape")
        await expect(what).to_be_hidden()

    page = await console_with_a_chat(rest)
    await page.get_by_role("button", name="Shortcuts and alerts").click()
    await looked_at(page, page.get_by_role("dialog", name="Shortcuts and alerts"))
    await page.get_by_role("button", name="Search or jump to").click()
    await looked_at(page, page.get_by_role("dialog"))
    await page.get_by_role("button", name=re.compile("change your status")).click()
    await looked_at(page, page.get_by_role("menu", name="Your status"))
    await page.get_by_role("button", name=re.compile("^Account of")).click()
    await looked_at(page, page.get_by_role("menu", name="Account"))
    page = await tickets(rest)
    await page.get_by_role("button", name="New ticket").click()
    await looked_at(page, page.get_by_role("dialog", name="New ticket"))
    await page.get_by_role("button", name="Filter", exact=True).click()
    await looked_at(page, page.get_by_role("dialog", name="Filter"))
    await page.close()
    assert found == []


async def test_keys_on_buttons_have_the_contrast_of_text(rest: AtRest) -> None:
    """They are hidden from screen readers, so axe skips them unless they are shown to it."""
    found: list[str] = []
    for show in (console_with_a_chat, ticket):
        page = await show(rest)
        await page.get_by_role("textbox", name=re.compile("^Reply to")).fill("On its way")
        await page.locator(".keys").evaluate_all("(all) => all.forEach((keys) => keys.ariaHidden = null)")
        for scheme in SCHEMES:
            await shown_in(page, scheme)
            found += [f"{scheme}: {fault}" for fault in await faults_of(page, COLORS)]
        await page.get_by_role("textbox", name=re.compile("^Reply to")).fill("")
        if page is not rest.agent.page:
            await page.close()
    assert found == []


async def test_pages_at_200_percent_zoom_stay_usable(rest: AtRest) -> None:
    """Nothing is wider than the window, and the text box and the Send button are on screen."""
    wide: list[str] = []
    for show in (sign_in, tickets, ticket, account, console_with_a_chat):
        page = await show(rest)
        await page.set_viewport_size(ZOOMED)
        await settled(page)
        wide += [page.url] if await page.evaluate(TOO_WIDE) else []
        if show in (ticket, console_with_a_chat):
            await page.get_by_role("textbox", name=re.compile("^Reply to")).click()
            await expect(page.get_by_role("textbox", name=re.compile("^Reply to"))).to_be_in_viewport(ratio=1)
            await expect(page.get_by_role("button", name=re.compile("^Send( as .+)?$"))).to_be_in_viewport(ratio=1)
        await page.set_viewport_size(DESKTOP)
        if page is not rest.agent.page:
            await page.close()
    assert wide == []


async def test_forced_colors_and_reduced_motion_are_respected(rest: AtRest) -> None:
    """With forced colors, borders replace backgrounds. With reduced motion, nothing moves."""
    page = await console_with_a_chat(rest)
    colours: tuple[tuple[Literal["active", "none"], str], ...] = (("active", "solid"), ("none", "none"))
    for forced, edge in colours:
        await page.emulate_media(forced_colors=forced, reduced_motion="reduce")
        for what in (".bubble", ".noted"):
            assert await page.locator(what).first.evaluate(EDGE) == edge, what
        for what in (".row[aria-current]", ".bar [aria-current]", ".modes label:has(:checked)"):
            assert await page.locator(what).first.evaluate(OUTLINE) == edge, what
    motions: tuple[tuple[Literal["reduce", "no-preference"], str], ...] = (("reduce", "0s"), ("no-preference", "0.18s"))
    for motion, length in motions:
        await page.emulate_media(reduced_motion=motion)
        await page.get_by_role("button", name="Shortcuts and alerts").click()
        assert await page.get_by_role("dialog").evaluate("(box) => getComputedStyle(box).animationDuration") == length
        await page.keyboard.press("Escape")
    await page.emulate_media(reduced_motion="reduce")


async def test_console_parts_have_roles_and_names(rest: AtRest) -> None:
    """Landmarks, lists, the log and the text box, in reading order."""
    page = await console_with_a_chat(rest)
    await expect(page.locator("body")).to_match_aria_snapshot(CONSOLE)
    polite = page.get_by_role("status")
    assert await polite.count() >= 2 and await page.get_by_role("alert").count() >= 1
    log = page.get_by_role("log", name="Messages")
    assert await log.get_attribute("aria-live") in (None, "polite")
    # What one wrote oneself is not read out again.
    await expect(log.locator(".msg.mine").last).to_have_attribute("aria-live", "off")
