"""Sign-up and the account of a customer, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.mailbox import account_letters
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DANIELLE = "danielle.okonkwo-hartley@northlake.example"
PASSWORD = "four canoes before breakfast"


async def test_customer_signs_up_and_keeps_the_account(witness: Witness, desk: RunningDesk, window: Window) -> None:
    """From the form to the account page, by keyboard, with the sentences beside the fields."""
    witness.expects("status of 422", "status of 404", "status of 401")
    page = await (await window()).new_page()
    await page.goto(f"{desk.url}/sign-up")
    assert await faults_by_day_and_night(page) == []
    await page.get_by_label("Your name").fill("Danielle Okonkwo-Hartley")
    await page.get_by_label("Work email").fill(DANIELLE)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    assert await faults_by_day_and_night(page) == []

    link = f"{desk.url}/account/confirm?token={(await account_letters(desk))[-1][3]}"
    await page.goto(link)
    field = page.get_by_role("textbox", name="Password")
    await field.fill("danielle12")
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("easy to guess"))
    assert await faults_by_day_and_night(page) == []
    await field.fill(PASSWORD)
    await page.get_by_role("button", name="Show").click()
    await expect(field).to_have_attribute("type", "text")
    await page.get_by_role("button", name="Finish and go in").click()
    await expect(page.get_by_role("heading", name="Welcome, Danielle")).to_be_visible()
    assert await faults_by_day_and_night(page) == []

    await page.get_by_role("link", name="Your account").click()
    await page.get_by_label("Your name").fill("Danielle")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_role("link", name="Sign in").click()
    for password, told in (("something else", "That didn’t match."), (PASSWORD, "")):
        await page.get_by_label("Email").fill(DANIELLE)
        await page.get_by_label("Password").fill(password)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        if told:
            await expect(page.get_by_role("alert")).to_contain_text(told)
    await expect(page).to_have_url(f"{desk.url}/")
    await page.goto(link)
    await expect(page.get_by_role("heading", name="This link has been used, or is too old")).to_be_visible()
    assert await faults_by_day_and_night(page) == []
