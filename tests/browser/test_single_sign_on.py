"""Single sign-on with npm's `oidc-provider`, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PASSWORD, PRIYA, OpenDesk
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PEOPLE = {
    "danielle": {"email": "danielle@northlake.example", "email_verified": True, "name": "Danielle Roy"},
    "priya": {"email": "priya.nair@company.example", "email_verified": True, "name": "Priya Nair"},
}


@pytest.fixture(scope="module")
def customers() -> Iterator[str]:
    with provider(PEOPLE, "http://127.0.0.1/auth/oidc/callback") as url:
        yield url


@pytest.fixture(scope="module")
def team() -> Iterator[str]:
    with provider(PEOPLE, "http://127.0.0.1/auth/oidc/staff/callback") as url:
        yield url


async def opened(open_desk: OpenDesk, customers: str, team: str) -> RunningDesk:
    desk: RunningDesk = await open_desk(
        egress_allow="127.0.0.1",
        oidc_issuer=customers,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_staff_issuer=team,
        oidc_staff_client_id=CLIENT_ID,
        oidc_staff_client_secret=CLIENT_SECRET,
    )
    # The provider sends the browser back there.
    desk.settings.listens_at(desk.url, "127.0.0.1")
    return desk


async def choose(page: Page, who: str) -> None:
    """Sign in on the provider's page."""
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    await page.get_by_role("link", name=who).click()


async def test_customer_signs_in_with_the_provider(
    witness: Witness, open_desk: OpenDesk, customers: str, team: str, window: Window
) -> None:
    desk = await opened(open_desk, customers, team)
    page = await (await window()).new_page()
    await page.goto(f"{desk.url}/sign-in?next=/requests")
    assert await faults_by_day_and_night(page) == []
    await page.get_by_role("link", name="Single sign-on for customers").click()
    await choose(page, "danielle")
    await expect(page).to_have_url(f"{desk.url}/requests")
    await page.goto(f"{desk.url}/account")
    await expect(page.get_by_text("danielle@northlake.example").first).to_be_visible()


async def test_staff_link_sign_in_and_unlink(
    witness: Witness, open_desk: OpenDesk, customers: str, team: str, window: Window
) -> None:
    """From the account page to the provider and back, then in by the button, then unlinked."""
    witness.expects("status of 401", "status of 403")
    desk = await opened(open_desk, customers, team)
    context = await window()
    page = await context.new_page()
    await page.goto(f"{desk.url}/sign-in?next=/account")
    await page.get_by_label("Email").fill(PRIYA.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    section = page.get_by_role("region", name="Single sign-on")
    field = section.get_by_label("Your password")
    await field.fill("not it")
    await section.get_by_role("button", name="Link").click()
    await expect(field).to_be_focused()
    await expect(field).to_have_accessible_description(re.compile("That password is incorrect"))
    await field.fill(PASSWORD)
    await section.get_by_role("button", name="Link").click()
    await choose(page, "priya")
    await expect(page).to_have_url(f"{desk.url}/account")
    await expect(section.get_by_role("status")).to_have_text("Single sign-on is linked.")
    await expect(section.get_by_role("heading")).to_be_focused()
    await expect(section).to_contain_text("Linked with priya.nair@company.example")
    assert await faults_by_day_and_night(page) == []

    # Signed out here; at the provider the session goes on.
    await context.clear_cookies(name="switchboard_session")
    await page.goto(f"{desk.url}/sign-in?next=/account")
    await page.get_by_role("link", name="Single sign-on for our team").click()
    await expect(page).to_have_url(f"{desk.url}/account")
    await expect(page.get_by_role("heading", name=PRIYA.name)).to_be_visible()
    await field.fill(PASSWORD)
    await section.get_by_role("button", name="Unlink").click()
    await expect(section.get_by_role("status")).to_have_text("Single sign-on is unlinked.")
    await expect(section.get_by_role("button", name="Link")).to_be_visible()

    await context.clear_cookies(name="switchboard_session")
    await page.goto(f"{desk.url}/sign-in")
    await page.get_by_role("link", name="Single sign-on for our team").click()
    await expect(page.get_by_role("alert")).to_contain_text("No account here is linked with your sign-on service.")
    assert await faults_by_day_and_night(page) == []
