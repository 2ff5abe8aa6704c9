from __future__ import annotations

import pytest

from knowledge.adapters.front_matter import read, written
from knowledge.article import BODY_MAX, TITLE_MAX
from knowledge.page import Fault, FrontMatter, Page


def test_file_is_read_with_its_front_matter() -> None:
    page = read(
        "ox/overlap.md",
        "\ufeff---\r\ntitle: 2026.11.2\nproduct: Spectra OX\nsection: faqs\nlabels: [flights, dates]\nposition: 3\n"
        "published: 2026-11-21\n---\r\n\r\n# Hello\r\nthere\r\n",
    )
    front = FrontMatter(
        title="2026.11.2",
        product="Spectra OX",
        section="faqs",
        labels=["flights", "dates"],
        position=3,
        published="2026-11-21",
    )
    assert page == Page("ox/overlap.md", front, "# Hello\nthere")


def test_written_file_is_read_as_the_same_article() -> None:
    front = FrontMatter(
        title='A: "title" with — signs #', product="Lumina", section="training", locale="fr", visibility="staff"
    )
    page = Page("a/b.fr.md", front, "Body\n\n---\n\nmore")
    assert read(page.path, written(page)) == page


@pytest.mark.parametrize(("path", "locale", "source"), [("a/b.md", "en", "a/b"), ("a/b.fr.md", "fr", "a/b")])
def test_languages_of_an_article_have_one_source(path: str, locale: str, source: str) -> None:
    assert read(path, f"---\ntitle: T\nlocale: {locale}\n---\n").source == source


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("# No front matter", "no front matter"),
        ("---\ntitle: x\n", "no front matter"),
        ("---\ntitle: [\n---\n", "not valid YAML"),
        ("---\n- a\n---\n", "lines like"),
        ("---\nproduct: x\n---\n", "`title` is missing. Add a line"),
        ("---\ntitle: a: b\n---\n", "near `title: a: b`: .* Put the value in quotes"),
        ("---\ntitle: x\nsecret: y\n---\n", "`secret` is unknown in the front matter. Remove it"),
        ("---\ntitle: x\nsection: blog\n---\n", "`section` is 'blog'. Write one of: faqs, training, releases"),
        ("---\ntitle: x\nposition: first\n---\n", "`position` is 'first'. Write a whole number"),
        (f"---\ntitle: {{a: {'x' * 500}}}\n---\n", "`title` is {'a': 'x{90,100}. Write a text"),
        ("---\ntitle: x\nlocale: zz\n---\n", "`locale` is 'zz'. Write a language"),
        ("---\ntitle: ' '\n---\n", "`title` is empty"),
        (f"---\ntitle: {'x' * (TITLE_MAX + 1)}\n---\n", "201 characters"),
        (f"---\ntitle: x\n---\n{'y' * (BODY_MAX + 1)}", "Split it"),
        ("---\ntitle: x\nlocale: french\n---\n", "language"),
        ("---\ntitle: x\npublished: yesterday\n---\n", "`published` is 'yesterday'. Write a day like 2026-11-21"),
        ("---\ntitle: x\nupdated: 2026-02-30\n---\n", "`updated` is '2026-02-30'"),
        ("---\ntitle: x\nupdated: 2026-02-03T10:00:00\n---\n", "`updated`"),
        ("---\ntitle: x\n---\n\x07", "control characters"),
        ("---\ntitle: !!python/object:os.system x\n---\n", "not valid YAML"),
        (f"---\ntitle: {'[' * 5_000}\n---\n", "nested"),
    ],
)
def test_invalid_file_is_refused_with_the_reason(content: str, says: str) -> None:
    with pytest.raises(Fault, match=says):
        read("a.md", content)
