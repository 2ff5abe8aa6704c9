from __future__ import annotations

from following.announcement import EVERYTHING, Subject, widened


def test_widened_subjects_of_an_article_include_its_product_once() -> None:
    article, faqs, releases = Subject("article", "12"), Subject("section", "ox/faqs"), Subject("releases", "ox")
    assert widened([article, faqs, releases]) == [article, faqs, releases, Subject("section", "ox")]


def test_widened_incident_includes_all_systems() -> None:
    ox = Subject("system", "ox")
    assert widened([ox, Subject("system", EVERYTHING)]) == [ox, Subject("system", EVERYTHING)]
    assert widened([Subject("component", "7")]) == [Subject("component", "7")]
