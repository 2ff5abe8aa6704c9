"""Passkeys of a customer and of staff, with Chromium's virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PASSWORD, PRIYA
from tests.mailbox import account_letters
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DANIELLE = "danielle@northlake.example"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def address(desk: RunningDesk) -> str:
    """Browsers offer no passkeys for the desk's number."""
    return desk.url.replace("127.0.0.1", "localhost")


async def with_authenticator(page: Page) -> None:
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable", {"enableUI": False})
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def test_customer_adds_a_passkey_signs_in_with_it_and_removes_it(desk: RunningDesk, window: Window) -> None:
    """The browser offers the passkey in the field of the sign-in page, and the authenticator chooses it at once."""
    page, base = await (await window()).new_page(), address(desk)
    await with_authenticator(page)
    await page.goto(f"{base}/sign-up")
    await page.get_by_label("Work email").fill(DANIELLE)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
    await page.goto(f"{base}/account/confirm?token={(await account_letters(desk))[-1][3]}")
    await page.get_by_role("textbox", name="Password").fill("four canoes before breakfast")
    await page.get_by_role("button", name="Finish and go in").click()
    await page.get_by_role("link", name="Your account").click()

    passkeys = page.get_by_role("region", name="Passkeys")
    await passkeys.get_by_label("Name of the passkey").fill("Laptop")
    assert await faults_by_day_and_night(page) == []
    await passkeys.get_by_role("button", name="Add a passkey").click()
    await expect(passkeys.get_by_role("status")).to_contain_text("Your passkey is ready.")
    await passkeys.get_by_role("button", name="Add a passkey").click()
    await expect(passkeys.get_by_text("This device already has a passkey for your account.")).to_be_visible()
    assert await faults_by_day_and_night(page) == []

    await page.context.clear_cookies()
    await page.goto(f"{base}/sign-in?next=/account")
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    await expect(passkeys.get_by_role("listitem")).to_contain_text("last used")
    await passkeys.get_by_text("Change").click()
    await passkeys.get_by_role("button", name="Remove this passkey").click()
    await expect(passkeys.get_by_role("status")).to_contain_text("This passkey no longer signs in.")
    await expect(passkeys.get_by_role("listitem")).to_have_count(0)


async def test_agent_signs_in_by_the_button_where_fields_offer_no_passkeys(desk: RunningDesk, window: Window) -> None:
    page, base = await (await window()).new_page(), address(desk)
    await with_authenticator(page)
    await page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    await page.goto(f"{base}/sign-in?next=/account")
    assert await faults_by_day_and_night(page) == []
    await page.get_by_label("Email").fill(PRIYA.email)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")

    passkeys = page.get_by_role("region", name="Passkeys")
    await passkeys.get_by_label("Name of the passkey").fill("Work laptop")
    await passkeys.get_by_role("button", name="Add a passkey").click()
    await expect(passkeys.get_by_text("Your passkey is ready.")).to_be_visible()
    await page.context.clear_cookies()
    await page.goto(f"{base}/sign-in?next=/account")
    await page.get_by_role("button", name="Sign in with a passkey").click()

    await expect(passkeys.get_by_role("listitem")).to_contain_text("Work laptop")
    await passkeys.get_by_role("button", name="Change Work laptop").click()
    name = passkeys.get_by_label("Name of the passkey")
    await expect(name).to_be_focused()
    assert await faults_by_day_and_night(page) == []
    await name.fill("Desk")
    await page.keyboard.press("Enter")
    change = passkeys.get_by_role("button", name="Change Desk")
    await expect(change).to_be_focused()
    await change.click()
    await passkeys.get_by_role("button", name="Remove this passkey").click()
    await expect(passkeys.get_by_text("Removed.")).to_be_visible()
    await expect(passkeys.get_by_role("listitem")).to_have_count(0)
