from __future__ import annotations

from knowledge.adapters.front_matter import read_folder
from knowledge.folder import text_of

PRODUCTS = {"Spectra OX"}


def file(title: str, body: str = "", **front: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\ntitle: {title}\n{lines}---\n{body}"


def original(title: str, body: str = "", **front: str) -> str:
    return file(title, body, **{"product": "Spectra OX", "section": "faqs", **front})


def test_folder_becomes_articles_with_their_languages() -> None:
    folder = read_folder(
        {"a/b.md": original("B"), "a/b.fr.md": file("Bé", locale="fr"), "c.md": original("C")}, PRODUCTS
    )
    assert folder.faults == [] and folder.warnings == []
    assert [(one.article.source, [page.front.locale for page in one.pages]) for one in folder.articles] == [
        ("a/b", ["fr", "en"]),
        ("c", ["en"]),
    ]


def test_links_between_files_become_links_to_articles() -> None:
    body = "[c](../c.md) [c again](../c.md#part) [out](https://example.com/x.md)\n\n[r]\n\n[r]: ../c.md"
    folder = read_folder({"a/b.md": original("B", body), "c.md": original("C")}, PRODUCTS)
    (page,) = folder.articles[0].pages
    assert text_of(page, {"a/b": 1, "c": 2}).body == (
        "[c](/articles/2) [c again](/articles/2#part) [out](https://example.com/x.md)\n\n[r]\n\n[r]: /articles/2"
    )


def test_link_that_leads_nowhere_is_a_warning() -> None:
    folder = read_folder({"a.md": original("A", "[x](missing.md)")}, PRODUCTS)
    assert folder.warnings == ["a.md: the link to missing.md leads nowhere. Correct it, or add the file."]
    assert len(folder.articles) == 1


def test_faults_name_the_file_and_what_to_change() -> None:
    folder = read_folder(
        {
            "bare.md": "x",
            "foreign.md": original("F", product="Mint"),
            "homeless.md": file("H"),
            "gone.md": original("G", moved_to="nowhere.md"),
            "twice.en.md": original("T"),
            "twice.md": original("T"),
        },
        PRODUCTS,
    )
    assert folder.faults == [
        "bare.md: The file has no front matter. Begin it with a line `---`, a line `title: …`, and a line `---`.",
        "twice.md: twice.en.md is the same article in the same language. Remove one of them.",
        "foreign.md: `product` is 'Mint'. Write one of: Spectra OX.",
        "gone.md: `moved_to` is 'nowhere.md', but the folder has no such article. Add its file, or name another.",
        "homeless.md: `product` is missing. Add a line `product: …`.",
    ]


def test_article_that_moved_is_withdrawn() -> None:
    folder = read_folder({"old.md": original("O", moved_to="new.md"), "new.md": original("N")}, PRODUCTS)
    old = next(one for one in folder.articles if one.article.source == "old")
    assert (old.article.state, old.moved_to) == ("withdrawn", "new")


def test_draft_is_beside_the_published_text_or_alone() -> None:
    folder = read_folder(
        {
            "a.md": original("A"),
            "a.draft.md": original("A, better", draft="true"),
            "a.fr.draft.md": file("Bé", locale="fr", draft="true"),
            "new.draft.md": original("New", draft="true", state="draft"),
        },
        PRODUCTS,
    )
    assert folder.faults == []
    found = {one.article.source: one for one in folder.articles}
    assert [page.front.title for page in found["a"].pages] == ["A"]
    assert sorted(page.front.title for page in found["a"].drafts) == ["A, better", "Bé"]
    assert found["new"].pages == [] and found["new"].article.state == "draft"
