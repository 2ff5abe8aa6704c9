"""Following the help center on a running desk: one notice for each new thing, and links that end it."""

from __future__ import annotations

import asyncio
import email
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from functools import partial

import httpx2
from sqlalchemy import update
from sqlmodel import col, select

from availability.adapters.store import SqlAvailability
from availability.board import Component
from following.announcement import TAKE_BACK_MS, Announcement, News, Subject
from mail.adapters.tables import LetterRow
from storage.ports import Tx
from tests.running import RunningDesk, SettableClock
from tests.stories.test_accounts import DANIELLE, signed_up
from tests.stories.test_help_center import file, imported
from tests.stories.test_portal import browser

FAQS = "/api/follows/section/lumina:faqs"
ARTICLE = Subject("article", "1")


def news(desk: RunningDesk, version: int = 1, kind: News = "new", article: int = 1) -> Announcement:
    return Announcement(
        source=f"article:{article}",
        version=version,
        subjects=[Subject("article", str(article)), Subject("section", "lumina/faqs")],
        news=kind,
        title="Dates overlap",
        line="the message names the estimate." if kind == "update" else "",
        address=f"/articles/{article}",
        visibility="public",
        product="Lumina",
        not_before=desk.desk.clock() + TAKE_BACK_MS,
    )


async def announce(desk: RunningDesk, *announced: Announcement) -> None:
    for one in announced:
        await desk.desk.storage.write(partial(desk.desk.mailroom.following.announce, announcement=one))


async def told(desk: RunningDesk, clock: SettableClock) -> list[EmailMessage]:
    """The letters with news that have been sent, once those who are due have been told."""
    clock.at += TAKE_BACK_MS
    await desk.desk.mailroom.follower_news.sweep()
    return await letters(desk, "news")


async def letters(desk: RunningDesk, kind: str) -> list[EmailMessage]:
    await desk.desk.delivery.idle()

    def read(tx: Tx) -> list[LetterRow]:
        return list(tx.session.exec(select(LetterRow).where(LetterRow.kind == kind).order_by(col(LetterRow.id))))

    rows = await desk.desk.storage.read(read)
    files = await asyncio.to_thread(_files, desk)
    return [files[row.message_id] for row in rows if row.state == "accepted"]


def _files(desk: RunningDesk) -> dict[str, EmailMessage]:
    found = (desk.settings.data / "mail").glob("*.eml")
    messages = (email.message_from_bytes(one.read_bytes(), policy=default) for one in found)
    return {str(message["Message-ID"]): message for message in messages}


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def stop_of(message: EmailMessage) -> str:
    """The path of the link that stops such letters."""
    found = re.fullmatch(r"<https?://[^/]+(/unsubscribe/[^>]+)>", str(message["List-Unsubscribe"]))
    assert found is not None
    return found[1]


async def test_one_notice_comes_and_one_click_ends_it(desk: RunningDesk, clock: SettableClock) -> None:
    await imported(desk)
    page = await signed_up(desk)
    assert (await page.put(FAQS, json={"what": "new_and_updates"})).json()["how"] == "at_once"
    await announce(desk, news(desk), news(desk))
    assert await told(desk, clock) != []
    (letter,) = await told(desk, clock)
    assert (letter["To"], letter["Subject"]) == (DANIELLE, "New article: Dates overlap")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "/articles/1-dates-overlap" in text_of(letter) and "Lumina, FAQs" in text_of(letter)
    # A mail program has no cookie, and comes from no page of ours.
    async with httpx2.AsyncClient(base_url=desk.url, trust_env=False, verify=False) as program:
        shown = await program.get(stop_of(letter))
        assert shown.status_code == 200 and "Stop mails about Lumina, FAQs?" in shown.text
        assert (await page.get(FAQS)).status_code == 200, "opening the link changes nothing"
        for _ in range(2):
            ended = await program.post(stop_of(letter), data={"List-Unsubscribe": "One-Click"})
            assert ended.status_code == 200 and "No more mails about Lumina, FAQs" in ended.text
    assert (await page.get(FAQS)).status_code == 404
    await announce(desk, news(desk, 2, "update"))
    assert len(await told(desk, clock)) == 1


