"""The texts of the demo's help center."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from knowledge.article import is_older
from knowledge.folder import Folder, text_of
from knowledge.link_check import Texts
from routing.adapters.hours_file import load as load_hours
from server.demo.articles import FOLDER, articles_of
from tests.running import HOURS


@pytest.fixture(scope="module")
def folder() -> Folder:
    return articles_of(load_hours(HOURS))


def test_help_center_has_forty_articles_and_eight_releases(folder: Folder) -> None:
    assert folder.faults == [] and folder.warnings == []
    kinds = Counter(one.article.kind for one in folder.articles if one.article.state == "published")
    assert sum(kinds.values()) - kinds["release"] >= 40
    assert kinds["release"] == 8 and kinds["video"] and kinds["quick_card"]
    assert {one.article.product for one in folder.articles} == {"Spectra OX", "Spectra DS", "Lumina"}


def test_help_center_shows_what_an_article_can_be(folder: Folder) -> None:
    articles = [one.article for one in folder.articles]
    assert {"public", "signed_in", "product", "staff"} == {one.visibility for one in articles}
    assert any(one.state == "withdrawn" for one in articles) and any(one.moved_to for one in folder.articles)
    locales = Counter(page.front.locale for one in folder.articles for page in one.pages)
    assert locales["en"] == len(articles) and locales["fr"] >= 4 and locales["es"] >= 3
    texts = [{page.front.locale: text_of(page, {}) for page in one.pages} for one in folder.articles]
    older = [text for languages in texts for text in languages.values() if is_older(text, languages)]
    assert [text.locale for text in older] == ["fr"], "one translation is older than its original"


def test_each_text_has_what_a_reader_needs(folder: Folder) -> None:
    for one in folder.articles:
        if one.article.state == "published":
            assert (one.article.labels and one.article.topic) or one.article.kind == "release", one.article.source
            for page in one.pages:
                assert page.front.summary and page.front.published and len(page.body) > 200, page.path


def test_each_link_leads_somewhere(folder: Folder) -> None:
    ids = {one.article.source: number for number, one in enumerate(folder.articles, start=1)}
    texts = Texts({"Spectra OX", "Spectra DS", "Lumina"})
    for one in folder.articles:
        article = replace(one.article, id=ids[one.article.source])
        texts.add(article, [text_of(page, ids) for page in one.pages])
    beside = {file.name for file in FOLDER.rglob("*") if file.suffix != ".md"}
    assert [one for one in texts.findings({}) if one.link not in beside] == [] and texts.outside() == []
