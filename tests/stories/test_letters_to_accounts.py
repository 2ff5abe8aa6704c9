"""The letters to a customer with an account: in the account's language and time zone. And the links in letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from clock import from_rfc3339, zones
from tests.mailbox import links_of, text_of
from tests.running import HOURS, RunningDesk, SettableClock, running
from tests.stories.test_account_pages import asked, browser, submitted
from tests.stories.test_accounts import DANIELLE, PASSWORD

LAST_DAY = 'sun: ["00:00-24:00"]'
"""The end of the schedule in the hours file of the tests."""


async def received(desk: RunningDesk, number: int) -> str:
    """The text of the letter `received`, in one line."""
    await desk.desk.delivery.idle()
    found = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, number))
    (letter,) = [letter for letter in found if letter.kind == "received"]
    return " ".join(text_of(desk, letter.message_id).split())


async def test_letter_has_the_language_and_the_zone_of_the_account(desk: RunningDesk, clock: SettableClock) -> None:
    """No chat about the request says otherwise."""
    async with browser(desk) as page:
        token = (await asked(desk, page)).partition("=")[2]
        await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        await page.post("/account", data={"do": "you", "name": "Dani", "locale": "fr", "timezone": "America/Chicago"})
        number = await submitted(page)
        text = await received(desk, number)
    staff = desk.http((await desk.staff("Maya")).token)
    assert (await staff.get(f"/api/tickets/{number}/letters")).json()["locale"] == "fr"
    assert "Nous avons reçu votre demande" in text
    assert f"{zones.local(clock.at, 'America/Chicago'):%H:%M} : > It fails" in text.replace(" :", " :")


async def test_request_names_the_days_that_the_promise_leaves_out(tmp_path: Path, database_url: str | None) -> None:
    """The desk is closed on Thanksgiving, and asks the day before."""
    hours = tmp_path / "hours.yaml"
    always = HOURS.read_text("utf-8").replace(LAST_DAY, f"{LAST_DAY}, except: [{{date: 2026-11-26, closed: true}}]", 1)
    hours.write_text(always, "utf-8")
    clock = SettableClock(from_rfc3339("2026-11-25T15:12:00.000Z"))
    async with running(tmp_path / "data", clock, database_url, hours=hours) as desk, browser(desk) as page:
        token = (await asked(desk, page)).partition("=")[2]
        await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
        number = await submitted(page)
        staff = desk.http((await desk.staff("Maya")).token)
        asks = {"text": "Which invoice?", "status": "awaiting_reply"}
        (await staff.post(f"/api/tickets/{number}/replies", json=asks)).raise_for_status()
        shown = (await page.get(f"/requests/{number}")).text.replace("\u00a0", " ")
    assert "Thu, Nov 26 does not count: the team is closed." in shown


@pytest.mark.parametrize(("query", "leads_to"), [("", ""), ("&not_fixed", "?not_fixed#answer")])
async def test_link_of_a_button_leads_to_its_answer_once_the_address_is_proven(
    desk: RunningDesk, query: str, leads_to: str
) -> None:
    async with browser(desk) as page:
        number = await submitted(page, email=DANIELLE)
        (token,) = await links_of(desk, number)
    async with browser(desk) as elsewhere:
        path = f"/requests/{number}/confirm"
        shown = await elsewhere.get(f"{path}?token={token}{query}")
        assert (shown.status_code, 'name="not_fixed"' in shown.text) == (200, bool(query))
        said = {"token": token} | ({"not_fixed": "1"} if query else {})
        done = await elsewhere.post(path, data=said, follow_redirects=False)
        assert (done.status_code, done.headers["location"]) == (303, f"/requests/{number}{leads_to}")
        again = await elsewhere.get(f"{path}?token={token}{query}", follow_redirects=False)
        assert again.headers["location"] == f"/requests/{number}{leads_to}"
