from __future__ import annotations

import pytest

from following.announcement import Kind, Subject
from following.follow import What
from widgets.followed import Followed, group_of, name_of, news_words, what_words


@pytest.mark.parametrize(
    ("subject", "product", "title", "name"),
    [
        (Subject("section", "spectra-ox/faqs"), "Spectra OX", "", "Spectra OX, FAQs"),
        (Subject("section", "spectra-ox/training"), "Spectra OX", "", "Spectra OX, Training and Documentation"),
        (Subject("section", "spectra-ox"), "Spectra OX", "", "Spectra OX"),
        (Subject("releases", "spectra-ox"), "Spectra OX", "", "Spectra OX, Release Details"),
        (Subject("system", "all"), None, "", "System notifications"),
        (Subject("system", "lumina"), "Lumina", "", "Lumina, System notifications"),
        (Subject("article", "12"), "Lumina", "Dates overlap", "Dates overlap"),
        (Subject("component", "3"), None, "Exports", "Exports"),
    ],
)
def test_name_of_a_subject(subject: Subject, product: str | None, title: str, name: str) -> None:
    assert name_of(Followed(subject, "/x", product, title), str) == name


@pytest.mark.parametrize(
    ("kind", "group", "what", "words"),
    [
        ("article", "articles", "new", "Updates"),
        ("section", "sections", "new_and_updates", "New articles and updates"),
        ("releases", "releases", "new", "New release notes"),
        ("system", "system", "new_and_updates", "Incidents and maintenance"),
        ("component", "system", "new", "Incidents"),
    ],
)
def test_group_and_words_of_a_kind(kind: Kind, group: str, what: What, words: str) -> None:
    assert (group_of(kind), what_words(kind, what, str)) == (group, words)


def test_news_that_is_no_article_is_not_called_one() -> None:
    assert news_words("webinar:a", "new", str) == "New"
    assert news_words("incident:1", "update", str) == "System notification, update"
    assert news_words("article:1", "new", str) == "New article"
