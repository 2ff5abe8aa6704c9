"""Links of stored articles, with other hosts played."""

from __future__ import annotations

import pytest

from egress import AddressRefused, Answer, NoAnswer
from egress.errors import TooLong
from knowledge.adapters.store import SqlArticles
from knowledge.article import Article, Text
from knowledge.folder import Imported
from knowledge.rendering import rendered
from knowledge.service import Articles
from server.live.knowledge.link_checks import PER_HOST_MAX, LinkChecks
from storage.ports import Storage, Tx

ANSWERS: dict[tuple[str, str], int | Exception] = {
    ("HEAD", "https://good.example/"): 200,
    ("HEAD", "https://gone.example/"): 404,
    ("GET", "https://gone.example/"): 404,
    ("HEAD", "https://no-head.example/"): 405,
    ("GET", "https://no-head.example/"): 200,
    ("HEAD", "https://large.example/"): 500,
    ("GET", "https://large.example/"): TooLong("large.example answered with more than 1 MiB."),
    ("HEAD", "https://silent.example/"): NoAnswer("silent.example could not be reached."),
    ("HEAD", "http://10.0.0.1/"): AddressRefused("10.0.0.1 is a private or reserved address."),
}


class Played:
    """Other hosts, and what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def send(self, method: str, url: str) -> Answer:
        self.asked.append((method, url))
        answer = ANSWERS.get((method, url), 200)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, {}, b"")


async def published(storage: Storage, *bodies: str) -> None:
    articles = Articles(SqlArticles())
    for number, body in enumerate(bodies, start=1):
        article = Article(source=f"a/{number}", product="Lumina", section="faqs")

        def store(tx: Tx, article: Article = article, body: str = body) -> None:
            ids = articles.place(tx, [Imported(article, [])], 1)
            articles.publish(tx, ids[article.source], Text("en", "T", "", body), rendered(body), None, 1)

        await storage.write(store)


async def test_links_are_checked_inside_and_outside(storage: Storage) -> None:
    links = sorted({url for _, url in ANSWERS})
    await published(
        storage, " ".join(f"[x]({url}#part)" for url in links), "[y](/articles/99) [z](https://good.example/)"
    )
    played = Played()
    checks = LinkChecks(storage, played)
    found = await checks.check(["Lumina"])
    assert {(one.link.removesuffix("#part"), one.problem) for one in found} == {
        ("https://gone.example/", "outside"),
        ("https://silent.example/", "outside"),
        ("http://10.0.0.1/", "outside"),
        ("/articles/99", "missing"),
    }
    assert set(played.asked) == set(ANSWERS), "no fragment is sent, and GET only where HEAD says nothing"
    played.asked.clear()
    assert [one.link for one in await checks.check(["Lumina"], outside=False)] == ["/articles/99"]
    assert [one.link for one in await checks.check(["Lumina"], articles=[2])] == ["/articles/99"]
    assert played.asked == [("HEAD", "https://good.example/")]


@pytest.mark.parametrize(("hosts", "calls"), [(1, PER_HOST_MAX), (2, 2 * PER_HOST_MAX)])
async def test_calls_to_a_host_are_limited(storage: Storage, hosts: int, calls: int) -> None:
    links = [f"[x](https://h{host}.example/{number})" for host in range(hosts) for number in range(PER_HOST_MAX + 10)]
    await published(storage, " ".join(links))
    played = Played()
    assert await LinkChecks(storage, played).check(["Lumina"]) == []
    assert len(played.asked) == calls
