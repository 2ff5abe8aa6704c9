"""The learning center on a running desk: playlists, plans, and live sessions with their letters."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.policy import default
from functools import partial

import httpx2
import icalendar
from sqlalchemy import select, update
from sqlmodel import col

from learning.adapters.yaml_files import read_folder
from learning.sessions import HOUR_MS, Session
from mail.adapters.tables import LetterRow
from server.live.learning.booking_turns import BookingTurns
from server.operations.learning_folder import store_learning
from storage.ports import Tx
from tests.running import RunningDesk, SettableClock
from tests.stories.test_accounts import DANIELLE, PASSWORD, signed_up
from tests.stories.test_portal import browser

FOLDER = """
topics:
  - {key: orders, platform: Lumina, heading: Orders, name: Orders and flights}
resources:
  - {key: intro, kind: course, title: Intro <b>course</b>, minutes: 10, link: "https://videos.example/1",
     topics: [orders]}
  - {key: later, kind: quick_card, title: Errors card, minutes: 5, link: /articles/1,
     topics: [orders], requires: [intro]}
plans:
  - {key: planner, role: Planner, title: Planner plan, stages: [{title: Start, steps: [{resource: intro}]}]}
"""
LINK = "https://meet.example/secret-room"


async def stored(desk: RunningDesk, content: str = FOLDER, later_ms: int = 0) -> None:
    products = {product for team in desk.desk.teams.by_key.values() for product in team.products}
    folder = read_folder({"a.yaml": content}, products)
    assert folder.faults == []
    center = desk.desk.mailroom.learning
    await store_learning(
        desk.desk.storage, folder, center.library, center.planning, lambda: desk.desk.clock() + later_ms
    )


async def session_of(desk: RunningDesk, capacity: int = 1, in_ms: int = 72 * HOUR_MS) -> Session:
    wanted = Session(
        series="orders",
        kind="webinar",
        title="Orders live",
        starts_at=desk.desk.clock() + in_ms,
        minutes=45,
        zone="America/New_York",
        capacity=capacity,
        platform="Lumina",
        link=LINK,
    )
    planning = desk.desk.mailroom.learning.planning
    return await desk.desk.storage.write(lambda tx: planning.add(tx, wanted, desk.desk.clock()))


async def letters(desk: RunningDesk) -> list[tuple[str, str, str, list[bytes]]]:
    """The letters about sessions in the order in which they were written: recipient, subject, text, calendar files.
    Those that wait for their hour are sent now."""

    def hurry(tx: Tx) -> None:
        about, waits = col(LetterRow.kind).like("session%"), col(LetterRow.state) == "waiting"
        tx.session.connection().execute(update(LetterRow).where(about, waits).values(due_at=0, bare=False))

    await desk.desk.storage.write(hurry)
    await desk.desk.delivery.idle()
    found = []
    # By name: the dates of two files can be equal, because file systems count in steps of some milliseconds.
    for file in sorted((desk.settings.data / "mail").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        body = message.get_body(("plain",))
        assert body is not None
        parts = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
        files = [str(part.get_content()).encode() for part in parts]
        found.append((str(message["To"]), str(message["Subject"]), str(body.get_content()), files))
    return found


def link_in(text: str) -> str:
    found = re.search(r"/webinars/registrations/[\w.-]+", text)
    assert found is not None
    return found[0]


async def waits_for_an_hour(desk: RunningDesk) -> list[str]:
    """The addresses of letters that are not sent yet, because the address got one and has confirmed none."""
    await desk.desk.delivery.idle()
    waiting = select(col(LetterRow.to_address)).where(col(LetterRow.state) == "waiting")
    return await desk.desk.storage.read(lambda tx: list(tx.session.scalars(waiting)))


async def register(page: httpx2.AsyncClient, session: Session, **fields: str) -> httpx2.Response:
    return await page.post("/webinars/register", data={"session": str(session.id), **fields})


async def test_playlist_is_built_signed_out_and_shared_without_rights(desk: RunningDesk) -> None:
    """The owner reorders it, others see the list and keep a copy."""
    await stored(desk)
    async with browser(desk) as owner, browser(desk) as other:
        page = (await owner.get("/learning", params={"platform": "Lumina", "t-orders": "1"})).text
        assert "Build my playlist" in page and "15 min" in page
        built = await owner.post("/learning/playlists", data={"platform": "Lumina", "t-orders": "1"})
        path = built.url.path
        assert built.status_code == 200 and path.startswith("/learning/playlists/")
        assert built.text.index("Intro &lt;b&gt;course&lt;/b&gt;") < built.text.index("Errors card")
        moved = await owner.post(path, data={"do": "down:1"})
        assert moved.text.index("Errors card") < moved.text.index("Intro &lt;b&gt;")
        seen = await other.get(path)
        assert "Errors card" in seen.text and "Move down" not in seen.text and "Keep a copy" in seen.text
        assert (await other.post(path, data={"do": "remove:1"})).status_code == 404
        copy = await other.post(f"{path}/copy")
        assert copy.url.path != path and "Intro &lt;b&gt;" in copy.text
        foreign = await owner.post(path, data={"do": "delete"}, headers={"Origin": "https://elsewhere.example"})
        assert foreign.status_code == 403 and (await owner.get(path)).status_code == 200
        for wrong in ("x" * 22, "..%2f..", "a" * 500):
            assert (await other.get(f"/learning/playlists/{wrong}")).status_code == 404


async def found_by(desk: RunningDesk, words: str) -> list[str]:
    """The addresses of what visitors find."""
    async with browser(desk) as page:
        answer = await page.get("/search", params={"q": words})
        return re.findall(r'<li><a href="([^"]+)"', answer.text)


async def test_playlist_of_a_visitor_goes_to_the_account_that_signs_in_there(desk: RunningDesk) -> None:
    await stored(desk)
    await signed_up(desk)
    async with browser(desk) as page:
        path = (await page.post("/learning/playlists", data={"t-orders": "1"})).url.path
        form = {"email": DANIELLE, "password": PASSWORD, "next": path}
        signed_in = await page.post("/sign-in", data=form)
        assert signed_in.url.path == path and "Keep a copy" not in signed_in.text
        assert path in (await page.get("/learning")).text


async def test_resources_are_found_until_they_are_withdrawn(desk: RunningDesk) -> None:
    """What is on another host is found on the page of its topics."""
    await stored(desk)
    assert "/articles/1" in await found_by(desk, "errors card")
    assert "/learning?platform=&amp;t-orders=1" in await found_by(desk, "intro course")
    gone = FOLDER.replace("requires: [intro]}", "requires: [intro], state: withdrawn}")
    await stored(desk, gone, later_ms=1_000)
    assert "/articles/1" not in await found_by(desk, "errors card")


async def test_session_is_found_until_its_last_date_is_cancelled_or_over(
    desk: RunningDesk, clock: SettableClock
) -> None:
    session, later = await session_of(desk), await session_of(desk, in_ms=96 * HOUR_MS)
    center = desk.desk.mailroom.learning
    assert (await found_by(desk, "orders live")).count("/webinars#orders") == 1
    await desk.desk.storage.write(lambda tx: center.planning.cancel(tx, session.id, clock()))
    assert "/webinars#orders" in await found_by(desk, "orders live")
    clock.at = later.ends_at
    await center.care.sweep()
    assert "/webinars#orders" not in await found_by(desk, "orders live")


async def test_empty_choice_is_said_and_keeps_nothing(desk: RunningDesk) -> None:
    await stored(desk)
    async with browser(desk) as page:
        answer = await page.post("/learning/playlists", data={"platform": "Lumina", "t-nothing": "1"})
        assert answer.status_code == 422 and "Choose at least one topic." in answer.text
        assert not page.cookies


async def test_progress_is_of_the_account_and_a_plan_stays_finished(desk: RunningDesk) -> None:
    await stored(desk)
    danielle = await signed_up(desk)
    done = {"item": "resource:intro", "done": "yes", "next": "/learning/plans/planner"}
    answer = await danielle.post("/learning/progress", data=done)
    assert answer.status_code == 303 and answer.headers["location"] == "/learning/plans/planner"
    assert "1 of 1" in (await danielle.get("/learning/plans/planner")).text
    more = FOLDER.replace("[{resource: intro}]", "[{resource: intro}, {resource: later}]")
    await stored(desk, more, later_ms=1_000)
    page = (await danielle.get("/learning/plans/planner")).text
    assert "New since you finished" in page and "You’ve finished this plan." in page
    async with browser(desk) as visitor:
        assert "Only you see your progress" not in (await visitor.get("/learning/plans/planner")).text
        assert (await visitor.post("/learning/progress", data=done)).url.path == "/sign-in"
    evil = await danielle.post("/learning/progress", data={**done, "next": "//evil.example"})
    assert evil.headers["location"] == "/learning"


async def test_customer_with_an_account_registers_with_one_click(desk: RunningDesk) -> None:
    """The confirmation has the calendar file and the link. Strangers see neither."""
    session = await session_of(desk)
    danielle = await signed_up(desk)
    assert (await register(danielle, session)).status_code == 303
    shown = (await danielle.get("/webinars")).text
    assert "You have a place on" in shown and LINK in shown
    to, subject, text, files = (await letters(desk))[-1]
    assert (to, subject) == ("danielle@northlake.example", "You have a place: Orders live") and LINK in text
    (event,) = icalendar.Calendar.from_ical(files[0]).events
    assert int(event.decoded("dtstart").timestamp()) * 1000 == session.starts_at // 1000 * 1000
    async with browser(desk) as visitor:
        for path in ("/webinars", f"/webinars/{session.id}.ics"):
            assert "secret-room" not in (await visitor.get(path)).text
    assert "secret-room" in (await danielle.get(f"/webinars/{session.id}.ics")).text.replace("\r\n ", "")
    dates = re.search(r"/webinars/dates/[\w.-]+\.ics", shown)
    assert dates is not None
    feed = icalendar.Calendar.from_ical((await danielle.get(dates[0])).content)
    assert [str(one["summary"]) for one in feed.events] == ["Orders live"]
    assert (await danielle.get(dates[0].replace(".ics", "0.ics"))).status_code == 404


async def test_stranger_registers_by_mail_and_the_link_acts_only_by_post(desk: RunningDesk) -> None:
    session = await session_of(desk)
    async with browser(desk) as page:
        asked = await register(page, session, name="Zoe", email="zoe@elsewhere.example")
        assert "Check your mail." in asked.text and "one mail an hour" in asked.text
        to, _, text, _ = (await letters(desk))[-1]
        path = link_in(text)
        assert to == "zoe@elsewhere.example" and LINK not in text
        for _ in range(2):
            assert "Confirm my place" in (await page.get(path)).text
        assert "You have a place" in (await page.post(path, data={"do": "confirm"})).text
        assert "You have a place" in (await page.post(path, data={"do": "confirm"})).text
        left = await page.post(path, data={"do": "leave"})
        assert "You have no place in this session" in left.text
        assert "METHOD:CANCEL" in (await letters(desk))[-1][3][0].decode()
        again = await register(page, session, name="Zoe", email="zoe@elsewhere.example")
        assert again.status_code == 200 and await waits_for_an_hour(desk) == []
        await register(page, session, name="Bo", email="bo@elsewhere.example")
        other = await session_of(desk, in_ms=96 * HOUR_MS)
        await register(page, other, name="Bo", email="bo@elsewhere.example")
        assert await waits_for_an_hour(desk) == ["bo@elsewhere.example"]
        forged = path[:-1] + ("0" if path[-1] != "0" else "1")
        assert (await page.get(forged)).status_code == 404
        assert (await page.post(forged, data={"do": "leave"})).status_code == 404


async def test_freed_place_is_offered_and_taken_from_the_waiting_list(desk: RunningDesk) -> None:
    session = await session_of(desk)
    danielle, ana = await signed_up(desk), await signed_up(desk, "ana@northlake.example")
    await register(danielle, session)
    await register(ana, session)
    assert "You’re number 1 on the waiting list" in (await ana.get("/webinars")).text
    assert (await danielle.post(f"/webinars/{session.id}/leave")).status_code == 303
    to, subject, text, _ = (await letters(desk))[-1]
    assert (to, subject) == ("ana@northlake.example", "A place is free: Orders live")
    path = link_in(text)
    await register(danielle, session)
    assert "You’re number 1 on the waiting list" in (await danielle.get("/webinars")).text
    assert (await ana.get(path)).status_code == 200
    assert (await ana.post(path, data={"do": "accept"})).status_code == 303
    assert "You have a place on" in (await ana.get("/webinars")).text


async def test_moved_session_mails_an_update_and_a_cancelled_one_removes_it(desk: RunningDesk) -> None:
    session = await session_of(desk)
    danielle = await signed_up(desk)
    await register(danielle, session)
    center, clock = desk.desk.mailroom.learning, desk.desk.clock
    before = len(await letters(desk))
    later = replace(session, starts_at=session.starts_at + 24 * HOUR_MS)
    await desk.desk.storage.write(lambda tx: center.planning.change(tx, session.id, later, clock() + 1))
    await center.care.sweep()
    await center.care.sweep()
    moved = (await letters(desk))[before:]
    assert [one[1] for one in moved] == ["Changed: Orders live"]
    (event,) = icalendar.Calendar.from_ical(moved[0][3][0]).events
    assert event["sequence"] == 1
    await desk.desk.storage.write(lambda tx: center.planning.cancel(tx, session.id, clock() + 2))
    await center.care.sweep()
    last = (await letters(desk))[before + 1 :]
    assert [one[1] for one in last] == ["Cancelled: Orders live"]
    assert b"METHOD:CANCEL" in last[0][3][0] and b"STATUS:CANCELLED" in last[0][3][0]
    assert "Orders live" not in (await danielle.get("/webinars")).text.partition("Yours")[0]


async def test_reminder_goes_out_once_and_not_when_the_session_has_begun(desk: RunningDesk) -> None:
    session = await session_of(desk, in_ms=24 * HOUR_MS + 60_000)
    danielle = await signed_up(desk)
    await register(danielle, session)
    center = desk.desk.mailroom.learning
    before, due = len(await letters(desk)), session.starts_at - 24 * HOUR_MS
    for now in (due, due + 1, session.starts_at):
        await desk.desk.storage.write(partial(center.planning.remind, session=session, now=now))
    assert [one[1] for one in (await letters(desk))[before:]] == ["Reminder: Orders live"]


async def test_registration_without_a_turn_is_refused_whole_and_works_later(desk: RunningDesk) -> None:
    session, danielle = await session_of(desk), await signed_up(desk)
    center = desk.desk.mailroom.learning
    center.turns = turns = BookingTurns(1, wait_s=0)
    async with turns.turn():
        busy = await register(danielle, session)
        assert busy.status_code == 503 and busy.headers["retry-after"] == "10"
        assert "Try again in a moment." in busy.text and "You have a place on" not in busy.text
        seats = (await desk.desk.storage.read(lambda tx: center.planning.session(tx, session.id))).seats
        assert (seats.taken, seats.waiting) == (0, 0)
    assert (await register(danielle, session)).status_code == 303
    assert "You have a place on" in (await danielle.get("/webinars")).text


async def test_hostile_forms_of_registration_are_refused(desk: RunningDesk) -> None:
    session = await session_of(desk)
    async with browser(desk) as page:
        for fields in (
            {"name": "Zoe", "email": "not an address"},
            {"name": "Zoe\nBcc: x@y.example", "email": "zoe@elsewhere.example"},
            {"name": "", "email": "zoe@elsewhere.example"},
            {"name": "x" * 300, "email": "zoe@elsewhere.example"},
        ):
            assert (await register(page, session, **fields)).status_code == 422
        gone = await page.post("/webinars/register", data={"session": "4711", "name": "Z", "email": "z@x.example"})
        assert gone.status_code == 404
        headers = {"Origin": "https://elsewhere.example"}
        foreign = await page.post("/webinars/register", data={"session": str(session.id)}, headers=headers)
        assert foreign.status_code in (401, 403)
        for path in ("/webinars/0.ics", "/webinars/99999999999999999999.ics", "/webinars/x"):
            assert (await page.get(path)).status_code == 404
    assert await letters(desk) == []
