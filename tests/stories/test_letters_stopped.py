"""A ticket whose requester gets no automatic letters any more, because there were too many within an hour."""

from __future__ import annotations

import httpx2
from sqlalchemy import update
from sqlmodel import col

from mail.adapters.tables import LetterRow
from mail.letter import AUTOMATIC
from mail.pacing import AUTOMATIC_WITHIN_MS
from tests.running import Frame, RunningDesk, SettableClock
from tests.stories.test_account_pages import asked, browser, submitted
from tests.stories.test_accounts import PASSWORD


class Looping:
    """A ticket that staff solve and its requester reopens, again and again."""

    def __init__(self, customer: httpx2.AsyncClient, staff: httpx2.AsyncClient, number: int) -> None:
        self._customer = customer
        self._staff = staff
        self._path = f"/api/tickets/{number}"

    async def reopen(self) -> list[str]:
        """Solve and reopen the ticket. Returns its flags."""
        done = await self._staff.patch(self._path, json={"status": "solved", "resolution": "set_up"})
        assert done.status_code == 200, done.text
        done = await self._customer.post(f"{self._path}/replies", json={"text": "It fails again."})
        assert done.status_code == 200, done.text
        return await self.flags()

    async def flags(self) -> list[str]:
        found: list[str] = (await self._staff.get(self._path)).json()["flags"]
        return found

    async def reply(self) -> Frame:
        """Reply as staff. Returns the ticket as the answer has it."""
        done = await self._staff.post(f"{self._path}/replies", json={"text": "We look at it."})
        assert done.status_code == 200, done.text
        ticket: Frame = done.json()
        return ticket

    async def send_again(self) -> None:
        """Press **Send again** for the newest letter that was stopped."""
        letters = await self.letters()
        stopped = [one["id"] for one in letters if one["state"] == "failed" and "5 automatic letters" in one["error"]]
        await self.send(stopped[-1])

    async def letters(self) -> list[Frame]:
        """The letters about the ticket, oldest first."""
        found: list[Frame] = (await self._staff.get(f"{self._path}/letters")).json()["letters"]
        return found

    async def send(self, letter: int) -> None:
        assert (await self._staff.post(f"{self._path}/letters/{letter}/send")).status_code == 200


async def looping(desk: RunningDesk, page: httpx2.AsyncClient) -> Looping:
    """A ticket to which the last of five automatic letters has just gone."""
    token = (await asked(desk, page)).partition("=")[2]
    await page.post("/account/confirm", data={"token": token, "password": PASSWORD})
    staff = desk.http((await desk.staff("Maya")).token)
    it = Looping(page, staff, await submitted(page))
    for _ in range(2):
        assert await it.reopen() == []
    return it


async def test_ticket_reopened_without_a_letter_is_flagged_until_staff_reply(desk: RunningDesk) -> None:
    """The first letter, twice `solved` and twice `reopened` are sent. The list of tickets finds the ticket."""
    async with browser(desk) as page:
        it = await looping(desk, page)
        assert await it.reopen() == ["letters_stopped"]
        sam = desk.http((await desk.staff("Sam")).token)
        found = (await sam.get("/api/tickets", params={"flags": "letters_stopped"})).json()["tickets"]
        assert [ticket["flags"] for ticket in found] == [["letters_stopped"]]
        assert (await sam.get("/api/tickets/counts")).json()["letters_stopped"] == 1
        assert (await page.get(f"/api/tickets/{found[0]['number']}")).json()["flags"] == []
        assert (await it.reply())["flags"] == []
        assert (await sam.get("/api/tickets/counts")).json()["letters_stopped"] == 0


async def test_flag_goes_with_the_next_automatic_letter_after_the_hour(desk: RunningDesk, clock: SettableClock) -> None:
    async with browser(desk) as page:
        it = await looping(desk, page)
        assert await it.reopen() == ["letters_stopped"]
        clock.forward(AUTOMATIC_WITHIN_MS / 1000 + 1)
        assert await it.reopen() == []


async def test_flag_stays_when_staff_send_a_letter_again_that_failed_for_another_reason(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        it = await looping(desk, page)
        assert await it.reopen() == ["letters_stopped"]
        first = (await it.letters())[0]
        assert first["kind"] in AUTOMATIC
        broken = update(LetterRow).where(col(LetterRow.id) == first["id"]).values(state="failed", error="550 No")
        await desk.desk.storage.write(lambda tx: tx.session.execute(broken))
        await it.send(first["id"])
        assert await it.flags() == ["letters_stopped"]


async def test_flag_goes_when_staff_send_the_stopped_letter_again(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        it = await looping(desk, page)
        assert await it.reopen() == ["letters_stopped"]
        await it.send_again()
        assert await it.flags() == []
