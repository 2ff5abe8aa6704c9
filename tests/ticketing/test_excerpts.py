from __future__ import annotations

import pytest

from ticketing.excerpts import BEFORE, CUT, LENGTH, excerpt, found_terms
from ticketing.search_words import terms_of


def marked(text: str, q: str) -> str | None:
    found = excerpt(text, terms_of(q))
    if found is None:
        return None
    shown, at = "", 0
    for start, end in found.highlights:
        shown += f"{found.text[at:start]}[{found.text[start:end]}]"
        at = end
    return shown + found.text[at:]


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("Rates of Northlake are old", "north", "Rates of [Northlake] are old"),
        ("Rates of Northlake are old", "rates OLD", "[Rates] of Northlake are [old]"),
        ("one\n\n two\tthree", "two", "one [two] three"),
        ("Größe und Café", "cafe grosse", "[Größe] und [Café]"),
        ("Cafe\u0301 now", "cafe", "[Cafe\u0301] now"),
        ("please sign in here", "sign-in", "please [sign in] here"),
        ("1000 and 100% off", "100%", "1000 and [100]% off"),
        ("東京の天気", "天気", "東京の[天気]"),
        ("a \U0001f469\u200d\U0001f680 rocket", "rocket", "a \U0001f469\u200d\U0001f680 [rocket]"),
        ("rate rates", "rate rates", "[rate] [rates]"),
        ("nothing of it", "north", None),
        ("a number", "#9", None),
    ],
)
def test_excerpt_marks_what_a_search_finds(text: str, q: str, shown: str | None) -> None:
    """With the rules of the search: no case, no accents, beginnings of words, phrases."""
    assert marked(text, q) == shown


def test_excerpt_of_a_long_text_is_cut_at_words_around_the_hit() -> None:
    text = "word " * 500 + "needle " + "more " * 500
    found = excerpt(text, terms_of("needle"))
    assert found is not None
    assert found.text.startswith(f"{CUT}word ") and found.text.endswith(f" more{CUT}")
    assert len(found.text) <= LENGTH + 2 * len(CUT)
    ((start, end),) = found.highlights
    assert found.text[start:end] == "needle" and start <= BEFORE + len(CUT)


def test_excerpt_of_one_endless_word_still_shows_the_hit() -> None:
    found = excerpt("中" * 300 + "needle" + "中" * 300, terms_of("needle"))
    assert found is not None
    ((start, end),) = found.highlights
    assert found.text[start:end] == "needle"


def test_excerpt_counts_terms_that_stand_in_a_text() -> None:
    assert found_terms("Rates of Northlake", terms_of("north rates gone")) == 2
