"""Admins change the desk in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import OpenDesk, Staff
from tests.browser.people import Agent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOBIAS = Staff("Tobias Keller", (), role="admin")


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
