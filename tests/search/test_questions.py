"""Texts in whole sentences, such as questions of customers: their telling words, and titles that have these. Pure."""

from __future__ import annotations

import pytest

from search.questions import WORDS_MAX, Titles, telling_words

COUNTS = {"order": 40, "dates": 10, "market": 30}


def documents(word: str) -> int:
    return COUNTS.get(word, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, can I still change the dates of my order?", ["dates", "order", "change"]),
        ("Bonjour, je ne peux plus changer les dates", ["dates", "changer"]),
        ("Hola, no puedo cambiar las dates", ["dates", "cambiar"]),
        ("Who are you?", ["who", "are", "you"]),
        ("a ?!", []),
    ],
)
def test_rare_words_come_first_and_fillers_are_left_out(text: str, words: list[str]) -> None:
    assert telling_words(text, documents) == words


def test_long_text_keeps_its_rarest_words() -> None:
    text = f"{' '.join(f'word{n}' for n in range(100))} order dates"
    assert telling_words(text, documents)[:2] == ["dates", "order"]
    assert len(telling_words(text, documents)) == WORDS_MAX
    assert len(telling_words("x" * 1_000_000, documents)) == 1


def test_rare_word_in_a_title_counts_more_and_in_another_form_less() -> None:
    titles = Titles(["dates", "order"], documents, total=44)
    rare, common, other, none = (titles.score([word]) for word in ("dates", "order", "dated", "data"))
    assert rare > other > 0 and rare > common > 0
    assert none == 0
    assert titles.score(["dates", "dates"]) == rare
    assert titles.score(["dates", "order"]) == pytest.approx(rare + common)
