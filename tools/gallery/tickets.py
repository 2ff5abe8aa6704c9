"""Gallery moments of the ticket list and the ticket page."""

from __future__ import annotations

import re

from playwright.async_api import Page, Route, expect

from tools.gallery.afternoon import the_dialog
from tools.gallery.moments import Face, Mockup, NotShownYet
from tools.gallery.stage import Stage

FACE = Face("tickets", "Tickets")
moment = FACE.moment
ORDER = "SO-448210 won’t take new flight dates (ERR_FLIGHT_OVERLAP)"


async def listed(stage: Stage, query: str = "?view=all", who: str = "Ines") -> Page:
    """The ticket list, as this member of staff sees it."""
    page = await stage.page(await stage.staff(who), f"/tickets{query}")
    await expect(page.get_by_role("link", name=re.compile(".")).first).to_be_visible()
    return page


async def opened(stage: Stage, subject: str, who: str = "Ines") -> Page:
    """A ticket's page, opened by a click on the subject in the list."""
    page = await listed(stage, who=who)
    await page.get_by_role("link", name=subject).first.click()
    await page.wait_for_url(re.compile(r"/tickets/\d+"))
    await expect(page.get_by_role("region", name="Requester", exact=True)).to_be_attached()
    return page


@moment("All tickets", mockup=Mockup("tickets"))
async def all_of_them(stage: Stage) -> Page:
    page = await listed(stage)
    await expect(page.get_by_role("link", name=ORDER)).to_be_visible()
    return page


@moment("Tickets are chosen", mockup=Mockup("tickets"))
async def some_chosen(stage: Stage) -> Page:
    page = await all_of_them(stage)
    boxes = page.locator("main").get_by_role("checkbox")
    if not await boxes.count():
        raise NotShownYet("The list has no boxes to choose by.")
    await boxes.nth(1).check()
    await boxes.nth(2).check()
    await expect(page.get_by_text(re.compile("2 chosen"))).to_be_visible()
    return page


@moment("A search shows what it found")
async def searched(stage: Stage) -> Page:
    page = await listed(stage, "?q=monterrey")
    await expect(page.locator("mark").first).to_be_visible()
    return page


@moment("Filtered by several values, and by none of some")
async def filtered(stage: Stage) -> Page:
    page = await listed(stage, "?view=all&status=open&status=solved&not_channel=email&not_resolution=void")
    await expect(page.get_by_role("button", name=re.compile("^Remove filter"))).to_have_count(3)
    return page


@moment("A filter is chosen", part=the_dialog)
async def filter_dialog(stage: Stage) -> Page:
    page = await listed(stage)
    await page.get_by_role("button", name="Code", exact=True).click()
    dialog = the_dialog(page)
    await dialog.get_by_role("checkbox").first.check()
    await expect(dialog.get_by_role("combobox", name="Filter by")).to_contain_text("Code (1)")
    return page


@moment("No ticket fits")
async def none_fits(stage: Stage) -> Page:
    page = await stage.page(await stage.staff("Abimbola"), "/tickets?status=fixed_pending_rca&flags=unreachable")
    await expect(page.get_by_role("heading", name="No tickets")).to_be_visible()
    return page


async def _held(route: Route) -> None:
    """Never answers the request."""


@moment("The list is loading")
async def list_loading(stage: Stage) -> Page:
    page = await (await stage.staff("Ines")).new_page()
    await page.route(re.compile(r"/api/tickets"), _held)
    await page.goto(f"{stage.desk.url}/tickets")
    await expect(page.get_by_text("Loading the tickets")).to_be_attached()
    return page


@moment("The list did not load", expected=("net::ERR_FAILED",))
async def list_error(stage: Stage) -> Page:
    page = await (await stage.staff("Ines")).new_page()
    await page.route(re.compile(r"/api/tickets"), lambda route: route.abort())
    await page.goto(f"{stage.desk.url}/tickets")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    return page


@moment("One ticket", mockup=Mockup("ticket"))
async def one(stage: Stage) -> Page:
    return await opened(stage, ORDER)


@moment("A ticket, with a reply begun")
async def one_with_reply(stage: Stage) -> Page:
    page = await opened(stage, "Invoice without our PO number")
    box = page.get_by_role("textbox", name=re.compile("Reply to"))
    await box.fill("Hi Bartholomew, did accounting find the number?")
    return page


@moment("A ticket, a note begun")
async def one_with_note(stage: Stage) -> Page:
    page = await opened(stage, "Invoice without our PO number")
    await page.get_by_text("Note", exact=True).first.click()
    await expect(page.get_by_role("textbox", name=re.compile("only staff"))).to_be_visible()
    return page


@moment("A ticket that staff opened for somebody")
async def one_for_somebody(stage: Stage) -> Page:
    colleague = await stage.colleague("Priya")
    answer = await stage.desk.http(colleague.token).post(
        "/api/tickets",
        json={
            "team": "media",
            "product": "Lumina",
            "subject": "Please add 14 planners to Lumina before the January upfronts, with rights like Tom’s",
            "text": "They rang about it: fourteen planners start in January and need Lumina. The list comes by mail.",
            "requester": {"name": "Bartholomew Featherstonehaugh-Cavendish", "email": "b.feather@kestrelvane.example"},
            "with": "product",
        },
    )
    assert answer.status_code == 201, answer.text
    return await opened(stage, "Please add 14 planners")


@moment("Words are looked for, and not found in this view")
async def none_says_so(stage: Stage) -> Page:
    page = await stage.page(await stage.staff("Ines"), "/tickets?view=awaiting&q=CFILE")
    await expect(page.get_by_text("No tickets in this view match your search.")).to_be_visible()
    return page


@moment("A ticket that somebody else changed", expected=("status of 412",))
async def one_in_conflict(stage: Stage) -> Page:
    page = await opened(stage, "Invoice without our PO number")
    number = int(re.findall(r"\d+", page.url.rsplit("/", 1)[-1])[0])
    await page.get_by_role("complementary").get_by_label("Status").select_option(label="Open")
    colleague = await stage.colleague("Deshawn")
    # The page may learn of this change before or after it saves. In either case, both people have changed the status.
    said = {"status": "solved", "resolution": "data_fix"}
    answer = await stage.desk.http(colleague.token).patch(f"/api/tickets/{number}", json=said)
    assert answer.status_code == 200, answer.text
    await page.get_by_role("button", name=re.compile("^Save")).click()
    await expect(page.get_by_role("alert").filter(has_text=re.compile("Deshawn"))).to_be_visible()
    return page


@moment("A ticket that is loading")
async def one_loading(stage: Stage) -> Page:
    page = await (await stage.staff("Ines")).new_page()
    await page.route(re.compile(r"/api/tickets/\d+"), _held)
    await page.goto(f"{stage.desk.url}/tickets/1")
    await expect(page.get_by_text("Loading the ticket")).to_be_attached()
    return page


@moment("A ticket did not load", mockup=Mockup("states-console", figure="Error"), expected=("net::ERR_FAILED",))
async def one_error(stage: Stage) -> Page:
    page = await (await stage.staff("Ines")).new_page()
    await page.route(re.compile(r"/api/tickets/\d+"), lambda route: route.abort())
    await page.goto(f"{stage.desk.url}/tickets/1")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    return page


@moment("No such ticket", expected=("status of 404",))
async def no_such(stage: Stage) -> Page:
    page = await stage.page(await stage.staff("Ines"), "/tickets/9999")
    await expect(page.get_by_role("heading", name="Ticket not found")).to_be_visible()
    return page
