from __future__ import annotations

import pytest

from knowledge.article import Section, Visibility
from knowledge.guide import guide_of
from knowledge.guide_mapping import GuideMap, Place, Places, languages, original_of
from tests.knowledge.guide_exports import article, export, page_of

PRODUCTS = ("Spectra OX", "Lumina")


def place(map_: GuideMap | None = None, sections: list[dict[str, object]] | None = None, **more: object) -> Place | str:
    files = export([article(1, "A", **more)])
    if sections is not None:
        files["sections.json"] = page_of("sections", sections)
    guide = guide_of(files)
    return Places(guide, map_ or GuideMap(), PRODUCTS).of(guide.articles[1])


def test_place_is_found_by_the_names_of_category_and_section() -> None:
    faqs, release, nested = place(), place(section_id=21), place(section_id=22)
    assert isinstance(faqs, Place) and isinstance(release, Place) and isinstance(nested, Place)
    assert (faqs.product, faqs.section, faqs.topic) == ("Spectra OX", "faqs", "")
    assert (release.section, release.topic) == ("releases", "")
    assert (nested.product, nested.section, nested.topic) == ("Lumina", "training", "Dashboards")
    assert faqs.order < release.order < nested.order


def test_promoted_article_is_first_in_its_section() -> None:
    usual, promoted = place(position=1), place(position=5, promoted=True)
    assert isinstance(usual, Place) and isinstance(promoted, Place)
    assert promoted.order < usual.order


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("What's new", "releases"),
        ("Troubleshooting", "faqs"),
        ("Getting started", "training"),
        ("Nouveautés", "releases"),
        ("Questions fréquentes", "faqs"),
    ],
)
def test_section_is_found_by_its_words(name: str, section: Section) -> None:
    found = place(sections=[{"id": 20, "name": name, "category_id": 10}])
    assert isinstance(found, Place) and (found.section, found.topic) == (section, name)


def test_mapping_decides_first() -> None:
    map_ = GuideMap(categories={"spectra ox": "lumina"}, sections={"faqS": "training"})
    found = place(map_)
    assert isinstance(found, Place) and (found.product, found.section) == ("Lumina", "training")


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ([], "its section 20 is not in the export"),
        ([{"id": 20, "name": "A", "category_id": 12}], "no product has the name of the category '12'"),
        ([{"id": 20, "name": "A", "parent_section_id": 21}], "its section 21 is not in the export"),
        (
            [{"id": 20, "name": "A", "parent_section_id": 21}, {"id": 21, "name": "B", "parent_section_id": 20}],
            "its section 20 is inside of itself",
        ),
    ],
    ids=["no section", "no category", "no parent", "circle"],
)
def test_missing_place_is_said_with_what_to_do(sections: list[dict[str, object]], says: str) -> None:
    found = place(sections=sections)
    assert isinstance(found, str) and says in found


def test_mapping_to_an_unknown_product_is_a_fault() -> None:
    faults = Places(guide_of(export([])), GuideMap(categories={"A": "Mint"}), PRODUCTS).faults()
    assert faults == ["The mapping gives the category 'A' to 'Mint'. The hours file has: Lumina, Spectra OX."]


@pytest.mark.parametrize(
    ("segment", "visibility", "warned"),
    [
        (None, "public", False),
        (30, "signed_in", False),
        (31, "staff", False),
        (32, "product", True),
        (99, "staff", True),
    ],
)
def test_user_segments_become_visibilities(segment: int | None, visibility: Visibility, warned: bool) -> None:
    """What the export says less exactly is never read by more people, and is reported."""
    guide = guide_of(export([article(1, "A", user_segment_id=segment)]))
    found, warning = Places(guide, GuideMap(), PRODUCTS).visibility(guide.articles[1])
    assert (found, warning is not None) == (visibility, warned)


def test_mapping_of_a_user_segment_decides() -> None:
    guide = guide_of(export([article(1, "A", user_segment_id=32)]))
    places = Places(guide, GuideMap(segments={"partners": "signed_in"}), PRODUCTS)
    assert places.visibility(guide.articles[1]) == ("signed_in", None)


def test_locales_become_languages() -> None:
    assert languages(["en-us", "en-gb", "fr-ca", "es-419", "zh-cn", "klingon"]) == {
        "en-us": "en",
        "en-gb": "en-GB",
        "fr-ca": "fr",
        "es-419": "es",
        "zh-cn": "zh",
    }


def test_original_is_the_english_text_or_that_of_the_article() -> None:
    guide = guide_of(export([article(1, "A", locale="fr", source_locale="fr")]))
    assert original_of(guide.articles[1], {"fr": "fr", "en-gb": "en"}) == "en-gb"
    assert original_of(guide.articles[1], {"fr": "fr"}) == "fr"
