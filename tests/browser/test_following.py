"""Following the Help Center, from the menu to the link in the letter that ends it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import HOURS, OpenDesk
from tests.mailbox import account_letters
from tests.running import SettableClock
from tests.stories.test_following import stop_of, told
from tests.stories.test_knowledge import author, sends, written

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DANIELLE = "danielle@northlake.example"


async def test_new_customer_is_told_once_and_ends_it_with_one_click(open_desk: OpenDesk, window: Window) -> None:
    clock = SettableClock()
    desk = await open_desk(clock=clock, open_at=HOURS.replace("name: Media,", "name: Media, products: [Lumina],"))
    nadia = await author(desk, "Nadia")
    await sends(nadia, await written(nadia, "Change the dates"), "publish", tell="no")
    page = await (await window()).new_page()
    account, here = page.context.request, {"Origin": desk.origin}
    signing_up = {"email": DANIELLE, "name": "Danielle"}
    assert (await account.post(f"{desk.url}/api/account", data=signing_up, headers=here)).status == 202
    chosen = {"token": (await account_letters(desk))[-1][3], "password": "four canoes before breakfast"}
    assert (await account.post(f"{desk.url}/api/account/confirm", data=chosen, headers=here)).status == 200

    await page.goto(f"{desk.url}/products/lumina")
    section = page.get_by_role("region", name="FAQs")
    await section.locator("summary").click()
    await section.get_by_role("button", name="Follow", exact=True).click()
    await expect(section.locator("summary")).to_contain_text("Following")

    await sends(nadia, await written(nadia, "Dates overlap"), "publish", tell="yes")
    (letter,) = await told(desk, clock)
    assert (letter["To"], letter["Subject"]) == (DANIELLE, "New article: Dates overlap")
    await page.reload()
    await page.get_by_role("link", name="One new notice").click()
    notices = page.get_by_role("region", name="Notices").get_by_role("listitem")
    await expect(notices).to_have_count(1)
    await expect(notices).to_contain_text("Dates overlap")
    assert await faults_by_day_and_night(page) == []

    reader = await (await window()).new_page()
    await reader.goto(desk.url + stop_of(letter))
    await reader.get_by_role("button", name="Stop these mails").click()
    await expect(reader.get_by_role("heading", name="No more mails about Lumina, FAQs")).to_be_visible()
    assert await faults_by_day_and_night(reader) == []
    await sends(nadia, await written(nadia, "Copy an estimate"), "publish", tell="yes")
    assert len(await told(desk, clock)) == 1
