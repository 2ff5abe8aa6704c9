"""Authors plan live sessions on `/knowledge/sessions`: people who registered are told, and attendance is kept."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlmodel import col

from clock import zones
from identity.actor import SYSTEM
from identity.adapters.tables import AuditRow
from learning.sessions import HOUR_MS
from storage.ports import Tx
from tests.running import RunningDesk, SettableClock
from tests.stories.test_accounts import signed_up
from tests.stories.test_knowledge import author
from tests.stories.test_learning_center import LINK, letters, register
from tests.stories.test_portal import browser

FORM = {
    "do": "save",
    "title": "Orders <b>live</b>",
    "kind": "webinar",
    "platform": "Lumina",
    "starts": "2027-06-01T11:00",
    "zone": "America/New_York",
    "minutes": "45",
    "capacity": "10",
    "link": LINK,
    "locale": "en",
}


async def test_author_plans_moves_and_cancels_a_session(desk: RunningDesk, clock: SettableClock) -> None:
    """Registered people get a letter about the move, and one about the cancellation."""
    nadia, danielle = await author(desk, "Nadia"), await signed_up(desk)
    planned = await nadia.post("/knowledge/sessions/new", data=FORM)
    assert planned.status_code == 303, planned.text
    path = planned.headers["location"].partition("?")[0]
    page = (await nadia.get(path)).text
    assert "Orders &lt;b&gt;live&lt;/b&gt;" in page and "Nobody has registered." in page
    assert "Orders &lt;b&gt;live&lt;/b&gt;" in (await nadia.get("/knowledge/sessions")).text
    center = desk.desk.mailroom.learning
    session = (await center.desk.listed(SYSTEM))[0].session
    assert (await register(danielle, session)).status_code == 303
    assert "danielle@northlake.example" in (await nadia.get(path)).text
    before = len(await letters(desk))
    for sent, subject in (
        ({**FORM, "starts": "2027-06-02T11:00"}, "Changed: Orders <b>live</b>"),
        ({"do": "cancel"}, "Cancelled: Orders <b>live</b>"),
    ):
        clock.forward(1)
        assert (await nadia.post(path, data=sent)).status_code == 303
        await center.care.sweep()
        assert [one[1] for one in (await letters(desk))[before:]] == [subject]
        before += 1
    again = await nadia.post(path, data={**FORM, "starts": "2027-06-03T11:00"})
    assert again.status_code == 409 and "This session is cancelled." in again.text

    def verbs(tx: Tx) -> list[str]:
        lines = select(col(AuditRow.verb)).where(col(AuditRow.thing) == "live_session").order_by(col(AuditRow.id))
        return list(tx.session.scalars(lines))

    assert await desk.desk.storage.read(verbs) == ["add", "change", "cancel"]


async def test_author_marks_who_came_and_sets_the_recording(desk: RunningDesk, clock: SettableClock) -> None:
    nadia, danielle = await author(desk, "Nadia"), await signed_up(desk)
    starts = f"{zones.local(desk.desk.clock() + 72 * HOUR_MS, FORM['zone']):%Y-%m-%dT%H:%M}"
    sent = await nadia.post("/knowledge/sessions/new", data={**FORM, "starts": starts})
    path = sent.headers["location"].partition("?")[0]
    center = desk.desk.mailroom.learning
    listed = (await center.desk.listed(SYSTEM))[0]
    await register(danielle, listed.session)
    early = await nadia.post(path, data={"do": "attend"})
    assert early.status_code == 409 and "This session has not begun." in early.text
    before = len(await letters(desk))
    clock.forward((listed.session.ends_at - desk.desk.clock() + HOUR_MS) / 1000)
    nadia = await author(desk, "Noor")
    page = (await nadia.get(path)).text
    box = re.search(r'name="(came\.\d+)"', page)
    assert box is not None and "Change or move it" not in page and "Cancel the session" not in page
    assert (await nadia.post(path, data={"do": "attend", box[1]: "1"})).status_code == 303
    assert f'name="{box[1]}" value="1" checked' in (await nadia.get(path)).text
    wrong = await nadia.post(path, data={"do": "record", "recording": "javascript:alert(1)"})
    assert wrong.status_code == 422 and "begins with https://" in wrong.text
    recording = {"do": "record", "recording": "https://videos.example/orders", "recording_minutes": "41"}
    assert (await nadia.post(path, data=recording)).status_code == 303
    await center.care.sweep()
    async with browser(desk) as reader:
        assert "https://videos.example/orders" in (await reader.get("/webinars?month=recordings")).text
    told = [one for one in (await letters(desk))[before:] if "Orders" in one[1]]
    assert [one[:2] for one in told] == [("danielle@northlake.example", "Recording: Orders <b>live</b>")]
    assert "https://videos.example/orders" in told[0][2] and not told[0][3]
    await center.care.sweep()
    assert len([one for one in await letters(desk) if one[1].startswith("Recording")]) == 1


async def test_session_that_cannot_be_planned_is_refused_with_its_fields_kept(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    for field, value, sentence in (
        ("starts", "2020-06-01T11:00", "This time is in the past."),
        ("starts", "2027-03-14T02:30", "does not exist in America/New_York"),
        ("starts", "tomorrow", "Write a date and a time"),
        ("zone", "Mars/Phobos", "Choose a time zone"),
        ("minutes", "0", "Use 1 to 1,440 minutes."),
        ("capacity", "-1", "Use 1 to 100,000 places."),
        ("title", "Two\nlines", "Write it on one line"),
        ("link", "javascript:alert(1)", "Use an address that begins with https://"),
        ("platform", "Nothing", "Choose a product of the list."),
    ):
        answer = await nadia.post("/knowledge/sessions/new", data={**FORM, field: value})
        assert answer.status_code == 422 and sentence in answer.text, (field, answer.text)
        assert 'value="10"' in answer.text or field == "capacity"
    assert "No session is planned." in (await nadia.get("/knowledge/sessions")).text


async def test_another_date_continues_the_series(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    path = (await nadia.post("/knowledge/sessions/new", data=FORM)).headers["location"].partition("?")[0]
    form = (await nadia.get(f"/knowledge/sessions/new?like={path.rpartition('/')[2]}")).text
    series = re.search(r'name="series" value="([^"]+)"', form)
    assert series is not None and 'value="Orders &lt;b&gt;live&lt;/b&gt;"' in form
    data = {**FORM, "title": "Orders, renamed", "starts": "2027-07-01T11:00", "series": series[1]}
    assert (await nadia.post("/knowledge/sessions/new", data=data)).status_code == 303
    listed = await desk.desk.mailroom.learning.desk.listed(SYSTEM)
    assert [one.session.series for one in listed] == [series[1]] * 2
    foreign = await nadia.post(path, data={"do": "cancel"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    async with browser(desk) as page:
        assert (await page.post(path, data={"do": "cancel"})).url.path == "/sign-in"
