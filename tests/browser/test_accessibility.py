"""The pages at rest, looked at by axe: by day and by night, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.axe import SCHEMES, faults_of
from tests.browser.chromium import DESKTOP, PHONE, Witness, person, settled
from tests.browser.desk import demo
from tests.browser.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROWEST: ViewportSize = {"width": 320, "height": 640}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class AtRest:
    """The demo, with a chat under way and people who look at it."""

    url: str
    of_customer: BrowserContext
    of_staff: BrowserContext
    of_nobody: BrowserContext
    talking: Customer
    agent: Agent
    witness: Witness


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rest(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AtRest]:
    """A chat with a few messages and a note, and nobody typing."""
    witness = Witness()
    async with (
        demo(tmp_path_factory.mktemp("demo")) as desk,
        person(browser, witness) as of_customer,
        person(browser, witness) as of_staff,
        person(browser, witness) as of_nobody,
    ):
        page = await of_staff.new_page()
        await page.goto(f"{desk.url}/console")
        await page.get_by_role("button", name="Deshawn Whitfield").click()
        await page.wait_for_url("**/console")
        agent = Agent(page, desk.url)
        await expect(page.get_by_role("button", name="Available")).to_be_visible()
        customer = await Customer.visit(of_customer, f"{desk.url}/demo")
        await customer.open_chat()
        await customer.start(
            "Finance", "Our October invoice is missing the PO number.", name="Danielle Okonkwo-Hartley"
        )
        await agent.reply("Hi Danielle. Which number should it show?")
        await agent.note("The third this week.")
        await customer.write("PO-77120, see https://planner.northlake.example/orders")
        await customer.has_stored_all()
        yield AtRest(desk.url, of_customer, of_staff, of_nobody, customer, agent, witness)


async def home(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/")
    await expect(page.get_by_role("table", name="Teams and their chat now")).to_be_visible()
    return page


async def sign_in(rest: AtRest) -> Page:
    return await opened(rest.of_nobody, f"{rest.url}/sign-in")


async def no_such_page(rest: AtRest) -> Page:
    return await opened(rest.of_nobody, f"{rest.url}/nowhere")


async def page_with_the_button(rest: AtRest) -> Page:
    page = await opened(rest.of_nobody, f"{rest.url}/demo")
    await expect(Customer(page).button).to_be_visible()
    return page


async def widget_before_the_chat(rest: AtRest) -> Page:
    page = await page_with_the_button(rest)
    await Customer(page).open_chat()
    await expect(Customer(page).widget.get_by_label("What can we help with?")).to_be_visible()
    return page


async def widget_in_the_chat(rest: AtRest) -> Page:
    return rest.talking.page


async def console_with_a_chat(rest: AtRest) -> Page:
    await rest.agent.page.goto(f"{rest.url}/console")
    await rest.agent.rows.filter(has_text="Danielle").click()
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
    await expect(page.get_by_role("region", name="Requester")).to_be_visible()
    return page


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    await page.goto(address)
    return page


@pytest.mark.parametrize(
    "show",
    [
        home,
        sign_in,
        no_such_page,
        page_with_the_button,
        widget_before_the_chat,
        widget_in_the_chat,
        console_with_a_chat,
        console_with_the_list,
        dialog_to_close,
        tickets,
        ticket,
    ],
)
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    rest: AtRest, show: Callable[[AtRest], Awaitable[Page]]
) -> None:
    """Each page meets WCAG 2.2 A and AA and axe's best practice, in both themes and widths, and fits 320 px."""
    page = await show(rest)
    found: list[str] = []
    for viewport in (DESKTOP, PHONE):
        await page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await settled(page)
            found += [f"{scheme}, {viewport['width']} px: {fault}" for fault in await faults_of(page)]
    await page.set_viewport_size(NARROWEST)
    await settled(page)
    found += [f"wider than 320 px: {frame.url}" for frame in page.frames if await frame.evaluate(TOO_WIDE)]
    await page.set_viewport_size(DESKTOP)
    if page not in (rest.talking.page, rest.agent.page):
        await page.close()
    assert found == []
    assert rest.witness.faults(expected=["status of 404"]) == []