async def test_two_edits_in_ten_minutes_are_one_letter_with_the_last_line(
    desk: RunningDesk, clock: SettableClock
) -> None:
    await imported(desk)
    page = await signed_up(desk)
    await page.put("/api/follows/article/1", json={})
    await announce(desk, news(desk, 2, "update"))
    clock.at += TAKE_BACK_MS - 1
    await announce(desk, news(desk, 3, "update"))
    (letter,) = await told(desk, clock)
    assert letter["Subject"] == "Updated article: Dates overlap"
    assert "What changed: the message names the estimate." in text_of(letter)


async def test_article_that_became_private_is_told_to_nobody(desk: RunningDesk, clock: SettableClock) -> None:
    """Neither by a letter nor under the bell."""
    await imported(desk)
    page = await signed_up(desk)
    await page.put(FAQS, json={})
    await announce(desk, news(desk))
    await imported(desk, {"dates.md": file("Dates overlap", visibility="staff")})
    assert await told(desk, clock) == []
    assert "Dates overlap" not in (await page.get("/following")).text


async def test_letter_that_waits_is_not_sent_once_the_article_is_private(
    desk: RunningDesk, clock: SettableClock
) -> None:
    await imported(desk)
    page = await signed_up(desk)
    await page.put(FAQS, json={})
    await announce(desk, news(desk))
    clock.at += TAKE_BACK_MS
    room = desk.desk.mailroom

    def queue(tx: Tx) -> int:
        while plan := room.notices.plan(tx, clock.at, 10, 1):
            assert room.notices.give(tx, plan, 0, "America/New_York", clock.at)
        queued = room.notices.mail(tx, clock.at, 10)
        tx.session.connection().execute(
            update(LetterRow).where(col(LetterRow.kind) == "news").values(due_at=clock.at + 1)
        )
        return queued

    assert await desk.desk.storage.write(queue) == 1
    clock.at += 1
    await imported(desk, {"dates.md": file("Dates overlap", state="withdrawn")})
    assert await letters(desk, "news") == []


async def test_notice_is_under_the_bell_until_it_is_seen(desk: RunningDesk, clock: SettableClock) -> None:
    await imported(desk)
    page = await signed_up(desk)
    await page.put(FAQS, json={})
    await announce(desk, news(desk))
    await told(desk, clock)
    assert "One new notice" in (await page.get("/requests")).text
    shown = (await page.get("/following")).text
    assert 'class="unread"' in shown and "New article" in shown
    assert "One new notice" not in (await page.get("/requests")).text
    assert 'class="unread"' not in (await page.get("/following")).text


async def test_nobody_can_follow_or_see_what_they_may_not_read(desk: RunningDesk) -> None:
    """An article for staff, and one that is not there, have the same answer."""
    await imported(desk)
    page = await signed_up(desk)
    answers = [(await page.put(f"/api/follows/article/{number}", json={})) for number in range(1, 5)]
    found = sorted(answer.status_code for answer in answers)
    assert found == [200, 200, 404, 404]
    missing = (await page.put("/api/follows/article/4711", json={})).json()
    assert all(answer.json() == missing for answer in answers if answer.status_code == 404)
    for wrong in ("section/lumina:secrets", "section/aura:faqs", "article/01", "article/x", "component/1", "tea/1"):
        assert (await page.put(f"/api/follows/{wrong}", json={})).status_code in (404, 422), wrong
    async with browser(desk) as visitor:
        assert (await visitor.get(FAQS)).status_code == 401


async def test_follows_of_others_stay_out_of_reach(desk: RunningDesk) -> None:
    await imported(desk)
    hers, his = await signed_up(desk), await signed_up(desk, "ravi@northlake.example")
    await hers.put(FAQS, json={"how": "weekly"})
    assert (await his.get(FAQS)).status_code == 404
    assert (await his.delete(FAQS)).status_code == 204
    assert (
        await his.post("/following", data={"kind": "section", "key": "lumina/faqs", "do": "unfollow"})
    ).status_code < 400
    assert (await hers.get(FAQS)).json()["how"] == "weekly"
    assert "Lumina, FAQs" not in (await his.get("/following")).text
    forged = await his.post("/unsubscribe/1-AAAAAAAAAAAAAAAAAAAAAA", data={"do": "stop_all"})
    assert forged.status_code == 404 and "This link doesn’t work" in forged.text
    assert (await hers.get(FAQS)).status_code == 200


