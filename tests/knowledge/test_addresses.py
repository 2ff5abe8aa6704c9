from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.addresses import article_id, article_path, product_path, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Why flight dates overlap, and how to fix it", "why-flight-dates-overlap-and-how-to-fix-it"),
        ("Où est mon devis ?", "ou-est-mon-devis"),
        ("2026.11.2", "2026-11-2"),
        ("見積もり", "見積もり"),
        ("ERR_FLIGHT", "err-flight"),
        ("…", ""),
        (" ".join(["word"] * 40), "-".join(["word"] * 16)),
        ("x" * 300, "x" * 80),
    ],
)
def test_slug_has_the_words_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=300), st.integers(1, 10**12))
def test_article_path_leads_back_to_its_id(title: str, id_: int) -> None:
    assert article_id(article_path(id_, title).removeprefix("/articles/")) == id_


@pytest.mark.parametrize("address", ["", "x", "0", "012", "-1", "1.5", "9" * 16, "12x"])
def test_address_without_a_number_has_no_id(address: str) -> None:
    assert article_id(address) is None


def test_product_path_has_the_name_in_lower_case() -> None:
    assert product_path("Spectra OX") == "/products/spectra-ox"
