"""Articles on both databases: `knowledge.service` over `knowledge.adapters.store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event, func, select

from knowledge.adapters.front_matter import read_folder, written
from knowledge.adapters.store import SqlArticles
from knowledge.adapters.tables import ArticleFeedbackRow, ArticleVersionRow
from knowledge.article import Article, Reader, Text, Visibility
from knowledge.folder import Imported, text_of
from knowledge.page import Page
from knowledge.ports import Filter, Order, Stored
from knowledge.rendering import Heading, rendered
from knowledge.service import Articles, Effect, Gone, Shown
from refusals import Refused
from storage.ports import Storage, Tx

ARTICLES = Articles(SqlArticles())
PUBLIC, CUSTOMER, STAFF = Reader(), Reader(signed_in=True), Reader(signed_in=True, staff=True)
CLIENT = Reader(signed_in=True, products=frozenset({"Spectra OX"}))
OTHER_CLIENT = Reader(signed_in=True, products=frozenset({"Lumina"}))
READERS = (PUBLIC, CUSTOMER, CLIENT, OTHER_CLIENT, STAFF)
OVERLAP = Article(source="ox/overlap", product="Spectra OX", section="faqs", topic="Orders", labels=("a", "b"))
ENGLISH = Text("en", "Overlap", "Why", "# Hi\n\ntext")
FRENCH = Text("fr", "Chevauchement", "", "Bonjour", of_original=1)


def put(tx: Tx, article: Article, *texts: Text, now: int = 1) -> int:
    ids = ARTICLES.place(tx, [Imported(article, [])], now)
    for text in texts:
        ARTICLES.publish(tx, ids[article.source], text, rendered(text.body), None, now)
    return ids[article.source]


async def shown(storage: Storage, id_: int, locale: str = "en", reader: Reader = PUBLIC) -> Shown | Gone:
    return await storage.read(lambda tx: ARTICLES.read(tx, reader, id_, locale))


async def said(
    storage: Storage, id_: int, reader: Reader, helpful: bool, comment: str | None = None, person: str = "p"
) -> None:
    await storage.write(lambda tx: ARTICLES.say_useful(tx, reader, id_, person, helpful, comment, 1))


async def seen_by(storage: Storage, reader: Reader) -> tuple[list[str], Mapping[str, Mapping[str, int]]]:
    """The titles that a reader finds about the product, and the counts of all."""

    def read(tx: Tx) -> tuple[list[str], Mapping[str, Mapping[str, int]]]:
        lines = ARTICLES.of_product(tx, reader, "Spectra OX", "en")
        return [line.title for line in lines], ARTICLES.counts(tx, reader)

    return await storage.read(read)


async def test_article_is_read_in_the_readers_language(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH, FRENCH))
    english, french = await shown(storage, id_), await shown(storage, id_, "fr-CA")
    assert isinstance(english, Shown) and isinstance(french, Shown)
    assert english.article == replace(OVERLAP, id=id_)
    assert english.stored == Stored(replace(ENGLISH, published_at=1, updated_at=1), *_form(ENGLISH))
    assert (french.stored.text.title, french.languages, french.older) == ("Chevauchement", ["en", "fr"], False)


async def test_texts_of_an_article_are_read_once(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH, FRENCH))

    def read(tx: Tx) -> list[str]:
        said, connection = list[str](), tx.session.connection()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            said.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            ARTICLES.read(tx, PUBLIC, id_, "fr")
        finally:
            event.remove(connection, "before_cursor_execute", note)
        return said

    assert len(await storage.read(read)) == 2, "one statement for the article, one for its texts"


async def test_list_has_the_articles_of_a_filter_page_by_page(storage: Storage) -> None:
    """Each in one language. What the reader may not read, and what has no text, takes no place on a page."""
    release = replace(OVERLAP, source="r", section="releases", kind="release", product="Lumina", labels=("ab", 'q"t'))

    def unit(tx: Tx) -> list[int]:
        put(tx, replace(OVERLAP, source="empty"))
        put(tx, replace(OVERLAP, source="private", visibility="staff"), ENGLISH)
        put(tx, replace(OVERLAP, source="draft", state="draft"), ENGLISH)
        other = replace(OVERLAP, source="other")
        return [put(tx, OVERLAP, ENGLISH, FRENCH), put(tx, release, ENGLISH), put(tx, other, FRENCH)]

    first, second, third = await storage.write(unit)

    async def found(wanted: Filter, after: int = 0, limit: int = 50) -> list[tuple[int, str]]:
        lines = await storage.read(lambda tx: ARTICLES.listed(tx, PUBLIC, wanted, "fr", after=after, limit=limit))
        return [(line.article.id, line.locale) for line in lines]

    assert await found(Filter()) == [(first, "fr"), (second, "en"), (third, "fr")]
    assert await found(Filter(), limit=2) == [(first, "fr"), (second, "en")]
    assert await found(Filter(), after=second) == [(third, "fr")]
    for wanted, ids in (
        (Filter(product="Lumina"), [second]),
        (Filter(section="faqs"), [first, third]),
        (Filter(kind="release", label="ab"), [second]),
        (Filter(label='q"t'), [second]),
        (Filter(label="b"), [first, third]),
        (Filter(visibility="staff"), []),
    ):
        assert [id_ for id_, _ in await found(wanted)] == ids, wanted


async def test_changed_text_is_a_new_version_and_the_translation_becomes_older(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH, FRENCH))

    def again(tx: Tx) -> list[Effect]:
        same = ARTICLES.publish(tx, id_, ENGLISH, rendered(ENGLISH.body), None, 5)
        new = replace(ENGLISH, body="other", changed="said better.")
        return [same, ARTICLES.publish(tx, id_, new, rendered("other"), "u1", 6)]

    assert await storage.write(again) == ["unchanged", "changed"]
    english, french = await shown(storage, id_), await shown(storage, id_, "fr")
    assert isinstance(english, Shown) and isinstance(french, Shown)
    text = english.stored.text
    assert (text.version, text.published_at, text.updated_at, text.changed) == (2, 1, 6, "said better.")
    assert french.older and french.original_at == 6

    def versions(tx: Tx) -> int:
        return tx.session.scalar(select(func.count()).select_from(ArticleVersionRow)) or 0

    assert await storage.read(versions) == 3


async def test_dates_from_elsewhere_are_kept(storage: Storage) -> None:
    """Neither a later change without a date nor one with an older date is dated back. No date is in the future."""
    elsewhere = replace(ENGLISH, published_at=10, updated_at=20)
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, elsewhere, now=100))
    dates = []

    def put_again(tx: Tx, text: Text, now: int) -> None:
        ARTICLES.publish(tx, id_, text, rendered(text.body), None, now)

    for now, text in (
        (200, replace(elsewhere, body="b", updated_at=30)),
        (300, replace(elsewhere, body="c", updated_at=30)),
        (400, replace(elsewhere, body="d", updated_at=999)),
    ):
        await storage.write(partial(put_again, text=text, now=now))
        found = await shown(storage, id_)
        assert isinstance(found, Shown)
        dates.append((found.stored.text.published_at, found.stored.text.updated_at))
    assert dates == [(10, 30), (10, 300), (10, 400)]


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("public", [*READERS]),
        ("signed_in", [CUSTOMER, CLIENT, OTHER_CLIENT, STAFF]),
        ("product", [CLIENT, STAFF]),
        ("staff", [STAFF]),
    ],
)
async def test_article_is_there_only_for_its_readers(
    storage: Storage, visibility: Visibility, readers: list[Reader]
) -> None:
    """In every way: read, listed, counted and rated."""
    id_ = await storage.write(lambda tx: put(tx, replace(OVERLAP, visibility=visibility), ENGLISH))
    for reader in READERS:
        seen = await seen_by(storage, reader)
        if reader in readers:
            assert seen == (["Overlap"], {"Spectra OX": {"faqs": 1}})
            assert isinstance(await shown(storage, id_, reader=reader), Shown)
            await said(storage, id_, reader, True)
        else:
            assert seen == ([], {})
            with pytest.raises(Refused, match="no such article"):
                await shown(storage, id_, reader=reader)
            with pytest.raises(Refused, match="no such article"):
                await said(storage, id_, reader, True)


async def test_draft_is_not_there_for_anybody(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, replace(OVERLAP, state="draft"), ENGLISH))
    with pytest.raises(Refused, match="no such article"):
        await shown(storage, id_, reader=STAFF)


async def test_withdrawn_article_leads_to_the_last_that_replaces_it(storage: Storage) -> None:
    """Over several moves, only to an article that the reader may read, and never in a circle."""
    withdrawn = replace(OVERLAP, state="withdrawn")
    last = await storage.write(lambda tx: put(tx, replace(OVERLAP, source="c", visibility="signed_in"), ENGLISH))
    middle = await storage.write(lambda tx: SqlArticles().put(tx, replace(withdrawn, source="b", moved_to=last), 1))
    first = await storage.write(lambda tx: SqlArticles().put(tx, replace(withdrawn, source="a", moved_to=middle), 1))
    found, hidden = await shown(storage, first, reader=CUSTOMER), await shown(storage, first)
    assert isinstance(found, Gone) and found.moved_to == last
    assert isinstance(hidden, Gone) and hidden.moved_to is None
    await storage.write(lambda tx: SqlArticles().put(tx, replace(withdrawn, source="b", moved_to=first), 2))
    circle = await shown(storage, first, reader=CUSTOMER)
    assert isinstance(circle, Gone) and circle.moved_to is None


async def test_list_has_each_article_once_in_the_readers_language(storage: Storage) -> None:
    await storage.write(lambda tx: put(tx, replace(OVERLAP, position=2), ENGLISH, FRENCH))
    only = replace(ENGLISH, title="Only in English")
    await storage.write(lambda tx: put(tx, replace(OVERLAP, source="x", position=1), only))
    lines = await storage.read(lambda tx: ARTICLES.of_product(tx, PUBLIC, "Spectra OX", "fr"))
    assert [(line.title, line.locale) for line in lines] == [("Only in English", "en"), ("Chevauchement", "fr")]


async def test_second_answer_of_a_person_replaces_the_first(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH))
    for answer, comment in ((True, None), (False, "  a picture "), (False, "a picture")):
        await said(storage, id_, PUBLIC, answer, comment, "p1")
    await said(storage, id_, PUBLIC, True, person="p2")
    rows = await storage.read(lambda tx: list(tx.session.scalars(select(ArticleFeedbackRow).order_by("person"))))
    assert [(row.person, row.helpful, row.comment) for row in rows] == [("p1", False, "a picture"), ("p2", True, None)]


async def test_too_long_comment_is_refused(storage: Storage) -> None:
    id_ = await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH))
    with pytest.raises(Refused, match="2,000"):
        await said(storage, id_, PUBLIC, False, "x" * 2_001)


async def test_exported_articles_are_imported_as_the_same(storage: Storage) -> None:
    dated = replace(FRENCH, published_at=1_700_000_000_001, updated_at=1_700_000_000_002)
    await storage.write(lambda tx: put(tx, OVERLAP, ENGLISH, dated, now=1_800_000_000_000))
    pages, after = await storage.read(lambda tx: ARTICLES.exported(tx, 0, 10))
    assert [page.path for page in pages] == ["ox/overlap.md", "ox/overlap.fr.md"] and after
    folder = read_folder({page.path: written(page) for page in pages}, {"Spectra OX"})
    assert folder.faults == [] and folder.articles[0].article == OVERLAP
    (french,) = (page for page in folder.articles[0].pages if page.front.locale == "fr")
    assert text_of(french, {}) == dated
    assert await storage.read(lambda tx: ARTICLES.exported(tx, after, 10)) == ([], 0)


async def test_links_of_exported_articles_lead_to_files(storage: Storage) -> None:
    """Another desk gives the articles other numbers."""

    def made(tx: Tx) -> list[Page]:
        first = put(tx, replace(OVERLAP, source="ds/first"), ENGLISH)
        body = f"[a](/articles/{first}) [b](/articles/{first}-overlap#a-hi) [c](/articles/999) [d](/submit)"
        put(tx, replace(OVERLAP, source="ox/second"), replace(ENGLISH, body=body))
        return ARTICLES.exported(tx, 0, 10)[0]

    pages = await storage.write(made)
    folder = read_folder({page.path: written(page) for page in pages}, {"Spectra OX"})
    assert folder.warnings == []
    (second,) = (one.pages[0] for one in folder.articles if one.article.source == "ox/second")
    assert second.body == "[a](../ds/first.md) [b](../ds/first.md#a-hi) [c](/articles/999) [d](/submit)"
    assert text_of(second, {"ds/first": 7}).body.startswith("[a](/articles/7) [b](/articles/7#a-hi)")


def _form(text: Text) -> tuple[str, Sequence[Heading], int]:
    form = rendered(text.body)
    return form.html, form.headings, form.minutes


async def test_articles_of_a_filter_are_found_in_each_order_and_only_for_their_readers(storage: Storage) -> None:
    store, bare = SqlArticles(), Article(source="", product="Lumina", section="faqs")

    def unit(tx: Tx) -> list[int]:
        billing = replace(bare, topic="Billing")
        articles = [
            replace(bare, source="a", position=3, labels=("price",)),
            replace(billing, source="b", position=2, visibility="staff", labels=("prices", "price")),
            replace(billing, source="c", position=1),
        ]
        return [put(tx, one, ENGLISH, now=one.position) for one in articles]

    async def ids(reader: Reader, wanted: Filter, order: Order = "position", *, falls: bool = False) -> list[int]:
        return await storage.read(lambda tx: store.ids(tx, reader, wanted, order, 10, falls=falls))

    a, b, c = await storage.write(unit)
    assert await ids(PUBLIC, Filter()) == [c, a]
    assert await ids(STAFF, Filter()) == [c, b, a]
    assert await ids(STAFF, Filter(), "created_at", falls=True) == [c, b, a]
    assert await ids(STAFF, Filter(), "updated_at") == [c, b, a]
    assert await ids(STAFF, Filter(topic="")) == [a]
    assert await ids(STAFF, Filter(labels=["price", "prices"])) == [b]
    assert await storage.read(lambda tx: store.topics(tx, PUBLIC)) == [("Lumina", "faqs", "Billing")]
    found = await storage.read(lambda tx: ARTICLES.several(tx, PUBLIC, [a, b, c, 4711], "fr"))
    assert [(one.article.id, one.stored.text.title) for one in found] == [(a, "Overlap"), (c, "Overlap")]
