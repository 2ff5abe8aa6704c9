"""`/api/articles` on a running desk."""

from __future__ import annotations

import httpx2
from sqlalchemy import func, select

from knowledge.adapters.tables import ArticleFeedbackRow
from knowledge.service import FROM_NETWORK_MAX
from storage.ports import Tx
from tests.running import RunningDesk, enrol

NEW = {"product": "Lumina", "section": "faqs", "title": "Dates overlap", "body": "They **can’t**."}


async def authors(desk: RunningDesk) -> httpx2.AsyncClient:
    _, token = await enrol(desk.desk.storage, "nadia@desk.example", "Nadia", role="author", teams=())
    return desk.http(token)


async def published(http: httpx2.AsyncClient, **fields: object) -> str:
    """The path of a new, published article."""
    made = await http.post("/api/articles", json={**NEW, **fields})
    assert made.status_code == 201, made.text
    path = f"/api/articles/{made.json()['id']}"
    (await http.post(f"{path}/publish", json={"tell_followers": False})).raise_for_status()
    return path


async def answers(desk: RunningDesk) -> int:
    def count(tx: Tx) -> int:
        return tx.session.scalar(select(func.count()).select_from(ArticleFeedbackRow)) or 0

    return await desk.desk.storage.read(count)


async def test_article_is_written_published_and_changed(desk: RunningDesk) -> None:
    """Readers see neither drafts nor what only authors get."""
    nadia, anybody = await authors(desk), desk.http()
    made = (await nadia.post("/api/articles", json=NEW)).json()
    path = f"/api/articles/{made['id']}"
    assert (made["state"], made["version"], made["draft"]["body"]) == ("draft", 0, "They **can’t**.")
    assert (await anybody.get(path)).status_code == 404
    assert (await nadia.post(f"{path}/publish", json={"tell_followers": True})).json() == {"version": 1}
    seen = (await anybody.get(path)).json()
    assert (seen["html"], seen["body"], seen["mark"]) == ("<p>They <strong>can’t</strong>.</p>\n", None, None)
    mark = (await nadia.get(path)).json()["mark"]
    changed = await nadia.patch(path, json={"body": "They can.", "mark": mark, "labels": ["dates"]})
    assert (changed.json()["draft"]["body"], changed.json()["labels"]) == ("They can.", ["dates"])
    assert (await nadia.patch(path, json={"body": "No.", "mark": mark})).status_code == 409
    line = {"tell_followers": True, "what_changed": "Lines may share a day."}
    assert (await nadia.post(f"{path}/publish", json={**line, "what_changed": ""})).status_code == 422
    assert (await nadia.post(f"{path}/publish", json=line)).json() == {"version": 2}
    versions = (await anybody.get(f"{path}/versions")).json()
    assert [(one["version"], one["changed"]) for one in versions] == [(2, "Lines may share a day."), (1, "")]


async def test_publication_at_a_wrong_time_is_refused(desk: RunningDesk) -> None:
    nadia = await authors(desk)
    path = f"/api/articles/{(await nadia.post('/api/articles', json=NEW)).json()['id']}"
    later = {"tell_followers": False, "at": "2020-01-01T00:00:00.000Z"}
    assert (await nadia.post(f"{path}/publish", json=later)).status_code == 422
    assert (await nadia.post(f"{path}/publish", json={**later, "at": "tomorrow"})).status_code == 422


async def test_list_has_what_the_caller_may_read(desk: RunningDesk) -> None:
    nadia = await authors(desk)
    await published(nadia, labels=["dates"])
    await published(nadia, title="For staff", visibility="staff", section="releases")

    async def titles(http: httpx2.AsyncClient, **query: str) -> list[str]:
        return [one["title"] for one in (await http.get("/api/articles", params=query)).json()["articles"]]

    anybody = desk.http()
    assert await titles(anybody) == ["Dates overlap"]
    assert await titles(anybody, label="dates", product="Lumina") == ["Dates overlap"]
    assert await titles(anybody, section="releases") == []
    assert await titles(nadia, section="releases") == ["For staff"]
    first = (await nadia.get("/api/articles", params={"limit": "1"})).json()
    assert await titles(nadia, after=first["next"]) == ["For staff"]


async def test_feedback_of_a_script_counts_once(desk: RunningDesk) -> None:
    """Without a token, a network is one person."""
    nadia, anybody = await authors(desk), desk.http()
    path = await published(nadia)
    for number in range(20):
        said = {"helpful": number % 2 == 0, "comment": f"missing {number}"}
        assert (await anybody.post(f"{path}/feedback", json=said)).status_code == 204
    assert await answers(desk) == 1


async def test_feedback_of_many_browsers_in_one_network_is_limited(desk: RunningDesk) -> None:
    nadia = await authors(desk)
    path = await published(nadia)
    id_, now = int(path.rpartition("/")[2]), desk.clock()

    def answered(tx: Tx) -> None:
        tx.session.add_all(
            ArticleFeedbackRow(article=id_, person=f"v{one}", helpful=True, at=now, network="127.0.0.0/24")
            for one in range(FROM_NETWORK_MAX)
        )

    await desk.desk.storage.write(answered)
    visitor = await desk.customer()
    refused = await desk.http(visitor.token).post(f"{path}/feedback", json={"helpful": False})
    assert refused.status_code == 429 and refused.json()["code"] == "rate_limited"