async def test_address_without_an_account_is_confirmed_by_mail(desk: RunningDesk, clock: SettableClock) -> None:
    """Nothing is followed before. The link works once."""
    await imported(desk)
    form = {"kind": "section", "key": "lumina/faqs", "what": "new", "how": "at_once", "do": "follow"}
    async with browser(desk) as page:
        assert 'name="email"' in (await page.post("/following", data=form)).text
        asked = await page.post("/following", data=form | {"email": "Reader@x.example"})
        assert "Check your mail" in asked.text
        (letter,) = await letters(desk, "confirm_follow")
        assert "Lumina" not in text_of(letter) and letter["List-Unsubscribe"] is None
        link = re.search(r"(/following/confirm)\?token=([\w-]{43})", text_of(letter).replace(" ", ""))
        assert link is not None
        assert "Follow Lumina, FAQs?" in (await page.get(link[0])).text
        await announce(desk, news(desk))
        assert await told(desk, clock) == []
        assert "You follow Lumina, FAQs" in (await page.post(link[1], data={"token": link[2]})).text
        again = await page.post(link[1], data={"token": link[2]})
        assert again.status_code == 404 and "This link doesn’t work any more" in again.text
        await announce(desk, news(desk, 2))
        (told_one,) = await told(desk, clock)
        assert told_one["To"] == "reader@x.example"
        staff_only = form | {"kind": "article", "key": "3", "email": "reader@x.example"}
        assert {(await page.post("/following", data=staff_only | {"key": key})).status_code for key in "34"} == {404}


async def test_account_takes_over_what_its_address_followed_before(desk: RunningDesk, clock: SettableClock) -> None:
    """Not if somebody else signs up."""
    await imported(desk)
    form = {"kind": "section", "key": "lumina/faqs", "how": "daily", "do": "follow", "email": "Reader@x.example"}
    async with browser(desk) as page:
        await page.post("/following", data=form)
        (letter,) = await letters(desk, "confirm_follow")
        link = re.search(r"\?token=([\w-]{43})", text_of(letter).replace(" ", ""))
        assert link is not None
        assert (await page.post("/following/confirm", data={"token": link[1]})).status_code == 200
    assert (await (await signed_up(desk, "ravi@x.example")).get(FAQS)).status_code == 404
    reader = await signed_up(desk, "reader@x.example")
    assert (await reader.get(FAQS)).json()["how"] == "daily"
    await reader.put(FAQS, json={"how": "at_once"})
    await announce(desk, news(desk))
    (told_one,) = await told(desk, clock)
    assert told_one["To"] == "reader@x.example"
    assert "One new notice" in (await reader.get("/requests")).text


async def test_follower_hears_of_an_incident_of_a_component_once(desk: RunningDesk, clock: SettableClock) -> None:
    """Also if the person follows the whole system too."""
    page = await signed_up(desk)
    component = Component(0, "Exports", "Lumina", 1, retired=False, added_at=1)
    id_ = await desk.desk.storage.write(lambda tx: SqlAvailability().put_component(tx, component))
    assert (await page.put(f"/api/follows/component/{id_}", json={})).status_code == 200
    assert (await page.put("/api/follows/system/all", json={})).status_code == 200
    assert (await page.put("/api/follows/component/4711", json={})).status_code == 404
    subjects = [Subject("component", str(id_)), Subject("system", "lumina")]
    slow = replace(news(desk), source="incident:1", title="Exports are slow", subjects=subjects, address="/status")
    await announce(desk, replace(slow, not_before=clock.at))
    (letter,) = await told(desk, clock)
    assert letter["Subject"] == "System notification: Exports are slow"
    assert "Exports" in (await page.get("/following")).text


async def test_pages_follow_and_unfollow_without_scripts(desk: RunningDesk) -> None:
    await imported(desk)
    page = await signed_up(desk)
    page.follow_redirects = True
    shown = (await page.get("/products/lumina")).text
    assert shown.count('class="follow"') >= 2
    form = {"kind": "section", "key": "lumina/faqs", "what": "new_and_updates", "how": "daily"}
    back = await page.post("/following", data=form | {"do": "follow", "next": "/products/lumina"})
    assert back.url.path == "/products/lumina" and 'class="follow on"' in back.text
    mine = (await page.get("/following")).text
    assert "New articles and updates. Nothing yet" in mine
    left = (await page.post("/following", data=form | {"do": "unfollow"})).text
    assert "Follow again" in left and "You no longer follow it" in left
    assert "Follow again" not in (await page.get("/following")).text
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await page.post("/following", data=form | {"do": "follow"}, headers=elsewhere)).status_code == 403
    assert (await page.get(FAQS)).status_code == 404
