from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.adapters.store import SqlArticles
from knowledge.article import Article, State, Text
from knowledge.folder import Imported
from knowledge.rendering import rendered
from knowledge.service import Articles
from search.finding import Asked
from search.reader import Reader
from server.live.knowledge.search_filling import JOB, LEASE_MS, SearchFilling
from server.live.knowledge.searching import Searching
from storage.leases import Lease
from storage.ports import Storage, StorageUnavailable, Tx

ARTICLES = Articles(SqlArticles())
STAFF = Reader(signed_in=True, staff=True)
ARTICLE = Article(source="a", product="Lumina", section="faqs", topic="Orders", labels=("patches",))
TEXT = Text("en", "Dates overlap", "Why & how", "# First *step*\n\nTwo<br>lines of &amp; **an** order.")


def clock() -> int:
    return 1_795_600_000_000


def publish(tx: Tx, article: Article, text: Text) -> int:
    """As before the desk had a search."""
    id_ = ARTICLES.place(tx, [Imported(article, [])], 1)[article.source]
    ARTICLES.publish(tx, id_, text, rendered(text.body), None, 1)
    return id_


async def found(storage: Storage, searching: Searching, q: str) -> list[str]:
    asked = Asked(q=q, reader=STAFF, limit=50)
    results = await storage.read(lambda tx: searching.finder.find(tx, asked))
    return [result.document.title for result in results.results]


async def published(storage: Storage, count: int) -> None:
    def publish_all(tx: Tx) -> None:
        for number in range(count):
            publish(tx, replace(ARTICLE, source=str(number)), replace(TEXT, title=f"Title {number}"))

    await storage.write(publish_all)


async def test_articles_from_before_the_index_are_found(storage: Storage) -> None:
    """By every part of them: title, summary, text, headings, labels, topic and product. Markup is not found."""
    await published(storage, 7)
    searching = Searching(storage, clock)
    assert await found(storage, searching, "order") == []
    await searching.fill()
    for q in ("order", "why how", "first step", "patches", "orders lumina", "lines of an order"):
        assert len(await found(storage, searching, q)) == 7, q
    assert (await found(storage, searching, "title 3"))[0] == "Title 3"
    for q in ("href", "strong", "amp"):
        assert await found(storage, searching, q) == []


async def test_filling_goes_on_where_it_stopped(storage: Storage) -> None:
    await published(storage, 7)
    searching = Searching(storage, clock)
    put, puts = searching.articles.put, list[int]()

    class Articles:
        def put(self, tx: Tx, id_: int) -> None:
            if id_ == 5 and 5 not in puts:
                puts.append(id_)
                raise StorageUnavailable("down")
            puts.append(id_)
            put(tx, id_)

    filling = SearchFilling(storage, clock, Articles())
    with pytest.raises(StorageUnavailable):
        await filling.run()
    # The lease of the process that failed ends.
    await SearchFilling(storage, lambda: clock() + LEASE_MS, Articles()).run()
    assert puts == [1, 2, 3, 4, 5, 4, 5, 6, 7]
    assert len(await found(storage, searching, "order")) == 7


async def test_filling_waits_while_another_process_fills(storage: Storage) -> None:
    await published(storage, 1)
    searching, other = Searching(storage, clock), Lease(JOB, clock, 1_000)
    await storage.write(other.claim)
    await searching.fill()
    assert await found(storage, searching, "order") == []
    await storage.write(other.release)
    await searching.fill()
    assert await found(storage, searching, "order") == ["Title 0"]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
async def test_article_that_is_not_published_is_not_found(storage: Storage, state: State) -> None:
    """Also after it was published and found."""
    await published(storage, 1)
    searching = Searching(storage, clock)
    await searching.fill()

    def withdraw(tx: Tx) -> None:
        id_ = SqlArticles().put(tx, replace(ARTICLE, source="0", state=state), 2)
        searching.articles.put(tx, id_)

    await storage.write(withdraw)
    assert await found(storage, searching, "order") == []


async def test_release_is_a_kind_of_its_own(storage: Storage) -> None:
    await storage.write(lambda tx: publish(tx, replace(ARTICLE, section="releases"), TEXT))
    searching = Searching(storage, clock)
    await searching.fill()
    asked = Asked(q="overlap", reader=STAFF)
    kinds = [each.document.kind for each in (await storage.read(lambda tx: searching.finder.find(tx, asked))).results]
    assert kinds == ["release"]
