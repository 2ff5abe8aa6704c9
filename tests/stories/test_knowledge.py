"""Authors at work on a running desk: writing, publishing, correcting, and what others see of it."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
from sqlalchemy import select
from sqlmodel import col

from following.adapters.tables import AnnouncementRow
from identity.adapters.tables import AuditRow
from storage.ports import Tx
from tests.attachments.samples import picture as drawn
from tests.running import RunningDesk, SettableClock, enrol, running
from tests.stories.test_portal import browser

FORM = {"product": "Lumina", "section": "faqs", "kind": "article", "visibility": "public", "topic": "Dates"}


async def author(desk: RunningDesk, name: str, role: str = "author") -> httpx2.AsyncClient:
    """A browser in which an author is signed in."""
    email = f"{name.lower()}@desk.example"
    _, token = await enrol(desk.desk.storage, email, name, role=role, teams=())
    http = desk.http(token)
    http.headers["Origin"] = desk.origin
    return http


async def written(page: httpx2.AsyncClient, title: str = "Dates overlap", body: str = "They can’t.") -> str:
    """The address of a new article with a draft."""
    sent = await page.post("/knowledge/new", data={**FORM, "title": title, "body": body, "do": "save"})
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].partition("?")[0]


async def sends(page: httpx2.AsyncClient, address: str, do: str, **fields: str) -> httpx2.Response:
    return await page.post(address, data={"locale": "en", "do": do, **fields})


async def mark_of(page: httpx2.AsyncClient, address: str) -> str:
    found = re.search(r'name="mark" value="([^"]*)"', (await page.get(address)).text)
    assert found is not None
    return found[1]


async def test_author_writes_publishes_and_corrects_an_article(desk: RunningDesk) -> None:
    """Readers see each version only once it is published. Search finds it."""
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    public = address.replace("/knowledge", "")
    async with browser(desk) as reader:
        assert (await reader.get(public)).status_code == 404
        assert "Dates overlap" in (await nadia.get("/knowledge")).text
        sent = await sends(nadia, address, "publish", tell="yes")
        assert "done=published" in sent.headers["location"]
        assert "Followers are told at" in (await nadia.get(address)).text
        assert "They can’t." in (await reader.get(public)).text
        mark = await mark_of(nadia, address)
        await sends(nadia, address, "save", mark=mark, title="Dates overlap", body="They can, now.")
        assert "They can’t." in (await reader.get(public)).text
        refused = await sends(nadia, address, "publish", tell="yes")
        assert refused.status_code == 422 and "Say in one line" in refused.text
        await sends(nadia, address, "publish", what_changed="Lines may share a day.", tell="no")
        seen = (await reader.get(public)).text
        assert "They can, now." in seen and "Lines may share a day." in seen
        assert f"{public}-dates-overlap/versions" in seen
        compared = (await reader.get(f"{public}/versions")).text
        assert "<ins>" in compared and "<del>" in compared and "Nadia" not in compared
        assert (await reader.get(f"{public}/versions?from=7")).status_code == 404
    versions = (await nadia.get(f"{address}/versions")).text
    assert "<ins>" in versions and "<del>" in versions and "Nadia" in versions


async def test_readers_of_a_published_article_change_only_when_the_author_confirms(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    text, mark = {"title": "Dates overlap", "body": "For us."}, await mark_of(nadia, address)
    await sends(nadia, address, "save", mark=mark, **{**FORM, "visibility": "staff", **text})
    await sends(nadia, address, "publish", tell="no")
    public = address.replace("/knowledge", "")
    wanted = {**FORM, **text, "mark": await mark_of(nadia, address)}
    async with browser(desk) as reader:
        asked = await sends(nadia, address, "ask", **wanted)
        assert asked.status_code == 200 and '<input type="hidden" name="visibility" value="public">' in asked.text
        assert (await reader.get(public)).status_code == 404
        sent = await sends(nadia, address, "publish", tell="no", **FORM)
        assert "done=placed" in sent.headers["location"]
        assert (await reader.get(public)).status_code == 200
    labelled = {**FORM, **text, "labels": "dates, two weeks"}
    await sends(nadia, address, "save", **labelled, mark=await mark_of(nadia, address))
    asked = await sends(nadia, address, "ask", **labelled, mark=await mark_of(nadia, address))
    assert asked.status_code == 303, "the place is the same"


async def test_second_author_learns_of_the_first_and_keeps_the_own_text(desk: RunningDesk) -> None:
    nadia, ines = await author(desk, "Nadia"), await author(desk, "Ines")
    address = await written(nadia)
    mark = await mark_of(ines, address)
    await sends(nadia, address, "save", mark=mark, title="Dates overlap", body="Nadia’s sentence.")
    refused = await sends(ines, address, "save", mark=mark, title="Dates overlap", body="Ines’s sentence.")
    assert refused.status_code == 409 and "Nadia saved this text while you wrote" in refused.text
    assert "Nadia’s sentence." in refused.text and "Ines’s sentence." in refused.text
    assert "Nadia’s sentence." in (await nadia.get(address)).text
    again = await sends(
        ines, address, "save", mark=await mark_of(ines, address), title="Dates overlap", body="Both sentences."
    )
    assert again.status_code == 303


async def test_notice_to_followers_can_be_taken_back(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    await sends(nadia, address, "publish", tell="yes")

    def waiting(tx: Tx) -> list[str]:
        return list(tx.session.scalars(select(col(AnnouncementRow.source))))

    assert await desk.desk.storage.read(waiting) == ["article:1"]
    await sends(nadia, address, "take_back", version="1")
    assert await desk.desk.storage.read(waiting) == []


async def test_followers_get_one_notice_about_an_article_and_its_translation(desk: RunningDesk) -> None:
    """The notice about the original stays. Without one, the translation is announced."""
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    french = {"locale": "fr", "mark": "0.0", "title": "Les dates", "body": "Non."}

    def titles(tx: Tx) -> list[str]:
        return list(tx.session.scalars(select(col(AnnouncementRow.title))))

    await sends(nadia, address, "publish", tell="yes")
    await sends(nadia, address, "save", **french)
    await sends(nadia, address, "publish", tell="yes", locale="fr", what_changed="in French.")
    assert await desk.desk.storage.read(titles) == ["Dates overlap"]
    await sends(nadia, address, "take_back", version="1")
    await sends(nadia, address, "save", **french | {"mark": "0.1", "body": "Toujours pas."})
    await sends(nadia, address, "publish", tell="yes", locale="fr", what_changed="clearer.")
    assert await desk.desk.storage.read(titles) == ["Les dates"]


async def test_planned_article_appears_at_its_time(desk: RunningDesk, clock: SettableClock) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    past = await sends(nadia, address, "publish", when="later", at="2020-01-01T09:00", tell="no")
    assert past.status_code == 422 and "time in the future" in past.text
    library = desk.desk.help_center.library
    there = datetime.fromtimestamp(clock() / 1000 + 3_600, ZoneInfo(desk.desk.teams.desk.timezone))
    await sends(nadia, address, "publish", when="later", at=there.strftime("%Y-%m-%dT%H:%M"), tell="no")
    assert "Published by itself on" in (await nadia.get(address)).text
    await library.publishing.run()
    async with browser(desk) as reader:
        public = address.replace("/knowledge", "")
        assert (await reader.get(public)).status_code == 404
        clock.forward(3_601)
        await library.publishing.run()
        assert "They can’t." in (await reader.get(public)).text


async def test_withdrawn_article_leads_to_the_one_that_replaces_it(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    old, new = await written(nadia, "Old"), await written(nadia, "New", "The new text.")
    for address in (old, new):
        await sends(nadia, address, "publish", tell="no")
    wrong = await sends(nadia, old, "withdraw", moved_to="nothing")
    assert wrong.status_code == 422
    await sends(nadia, old, "withdraw", moved_to=new)
    async with browser(desk) as reader:
        assert "The new text." in (await reader.get(old.replace("/knowledge", ""))).text


async def test_scripts_in_a_text_do_nothing_on_any_page(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    bad = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://evil.example/p.png)"
    title = '<img src=x onerror="alert(1)">'
    address = await written(nadia, title, bad)
    await sends(nadia, address, "publish", tell="no", what_changed=title)
    shown = [
        (await nadia.post("/knowledge/preview", data={"body": bad})).text,
        (await nadia.get("/knowledge")).text,
        (await nadia.get(address)).text,
        (await nadia.get(f"{address}/versions")).text,
    ]
    async with browser(desk) as reader:
        shown.append((await reader.get(address.replace("/knowledge", ""))).text)
    for page in shown:
        assert "<script>alert" not in page and "<img src=x" not in page
        assert 'href="javascript' not in page and 'src="https://evil' not in page


async def test_too_long_text_is_refused_and_kept_in_the_form(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    table = "| a | b |\n|---|---|\n" + "| cell | cell |\n" * 8_000
    refused = await nadia.post("/knowledge/new", data={**FORM, "title": "Long", "body": table, "do": "save"})
    assert refused.status_code == 413 and "At most 100,000" in refused.text and "| cell | cell |" in refused.text
    huge = await nadia.post("/knowledge/new", data={**FORM, "title": "Long", "body": "x" * 3_000_000, "do": "save"})
    assert huge.status_code == 413


async def test_only_authors_and_admins_open_the_pages(desk: RunningDesk) -> None:
    """An author opens no page with conversations, and begins on the list of articles."""
    async with AsyncExitStack() as stack:
        nadia = await stack.enter_async_context(await author(desk, "Nadia"))
        maya = await desk.staff("Maya")
        agent = await stack.enter_async_context(desk.http(maya.token))
        assert (await agent.get("/knowledge")).status_code == 403
        assert (await nadia.get("/console")).headers["location"] == "/knowledge"
        for path in ("/api/tickets", "/api/chats", "/api/reports/overview", "/api/admin/users"):
            assert (await nadia.get(path)).status_code == 403, path


async def test_audit_names_who_published_and_withdrew(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    await sends(nadia, address, "publish", tell="no")
    await sends(nadia, address, "withdraw")

    def verbs(tx: Tx) -> list[str]:
        lines = select(col(AuditRow.verb)).where(col(AuditRow.thing) == "article").order_by(col(AuditRow.id))
        return list(tx.session.scalars(lines))

    assert await desk.desk.storage.read(verbs) == ["add", "publish", "withdraw"]


async def test_picture_of_an_article_is_seen_by_its_readers_only(desk: RunningDesk) -> None:
    """Pasted into a draft, it is for authors. Published with the article, for its readers."""
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    sent = await nadia.post(f"{address}/files", files={"file": ("plan [1].png", drawn())})
    assert sent.status_code == 201, sent.text
    picture = sent.json()["markdown"].partition("(")[2].rstrip(")")
    assert sent.json()["markdown"].startswith("![plan 1](/articles/files/") and picture.endswith(".png")
    async with browser(desk) as reader:
        assert (await reader.get(picture)).status_code == 404
        assert (await nadia.get(picture)).headers["content-type"] == "image/png"
        await sends(nadia, address, "publish", tell="no")
        assert (await reader.get(picture)).status_code == 200
        fields = {**FORM, "visibility": "staff", "title": "Dates overlap", "body": "They can’t."}
        await sends(nadia, address, "save", mark=await mark_of(nadia, address), **fields)
        assert (await reader.get(picture)).status_code == 404
        assert (await reader.get("/articles/files/nothing.png")).status_code == 404


async def test_video_is_sent_in_parts(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(range(200))
    sent = await nadia.post(f"{address}/files", files={"file": ("a.mp4", film)})
    video = sent.json()["markdown"].partition("(")[2].rstrip(")")
    for asked, status, part in (
        ("bytes=0-3", 206, film[:4]),
        ("bytes=200-", 206, film[200:]),
        ("bytes=-5", 206, film[-5:]),
        ("bytes=9999-", 200, film),
        ("lines=1", 200, film),
    ):
        answer = await nadia.get(video, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (status, part), asked
    refused = await nadia.post(f"{address}/files", files={"file": ("a.html", b"<script>alert(1)</script>")})
    assert refused.status_code == 422 and "not accepted" in refused.json()["detail"]


async def test_authors_see_what_readers_missed_and_read(desk: RunningDesk) -> None:
    """Visits of readers are counted, those of staff are not."""
    nadia = await author(desk, "Nadia")
    address = await written(nadia)
    await sends(nadia, address, "publish", tell="no")
    public = address.replace("/knowledge", "")
    async with browser(desk) as reader:
        for _ in range(3):
            await reader.get(public)
        await nadia.get(f"{public}-dates-overlap")
        await reader.post(f"{public}/useful", data={"useful": "no", "comment": "A <b>picture</b>"})
    await desk.desk.help_center.reads.save()
    page = (await nadia.get("/knowledge/needs")).text
    assert "A &lt;b&gt;picture&lt;/b&gt;" in page
    rows = page.partition('id="read"')[2]
    # The answer leads back to the article, which counts as a visit.
    assert "Dates overlap" in rows and '<td class="end">4</td>' in rows
    await sends(nadia, address, "withdraw")
    assert "Dates overlap" not in (await nadia.get("/knowledge/needs")).text.partition('id="read"')[2]


async def test_broken_links_of_an_article_are_named(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address = await written(nadia, body="[a](/articles/4711) [b](/contacts)")
    await sends(nadia, address, "publish", tell="no")
    page = (await nadia.get(f"{address}/links")).text
    assert "/articles/4711" in page and "/contacts" not in page


async def test_only_pages_of_articles_may_show_frames_of_allowed_hosts(tmp_path: Path) -> None:
    async with running(tmp_path, video_hosts="vimeo.com") as desk, browser(desk) as reader:
        for path, frames in (
            ("/articles/1", "frame-src 'self' https://player.vimeo.com;"),
            ("/", "frame-src 'self';"),
            ("/sign-in", "frame-src 'self';"),
        ):
            assert frames in (await reader.get(path)).headers["content-security-policy"], path
