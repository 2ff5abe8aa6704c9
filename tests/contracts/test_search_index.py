"""The search on both databases: `search.service` and `search.finding` over `search.adapters`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from search.adapters.index import SqlIndex
from search.adapters.words import WordsInMemory
from search.document import Document, Visibility
from search.finding import Asked, Finder, Found
from search.reader import Reader
from search.service import Index
from storage.ports import Storage, Tx
from tests.search.documents import document

PUBLIC, CUSTOMER, STAFF = Reader(), Reader(signed_in=True), Reader(signed_in=True, staff=True)
WITH_LUMINA = Reader(signed_in=True, products=("Lumina",))
INDEX = Index(SqlIndex())


async def put(storage: Storage, *documents: Document) -> None:
    def all_of(tx: Tx) -> None:
        for one in documents:
            INDEX.put(tx, one)

    await storage.write(all_of)


async def ask(storage: Storage, asked: Asked) -> Found:
    finder = Finder(SqlIndex(), WordsInMemory())
    return await storage.read(lambda tx: finder.find(tx, asked))


async def titles(storage: Storage, q: str, reader: Reader = PUBLIC, locale: str = "en") -> list[str]:
    found = await ask(storage, Asked(q=q, reader=reader, locale=locale))
    return [result.document.title for result in found.results]


async def test_word_in_the_title_counts_more_than_in_the_body(storage: Storage) -> None:
    await put(
        storage,
        document("Budgets", "An export. The export of a plan.", source="1"),
        document("The export of a plan", "It is a file.", source="2"),
        document("Invoices", "Nothing else.", source="3"),
        document("Users", "Nothing else.", source="4"),
        document("Teams", "Nothing else.", source="5"),
    )
    assert await titles(storage, "exports") == ["The export of a plan", "Budgets"]


async def test_exact_title_comes_first_and_then_titles_that_begin_so(storage: Storage) -> None:
    await put(
        storage,
        document("Export of plans to Excel", "export export export plans", source="1"),
        document("Plans", "export plans", source="2"),
        document("Export of plans", "A file.", source="3"),
    )
    assert await titles(storage, "export of plans") == ["Export of plans", "Export of plans to Excel", "Plans"]


async def test_documents_with_every_word_come_before_those_with_some(storage: Storage) -> None:
    await put(
        storage,
        document("Rates", "rate card rate card rate card", source="1"),
        document("Cards", "The rate of an order changes.", source="2"),
        document("Rate card of an order", "Text.", source="3"),
    )
    assert await titles(storage, "order rate card") == ["Rate card of an order", "Cards", "Rates"]


async def test_beginning_of_the_last_word_finds_the_word(storage: Storage) -> None:
    """While it is typed, whatever its stem."""
    await put(storage, document("Replication of orders", "Text."))
    for q in ("orders re", "orders replicati", "replication", "replications"):
        assert await titles(storage, q) == ["Replication of orders"], q


async def test_misspelt_word_is_corrected_and_says_so(storage: Storage) -> None:
    await put(storage, document("Invoices on Linux", "Every invoice."))
    found = await ask(storage, Asked(q="Linxu: invoices", reader=PUBLIC))
    assert ([one.document.title for one in found.results], found.corrected) == (
        ["Invoices on Linux"],
        "linux: invoices",
    )
    typed = await ask(storage, Asked(q="Linxu", reader=PUBLIC, as_typed=True))
    assert (typed.results, typed.corrected) == ([], None)


@pytest.mark.parametrize(
    ("q", "corrected"), [("workflow steps", "work flow steps"), ("week end plan", "weekend plan"), ("works", None)]
)
async def test_words_are_split_and_joined(storage: Storage, q: str, corrected: str | None) -> None:
    await put(storage, document("Steps of the work flow", "The plan of a weekend. It worked."))
    found = await ask(storage, Asked(q=q, reader=PUBLIC))
    assert (found.corrected, found.total) == (corrected, 1)


async def test_course_that_is_an_article_is_found_once(storage: Storage) -> None:
    """As the article, in the better place of both."""
    article = document("Invoice export", "Of a month.", source="9")
    course = replace(
        article, kind="course", source="export", title="The invoice", body="", address="/articles/9-of-old"
    )
    other = replace(course, source="other", title="Invoice dates", address="/learning?t-invoices=1")
    twin = replace(other, source="twin", title="Invoice days")
    await put(storage, replace(article, address="/articles/9-invoice-export"), course, other, twin)
    found = await ask(storage, Asked(q="invoice", reader=PUBLIC))
    assert found.total == 3
    assert sorted(one.document.title for one in found.results) == ["Invoice dates", "Invoice days", "Invoice export"]


async def test_part_of_a_word_finds_it_if_nothing_else_does(storage: Storage) -> None:
    await put(storage, document("Onboarding", "Of new people."))
    assert await titles(storage, "boarding") == ["Onboarding"]


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("public", [PUBLIC, CUSTOMER, WITH_LUMINA, STAFF]),
        ("signed_in", [CUSTOMER, WITH_LUMINA, STAFF]),
        ("product", [WITH_LUMINA, STAFF]),
        ("staff", [STAFF]),
    ],
)
async def test_document_is_found_only_by_its_readers(
    storage: Storage, visibility: Visibility, readers: list[Reader]
) -> None:
    """By its words, its title, parts and beginnings of words. For others, a misspelt word is not corrected to one of
    its words."""
    await put(storage, document("Quarterback plan", "Marmalade.", visibility=visibility, source="1"))
    for reader in (PUBLIC, CUSTOMER, WITH_LUMINA, STAFF):
        for q in ("marmalade", "quarterback plan", "marma", "malad", "marmelade", "quarter back"):
            found = await ask(storage, Asked(q=q, reader=reader))
            assert found.total == (reader in readers), q
            assert (found.corrected is not None) == (reader in readers and q in ("marmelade", "quarter back")), q


async def test_document_of_no_product_is_for_staff_only(storage: Storage) -> None:
    await put(storage, document(visibility="product", product=None))
    assert await titles(storage, "flight", WITH_LUMINA) == []
    assert await titles(storage, "flight", STAFF) != []


async def test_changed_document_is_found_by_its_new_words_only(storage: Storage) -> None:
    await put(storage, document("Invoices", "Marmalade."))
    await put(storage, document("Budgets", "Porridge.", visibility="signed_in"))
    for q in ("marmalade", "marmelade", "invoices", "porridge", "poridge"):
        assert await titles(storage, q) == []
    assert await titles(storage, "poridge", CUSTOMER) == ["Budgets"]
    await storage.write(lambda tx: INDEX.remove(tx, "article", "1"))
    assert await titles(storage, "poridge", CUSTOMER) == []
    assert await storage.read(counts) == (0, 0, 0)


async def test_same_document_changes_nothing(storage: Storage) -> None:
    await put(storage, document(), document())
    assert (await storage.read(counts))[0] == 1


async def test_article_is_found_once_in_the_readers_language(storage: Storage) -> None:
    await put(
        storage,
        document("Export to Excel", "Text."),
        document("Export vers Excel", "Un dépassement.", locale="fr"),
        document("Excel", "In English only: export", source="2"),
    )
    assert await titles(storage, "export excel") == ["Export to Excel", "Excel"]
    assert await titles(storage, "export excel", locale="fr") == ["Export vers Excel", "Excel"]
    assert await titles(storage, "depassements") == ["Export vers Excel"]


@pytest.mark.parametrize("sentences", [False, True])
async def test_locale_first_shows_what_exists_in_it_and_puts_it_first(storage: Storage, sentences: bool) -> None:
    """Also what was found by words of another language. What the reader may not read stays hidden."""
    await put(
        storage,
        document("Export to Excel", "The export of a plan."),
        document("Vers Excel", "Un classeur.", locale="fr"),
        document("Export of exports", "Export.", source="2"),
        document("Export of staff", "Export.", source="3"),
        document("Interne", "Texte.", locale="fr", source="3", visibility="staff"),
        document("Nothing", "Else.", source="4"),
        document("Invoices", "Nothing else.", source="5"),
    )
    asked = Asked(q="export of", reader=PUBLIC, locale="fr-CA", locale_first=True, sentences=sentences)
    found = [result.document.title for result in (await ask(storage, asked)).results]
    assert found[0] == "Vers Excel" and sorted(found[1:]) == ["Export of exports", "Export of staff"]
    among_all = [one.document.title for one in (await ask(storage, replace(asked, locale_first=False))).results]
    assert "Export to Excel" in among_all


async def test_language_that_is_gone_is_not_found(storage: Storage) -> None:
    french = document("Dépassement", "Texte.", locale="fr")
    await storage.write(lambda tx: INDEX.replace(tx, "article", "1", [document(), french]))
    await storage.write(lambda tx: INDEX.replace(tx, "article", "1", [document()]))
    assert await titles(storage, "depassement") == []
    assert await titles(storage, "flight") == ["Flight dates overlap"]


async def test_filters_leave_the_other_documents_out(storage: Storage) -> None:
    other = replace(document("Flight of Spectra", source="2"), product="Spectra")
    await put(storage, document("Flight of Lumina"), other, document("Flight", kind="release", source="3"))
    found = await ask(storage, Asked(q="flight", reader=PUBLIC, kinds=["article"], product="Spectra"))
    assert [one.document.title for one in found.results] == ["Flight of Spectra"]
    assert await titles(storage, "flight") == ["Flight", "Flight of Lumina", "Flight of Spectra"]


async def test_result_shows_where_the_words_are(storage: Storage) -> None:
    await put(storage, document("Dépassement", "Zero. " * 40 + "The <b>dépassements</b> of a plan. " + "One. " * 40))
    result = (await ask(storage, Asked(q="depassement plan", reader=PUBLIC))).results[0]
    shown = [result.excerpt.text[start:end] for start, end in result.excerpt.highlights]
    assert shown == ["dépassements", "plan"]
    assert result.title_highlights == [(0, 11)]


@pytest.mark.parametrize(
    "q", ["", "   ", '"', "a* OR b", "NEAR(x", "'; DROP TABLE", "\U0001f469", "(", "x" * 5_000, "%_"]
)
async def test_any_text_is_a_query(storage: Storage, q: str) -> None:
    await put(storage, document())
    assert (await ask(storage, Asked(q=q, reader=PUBLIC))).total == 0


async def test_words_in_memory_follow_the_changes_of_others(storage: Storage, other: Storage) -> None:
    """Also of another process, and in several steps."""
    words = WordsInMemory()
    finder = Finder(SqlIndex(), words)
    await put(storage, document("Invoices", "Marmalade."))
    for word in ("Porridge", "Sandwich"):
        await put(other, document(word, f"More {word}."), document(word, source="2"))
        asked = Asked(q=f"{word[:-1]}x", reader=PUBLIC)
        found = await storage.read(partial(finder.find, asked=asked))
        assert [one.document.title for one in found.results] == [word, word]


def counts(tx: Tx) -> tuple[int, ...]:
    """The stored documents; the numbers of documents and of words that the state counts."""
    connection = tx.session.connection()
    stored = connection.execute(text("SELECT count(*) FROM search_documents")).scalar_one()
    return stored, *connection.execute(text("SELECT documents, words FROM search_state")).one()


async def test_words_in_the_order_of_the_query_come_before_the_same_words_apart(storage: Storage) -> None:
    """Also where an underscore is between them, or a word has another ending. Titles do not differ here."""
    await put(
        storage,
        document("First", "Time of a process.", source="1"),
        document("Second", "The PROCESS_TIMES of a desk, and more.", source="2"),
        *(document(f"Page {n}", "Nothing else.", source=f"page {n}") for n in range(9)),
    )
    assert await titles(storage, "process time") == ["Second", "First"]
    assert (await titles(storage, "time process"))[0] == "First"


async def test_words_that_are_often_in_the_order_of_the_query_count_more_than_once(storage: Storage) -> None:
    """And not across the end of a title."""
    apart = "An object is no json, and json no object. "
    await put(
        storage,
        document("Once", f"A json object. {apart * 3}", source="1"),
        document("Often", f"{'A json object, a json object. ' * 3}{apart}", source="2"),
        document("A json", f"object. {apart * 3}", source="3"),
        *(document(f"Page {n}", "Nothing else.", source=f"page {n}") for n in range(9)),
    )
    found = await titles(storage, "json object")
    assert found.index("Often") < found.index("Once")


@pytest.mark.parametrize("q", ["s s", "ss ss", "a.* b", "été été", "_ _", "日本 語"])
async def test_odd_words_in_order_break_no_search(storage: Storage, q: str) -> None:
    await put(storage, document("Été", f"{q} {q}", source="1"))
    assert len(await titles(storage, q)) <= 1


async def test_text_in_sentences_finds_what_has_its_rare_words(storage: Storage) -> None:
    """Not what only has its common words, nothing that others may read, and in the language of the reader."""
    dates = document("Flight dates overlap", "Two lines of an order run on the same day.", source="1")
    await put(
        storage,
        dates,
        replace(dates, locale="fr", title="Des dates se chevauchent", body="Overlap."),
        replace(dates, source="2", title="Overlap for staff", visibility="staff"),
        *(document(f"Order {n}", "An order of something.", source=f"order {n}") for n in range(8)),
    )
    text = "Hello, my new order has an error: the dates overlapping. What should I do?"
    found = await ask(storage, Asked(q=text, reader=PUBLIC, limit=3, sentences=True))
    assert [one.document.title for one in found.results][:1] == ["Flight dates overlap"]
    assert len(found.results) == found.total == 3 and found.corrected is None
    french = await ask(storage, Asked(q=text, reader=PUBLIC, locale="fr", limit=1, sentences=True))
    assert [one.document.title for one in french.results] == ["Des dates se chevauchent"]
    assert (await ask(storage, Asked(q="?", reader=PUBLIC, sentences=True))).results == []
