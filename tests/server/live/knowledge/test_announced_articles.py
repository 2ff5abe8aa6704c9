from __future__ import annotations

from following.announcement import Subject
from knowledge.article import Article
from server.live.knowledge.announced_articles import subjects_of, version_of


def test_release_note_is_told_to_followers_of_releases() -> None:
    release = Article(source="r", product="Spectra OX", section="releases", id=7)
    assert subjects_of(release) == [Subject("article", "7"), Subject("releases", "spectra-ox")]
    guide = Article(source="g", product="Spectra OX", section="training", id=8)
    assert subjects_of(guide) == [Subject("article", "8"), Subject("section", "spectra-ox/training")]


def test_versions_of_languages_do_not_collide() -> None:
    versions = [version_of(locale, number) for locale in ("en", "fr", "es", "fr-CA") for number in range(1, 20)]
    assert len(set(versions)) == len(versions)
