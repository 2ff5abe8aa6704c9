"""Articles on a running desk: who reads which, and what readers say about them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import httpx2
from sqlalchemy import select
from sqlmodel import col

from identity.adapters.customer_store import SqlCustomerStore
from knowledge.adapters.front_matter import read_folder
from knowledge.adapters.tables import ArticleFeedbackRow
from server.live.webhooks.desk_webhooks import events_of
from server.operations.article_folders import files_of, store_articles, store_folder
from storage.ports import Tx
from tests.running import RunningDesk
from tests.stories.nine_people import add_client
from tests.stories.test_accounts import signed_up
from tests.stories.test_portal import browser
from webhooks.adapters.tables import WebhookMessageRow

PUBLIC, SIGNED_IN, STAFF = "Dates overlap", "Prices of patches", "Resetting a sign-on"


def file(title: str, body: str = "Text", **front: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\ntitle: {title}\nproduct: Lumina\nsection: faqs\n{lines}---\n{body}"


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
FILES = {
    "dates.md": file(PUBLIC, "<script>alert(1)</script>\n\n[x](javascript:alert(1))", topic="Orders"),
    "prices.md": file(SIGNED_IN, visibility="signed_in", topic="Orders"),
    "reset.md": file(STAFF, visibility="staff", topic="Orders"),
    "draft.md": file("A draft", state="draft"),
}


async def imported(desk: RunningDesk, files: Mapping[str, str] = FILES) -> None:
    products = {product for team in desk.desk.teams.by_key.values() for product in team.products}
    folder = read_folder(files, products)
    assert folder.faults == []
    await store_articles(desk.desk.storage, folder, desk.desk.clock)


async def titles(page: httpx2.AsyncClient) -> list[str]:
    html = (await page.get("/products/lumina")).text
    return [title for title in (PUBLIC, SIGNED_IN, STAFF, "A draft") if title in html]


async def test_program_that_gets_the_event_is_told_of_each_publication_once(desk: RunningDesk) -> None:
    """Without words of the text, and not of drafts or of what has not changed."""
    live = desk.desk
    subscribe, event = live.webhooks.subscriptions.add, "article.published"
    await live.storage.write(lambda tx: subscribe(tx, "http://127.0.0.1:9/", [event], live.clock()))
    webhooks = events_of(live.settings, live.storage, live.clock)
    products = {product for team in live.teams.by_key.values() for product in team.products}
    for _ in range(2):
        await store_articles(live.storage, read_folder(FILES, products), live.clock, webhooks=webhooks)
    query = select(col(WebhookMessageRow.payload))
    payloads = await live.storage.read(lambda tx: list(tx.session.scalars(query)))
    told = [json.loads(payload) for payload in payloads]
    assert len(told) == 3 and {one["type"] for one in told} == {"article.published"}
    assert {one["data"]["visibility"] for one in told} == {"public", "signed_in", "staff"}
    assert told[0]["data"]["url"] == f"{live.settings.base_url}/articles/{told[0]['data']['article']}"
    assert not any(title in payload for title in (PUBLIC, SIGNED_IN, STAFF) for payload in payloads)


async def test_articles_are_read_by_those_for_whom_they_are(desk: RunningDesk) -> None:
    """A visitor reads what is public, staff everything but drafts. For others an article is not there: neither in a
    list, nor as a related one, nor by its number."""
    await imported(desk)
    maya = await desk.staff("Maya")
    async with browser(desk) as visitor, desk.http(maya.token) as staff:
        assert await titles(visitor) == [PUBLIC]
        assert await titles(staff) == [PUBLIC, SIGNED_IN, STAFF]
        for number in range(1, 5):
            seen = await visitor.get(f"/articles/{number}")
            if seen.status_code == 200:
                assert PUBLIC in seen.text and SIGNED_IN not in seen.text and STAFF not in seen.text
        statuses = [(await visitor.get(f"/articles/{number}")).status_code for number in (*range(1, 5), 4711)]
        assert sorted(statuses) == [200, 404, 404, 404, 404]


async def test_title_in_an_address_leads_on_for_now_only(desk: RunningDesk) -> None:
    """The target depends on the language of the reader, so a browser must not keep it."""
    await imported(desk)
    async with browser(desk) as visitor:
        found = await visitor.get("/articles/1-dates-de-vol", follow_redirects=False)
        assert (found.status_code, found.headers["cache-control"]) == (302, "no-store")
        missing = await visitor.get("/articles/4711")
        assert missing.status_code == 404 and "/sign-in?next=/articles/4711" in missing.text


async def test_files_beside_the_articles_of_a_folder_are_stored_for_their_readers(
    desk: RunningDesk, tmp_path: Path
) -> None:
    """Once. A file that is not in the folder is named, and nothing outside the folder is read."""
    folder = tmp_path / "articles"
    (folder / "films").mkdir(parents=True)
    (tmp_path / "secret.webm").write_bytes(WEBM)
    (folder / "films" / "move.webm").write_bytes(WEBM)
    (folder / "films" / "move.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n")
    (folder / "films" / "link.webm").symlink_to(tmp_path / "secret.webm")
    body = '![Move](films/move.webm "films/move.vtt") ![a](../secret.webm) ![b](films/link.webm) ![c](none.webm)'
    (folder / "move.md").write_text(file(PUBLIC, body, visibility="signed_in"))
    live = desk.desk
    products = {product for team in live.teams.by_key.values() for product in team.products}
    for effects in ({"added": 1}, {"unchanged": 1}):
        read = read_folder(files_of(folder), products)
        stored, found = await store_folder(live.storage, live.settings.data, folder, read, live.clock)
        assert found == effects and len(stored.warnings) == 3
        assert all("no such file in the folder" in warning for warning in stored.warnings)
    ana = await signed_up(desk, "ana@northlake.example")
    html = (await ana.get("/articles/1", follow_redirects=True)).text
    film, captions = re.findall(r'src="(/articles/files/[^"]+)"', html)
    assert (await ana.get(film)).content == WEBM and "WEBVTT" in (await ana.get(captions)).text
    async with browser(desk) as visitor:
        assert (await visitor.get(film)).status_code == 404


async def test_people_of_clients_with_the_product_read_what_is_for_them(desk: RunningDesk) -> None:
    """Only while the client has the product. Other customers do not find the article."""
    await imported(desk, {"deep.md": file(PUBLIC, visibility="product")})
    customers, store = desk.desk.people.customers, SqlCustomerStore()
    await add_client(desk, "northlake.example")
    ana = await signed_up(desk, "ana@northlake.example")
    assert (await ana.get("/products/lumina")).status_code == 404

    def give(tx: Tx, products: list[str]) -> None:
        client = store.client_by_name(tx, "Northlake")
        assert client is not None
        customers.change_client(
            tx, client, name=client.name, domains=client.domains, account_team=None, vip=False, products=products
        )

    await desk.desk.storage.write(lambda tx: give(tx, ["Lumina"]))
    assert await titles(ana) == [PUBLIC]
    assert "Clients with Lumina" in (await ana.get("/articles/1-dates-overlap")).text
    await desk.desk.storage.write(lambda tx: give(tx, ["Spectra OX"]))
    assert (await ana.get("/articles/1-dates-overlap")).status_code == 404


async def test_markdown_with_scripts_is_harmless(desk: RunningDesk) -> None:
    await imported(desk)
    async with browser(desk) as page:
        html = (await page.get("/articles/1")).text + (await page.get("/articles/2")).text
    assert "alert(1)" in html and "<script>alert" not in html and 'href="javascript' not in html


async def test_answers_of_one_browser_count_once(desk: RunningDesk) -> None:
    """Yes, then no, then what was missing: the last answer is kept. A form of another site is refused."""
    await imported(desk)
    async with browser(desk) as page:
        statuses = {n: (await page.get(f"/articles/{n}")).status_code for n in range(1, 5)}
        found = next(n for n, status in statuses.items() if status == 200)
        for _ in range(3):
            thanks = await page.post(f"/articles/{found}/useful", data={"useful": "yes"})
            assert "Good to know" in thanks.text
        asked = await page.post(f"/articles/{found}/useful", data={"useful": "no"})
        assert "What was missing?" in asked.text
        said = await page.post(f"/articles/{found}/useful", data={"useful": "no", "comment": "A <b>picture</b>"})
        assert "The authors read this" in said.text
        foreign = await page.post(
            f"/articles/{found}/useful", data={"useful": "yes"}, headers={"Origin": "https://elsewhere.example"}
        )
        assert foreign.status_code == 403
        assert (await page.post(f"/articles/{found}/useful", data={"useful": "maybe"})).status_code == 404
    rows = await desk.desk.storage.read(lambda tx: list(tx.session.scalars(select(ArticleFeedbackRow))))
    assert [(row.helpful, row.comment) for row in rows] == [(False, "A <b>picture</b>")]
