"""An incident from its banner to its finding, as a customer, an agent and a supervisor see it."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA, OpenDesk, Staff
from tests.browser.people import Agent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OMAR = Staff("Omar Haddad", ("media",), role="supervisor")
TITLE = "Exports <b>are slow</b>"


async def test_customer_reads_an_incident_from_its_banner_to_the_finding(open_desk: OpenDesk, window: Window) -> None:
    desk = await open_desk([OMAR, PRIYA])
    omar = (await Agent.at_console(await window(), desk.url, OMAR)).page
    priya = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    reader = await (await window()).new_page()

    await omar.goto(f"{desk.url}/admin/systems")
    await omar.get_by_label("Name", exact=True).fill("Exports")
    await _send(omar.get_by_role("button", name="Add it"))
    opening = omar.locator("form#open")
    await opening.get_by_label("Title").fill(TITLE)
    await opening.get_by_label("Exports").check()
    await _send(opening.get_by_role("button", name="Open the incident"))
    incident = omar.get_by_role("region", name=TITLE)
    await expect(incident).to_contain_text("Incident mode is on")
    assert await faults_by_day_and_night(omar) == []

    await priya.reload()
    banner = priya.locator("system-banner")
    await expect(banner).to_contain_text(TITLE)
    await expect(banner).to_contain_text("We are looking into it.")

    request = await _affected(desk.url, reader)
    await reader.goto(desk.url)
    shown = reader.get_by_role("region", name="Incident")
    await expect(shown).to_contain_text("We have your request about it: #1")

    await incident.get_by_label("Workaround").fill("Export fewer than 500 lines.")
    await _send(incident.get_by_role("button", name="Give the workaround"))
    await desk.desk.help_center.incident_runs.sweep()
    await reader.goto(request)
    await expect(reader.get_by_role("main")).to_contain_text("Fixed – Pending RCA")
    await expect(reader.get_by_role("main")).to_contain_text("Export fewer than 500 lines.")

    await incident.get_by_label("Step", exact=True).select_option("Resolved")
    await incident.get_by_label("Update", exact=True).fill("Exports are quick again.")
    await _send(incident.get_by_role("button", name="Post the update"))
    await expect(incident).to_contain_text("the banner says that everything is back to normal")
    await reader.goto(desk.url)
    await expect(shown).to_contain_text("Back to normal since")
    await reader.goto(f"{desk.url}/status")
    # That page has the headline itself.
    await expect(shown).to_have_count(0)
    assert await faults_by_day_and_night(reader) == []
    await priya.reload()
    await expect(banner).to_contain_text("back to normal since")

    await incident.get_by_label("Finding").fill("An index was missing.")
    await incident.get_by_label("Code").select_option("code_fix")
    await _send(incident.get_by_role("button", name="Publish the finding"))
    await desk.desk.help_center.incident_runs.sweep()
    await reader.goto(request)
    await expect(reader.get_by_role("main")).to_contain_text("Solved")
    await expect(reader.get_by_role("main")).to_contain_text("An index was missing.")


async def _send(button: Locator) -> None:
    """Send a form, and wait for the page that it leads to: its sender is asked for first."""
    async with button.page.expect_navigation():
        await button.click()


async def _affected(url: str, reader: Page) -> str:
    """Say in the widget that the incident affects this reader too. Returns the address of the request."""
    await reader.goto(f"{url}/widget")
    banner = reader.locator("#incident")
    await expect(banner).to_contain_text(TITLE)
    async with reader.expect_popup() as opened:
        await banner.get_by_role("link", name="This affects me too").click()
    form = await opened.value
    await form.get_by_label("Your name").fill("Danielle")
    await form.get_by_label("Your email").fill("danielle@northlake.example")
    assert await faults_by_day_and_night(form) == []
    await form.get_by_role("button", name="This affects me too").click()
    await expect(form).to_have_url(f"{url}/submit?sent=1")
    await form.close()
    return f"{url}/requests/1"
