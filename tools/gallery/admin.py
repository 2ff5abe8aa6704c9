"""Gallery moments of the administration."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tools.gallery.moments import Face, Mockup
from tools.gallery.stage import Stage

FACE = Face("admin", "The administration")
moment = FACE.moment


async def opened(stage: Stage, section: str, heading: str) -> Page:
    """Open a section of the administration as an admin."""
    page = await stage.page(await stage.staff("Tobias"), f"/admin/{section}")
    await expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    return page


@moment("People", mockup=Mockup("admin-people"))
async def people(stage: Stage) -> Page:
    return await opened(stage, "people", "People")


@moment("A person whose capacity would change", mockup=Mockup("admin-people", fragment="person"))
async def person(stage: Stage) -> Page:
    page = await people(stage)
    await page.get_by_role("link", name="Priya Raman").click()
    await page.get_by_label("Chats at once").fill("4")
    await expect(page.get_by_role("button", name="Save 1 change")).to_be_visible()
    return page


@moment("Invite people", mockup=Mockup("admin-people", fragment="invite"))
async def invite(stage: Stage) -> Page:
    return await opened(stage, "invite", "Invite people")


@moment("Clients")
async def clients(stage: Stage) -> Page:
    return await opened(stage, "clients", "Clients")


@moment("Teams and products", mockup=Mockup("admin-settings", fragment="teams"))
async def teams(stage: Stage) -> Page:
    page = await opened(stage, "teams", "Teams and products")
    await expect(page.get_by_role("rowheader", name="Canadian Spot")).to_be_visible()
    return page


@moment("Hours and holidays", mockup=Mockup("admin-hours"))
async def hours(stage: Stage) -> Page:
    page = await opened(stage, "hours", "Hours and holidays")
    await expect(page.get_by_text("newly open", exact=True)).to_be_visible()
    return page


@moment("Hours that would be closed")
async def closing(stage: Stage) -> Page:
    page = await hours(stage)
    days = page.get_by_role("region", name="Holidays and exceptions")
    await days.get_by_role("button", name="Add").click()
    day = await page.get_by_label("First day").get_attribute("min")
    await page.get_by_label("Name").fill("Training of all teams")
    await page.get_by_label("First day").fill(day or "")
    await page.get_by_role("button", name="Add to the changes").click()
    await expect(page.get_by_text("comparable days").first).to_be_visible()
    await page.get_by_role("heading", name="What this would do to waits").scroll_into_view_if_needed()
    return page


@moment("The widget", mockup=Mockup("admin-settings", fragment="widget"))
async def widget(stage: Stage) -> Page:
    page = await opened(stage, "widget", "Widget")
    await page.get_by_label("Color").fill("#5aa0b8")
    await expect(page.locator("#look")).to_contain_text("only 2")
    return page


@moment("Where alarms go")
async def alarms(stage: Stage) -> Page:
    page = await opened(stage, "alarms", "Alarms")
    await page.get_by_label("Name").fill("Team leads")
    await page.get_by_label("Kind", exact=True).select_option(label="Mail")
    await page.get_by_label("Address").fill("leads@support.example")
    await page.get_by_role("button", name="Add the destination").click()
    await expect(page.get_by_text("Added Team leads.")).to_be_visible()
    return page


@moment("API tokens")
async def tokens(stage: Stage) -> Page:
    return await opened(stage, "tokens", "API tokens")


@moment("The audit log", mockup=Mockup("admin-settings", fragment="audit"))
async def audit(stage: Stage) -> Page:
    return await opened(stage, "audit", "Audit log")
