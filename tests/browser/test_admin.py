"""Admins change the desk in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import OpenDesk, Staff
from tests.browser.people import Agent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MARKUP = "<img src=x onerror=globalThis.ran=1>"
TOBIAS = Staff("Tobias Keller", (), role="admin")
CLARA = Staff("Clara Whitcombe", (), role="auditor")


async def test_admin_changes_the_widget_and_sees_it_before_it_is_saved(open_desk: OpenDesk, window: Window) -> None:
    """The preview has the name that is not saved yet. A color that is too light is darkened, and the page says so."""
    desk = await open_desk([TOBIAS])
    page = (await Agent.at_console(await window(), desk.url, TOBIAS)).page
    await page.goto(f"{desk.url}/admin/widget")
    await page.get_by_label("Name").fill("Northlake")
    await page.get_by_label("Color").fill("#5aa0b8")
    await expect(page.locator("#look")).to_contain_text(re.compile(r"white on it only 2\.\d : 1"))
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", name="Chat with Northlake", include_hidden=True)).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name="Save 2 changes").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved")
    await page.goto(f"{desk.url}/widget")
    await expect(page.get_by_role("heading", name="Chat with Northlake")).to_be_visible()


async def test_pages_of_an_auditor_have_no_chats_and_their_scripts_run(open_desk: OpenDesk, window: Window) -> None:
    """No status, no search, no connection for chats. The menu of the account opens, and no script fails."""
    desk = await open_desk([CLARA])
    page = (await Agent.at_console(await window(), desk.url, CLARA)).page
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    for place in ("reports", "admin/audit", "account"):
        await page.goto(f"{desk.url}/{place}")
        await page.get_by_role("button", name="Account of Clara").click()
        await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
        await expect(page.locator("#presence, #find")).to_have_count(0)
    assert sockets == []


async def test_new_admin_adds_a_colleague_a_team_and_a_holiday(open_desk: OpenDesk, window: Window) -> None:
    """Each page shows what was added, without a terminal. Names that look like markup stay text. A save that closes a
    team with somebody in its queue is asked about."""
    desk = await open_desk([TOBIAS])
    page = (await Agent.at_console(await window(), desk.url, TOBIAS)).page
    await page.goto(f"{desk.url}/admin/invite")
    await page.get_by_label("Addresses, one a line").fill("Leilani Kahale <leilani@desk.example>")
    await page.get_by_role("checkbox", name="Agent").check()
    await page.get_by_role("checkbox", name="Media").first.check()
    await page.get_by_role("button", name="Invite").click()
    await expect(page.get_by_role("status")).to_contain_text("on its way")
    await expect(page.get_by_role("row", name="Leilani Kahale")).to_contain_text("invited")

    await page.get_by_role("link", name="Teams and products").click()
    await page.get_by_role("button", name="Team", exact=True).click()
    form = page.locator("form.team-form")
    await form.get_by_label("Key").fill("print")
    await form.get_by_label("Name").fill(f"Print {MARKUP}")
    await form.get_by_role("button", name="Add the team").click()
    await expect(page.get_by_role("rowheader", name="Print")).to_be_visible()
    await expect(page.get_by_text("Nobody answers the chats of")).to_contain_text(f"Print {MARKUP} yet.")

    await (await desk.customer()).command("chat.start", team="media", text="Anybody there?")
    await page.get_by_role("link", name="Hours and holidays").click()
    await page.get_by_role("region", name="Holidays and exceptions").get_by_role("button", name="Add").click()
    day = await page.get_by_label("First day").get_attribute("min")
    await page.get_by_label("Name").fill(f"Year-end closure {MARKUP}")
    await page.get_by_label("First day").fill(day or "")
    await page.get_by_role("checkbox", name="Media").check()
    shared = page.get_by_role("group", name=re.compile("^Media shares the schedule"))
    await expect(shared.get_by_role("radio", name=re.compile("^Only Media"))).to_be_checked()
    await page.get_by_role("button", name="Add to the changes").click()
    await expect(page.get_by_role("region", name="What changes")).to_contain_text("New schedule Media for Media.")
    waits = page.get_by_role("region", name="What this would do to waits")
    await expect(waits).to_contain_text("no requests a day came in these hours")
    await page.get_by_role("button", name="Save 1 change").click()
    question = page.get_by_role("group", name="Not saved yet")
    await expect(question).to_contain_text(
        "Media closes at once, and 1 person waits in its queue. They wait for at most"
    )
    await expect(question.get_by_role("button", name="Go back")).to_be_focused()
    assert await faults_by_day_and_night(page) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved. The hours are in force.")).to_be_visible()
    await expect(page.get_by_text(f"Year-end closure {MARKUP}").first).to_be_visible()
    assert not await page.evaluate("'ran' in globalThis")

    await expect(page.get_by_text("Year-end closure").first).to_be_visible()


async def test_admin_sends_alarms_to_a_mailbox_and_undoes_a_removal(
    open_desk: OpenDesk, window: Window, witness: Witness
) -> None:
    """By keyboard."""
    witness.expects("status of 422")
    desk = await open_desk([TOBIAS])
    page = (await Agent.at_console(await window(), desk.url, TOBIAS)).page
    await page.goto(f"{desk.url}/admin")
    await page.get_by_role("link", name="Alarms").press("Enter")
    await page.get_by_label("Name").fill("Floor lead")
    await page.get_by_label("Kind", exact=True).select_option("Mail")
    await page.get_by_label("Address").fill("nobody")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Address")).to_have_accessible_description(re.compile("Write an email address"))
    await page.get_by_label("Address").fill("floor@support.example")
    await page.get_by_role("checkbox", name="Next response overdue").uncheck()
    await page.get_by_role("button", name="Add the destination").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("floor@support.example")
    row = page.get_by_role("row", name="Floor lead")
    await expect(row).to_contain_text("Mail floor@support.example")
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name="Test Floor lead").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The letter is on its way. Look in the mailbox.")
    await page.get_by_role("button", name="Remove Floor lead").press("Enter")
    await expect(page.get_by_role("heading", name="No destination")).to_be_visible()
    await page.get_by_role("button", name="Undo").press("Enter")
    await expect(row).to_be_visible()
