from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texts.words import KNOWN_MAX, PlainForms, spaced
from ticketing.search_words import (
    PHRASE_MAX,
    PIECE,
    SEARCH_WORDS_MAX,
    WORD_MAX,
    WORDS_MAX,
    Term,
    terms_of,
    words_of,
)

MARKS = "".join(chr(point) for point in range(0x300, 0x370)) + "\u0345\u0334\u093c\u3099"
HOSTILE = {
    "a run of combining marks": "a" + "\u0345" * 4_000 + "\u0334" * 3_999,
    "one mark": "a" + "\u0301" * 7_999,
    "marks after each letter": ("e" + "\u0323" * 9) * 800,
    "one character that becomes eighteen": "\ufdfa" * 8_000,
    "case folding to three": "\u0390" * 8_000,
    "Hangul": "\ud55c\uae00 " * 2_666,
    "Chinese": "\u4e2d" * 8_000,
    "one long word": "a" * 8_000,
    "emoji": "\U0001f469\u200d\U0001f680" * 2_666,
    "8,000 different characters": "".join(chr(point) for point in range(0x2000, 0x2000 + 8_000)),
}


def as_a_whole(text: str) -> str:
    """The words by the definition: the text normalized as a whole, then without its combining marks."""
    plain = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    return " ".join(word[:WORD_MAX] for word in "".join(map(spaced, plain)).split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Größe", "grosse"),
        ("CAFE\u0301 café", "cafe cafe"),
        ("Tiếng Việt", "tieng viet"),
        ("\ufb01le №5", "file no5"),
        ("東京の天気", "東 京 の 天 気"),
        ("a\u0301\u0323b\u0327", "ab"),
        ("İstanbul ﬀ", "istanbul ff"),
        ("ΑΘΗΝΑ ᾳ", "αθηνα αι"),
        ("100% off\tnow", "100 off now"),
        ("\u200b\u202e", ""),
    ],
)
def test_words_ignore_case_and_accents(text: str, found: str) -> None:
    assert words_of([text]) == found


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(MARKS)), max_size=60))
def test_words_match_those_of_the_whole_text_normalized(text: str) -> None:
    assert words_of([text]) == as_a_whole(text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_words_of_a_hostile_text_cost_linear_time(text: str) -> None:
    """No call normalizes more than one character or translates more than one piece, and each character is computed
    once. The result is bounded."""
    given_to: list[int] = []

    def normalize(characters: str) -> str:
        given_to.append(len(characters))
        return unicodedata.normalize("NFKD", characters)

    assert len(words_of([text], PlainForms(normalize))) <= WORDS_MAX
    assert max(given_to) == 1
    assert len(given_to) <= len(set(text))


def test_words_of_an_expanding_text_stop_at_the_size_kept() -> None:
    """Text whose characters expand eighteenfold is abandoned once twice the kept size has been produced."""
    taken: list[int] = []

    class Text(str):
        __slots__ = ()

        def __getitem__(self, key: object) -> str:
            assert isinstance(key, slice)
            taken.append(key.stop - key.start)
            return super().__getitem__(key)

    words_of([Text("\ufdfa" * 80_000)])
    assert max(taken) == PIECE and sum(taken) <= 2 * WORDS_MAX // 18 + 2 * PIECE


def test_remembered_characters_are_bounded() -> None:
    plain = PlainForms()
    for start in range(0x10000, 0x18000, 0x1000):
        words_of(["".join(map(chr, range(start, start + 0x1000)))], plain)
    assert len(plain) <= KNOWN_MAX


@pytest.mark.parametrize("text", ["\ud55c\uae00 " * 2_666, "\u4e2d" * 8_000, "wörter " * 1_143, "số " * 2_666])
def test_longest_message_is_indexed_to_its_end(text: str) -> None:
    assert words_of([f"{text[:7_990]} ende"]).endswith(" ende")


def test_overlong_term_is_cut_like_words() -> None:
    (term,) = terms_of("x" * 4_000)
    assert f" {words_of(['x' * 4_000])} ".startswith(term.within)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("north", [Term(("north",), whole=False)]),
        ("100%", [Term(("100",), whole=True)]),
        ("the-order", [Term(("the", "order"), whole=False)]),
        ("no", [Term(("no",), whole=False)]),
        ("w", [Term(("w",), whole=True)]),
        ("plan w", [Term(("plan",), whole=False), Term(("w",), whole=True)]),
        ("票", [Term(("票",), whole=True)]),
        ("機票", [Term(("機", "票"), whole=True)]),
        ("-- ;", []),
    ],
)
def test_search_terms_are_phrases_and_prefixes_of_two_letters(typed: str, terms: list[Term]) -> None:
    """White space separates terms, other signs separate the words of a phrase. A single letter is a word but no
    prefix."""
    assert terms_of(typed) == terms


def test_long_search_is_cut_to_sixteen_words() -> None:
    """At most six words a phrase and sixteen in all. A phrase that was cut has no prefix."""
    terms = terms_of(" ".join(["-".join(["the", "order"] * 20)] * 8))
    assert [len(term.words) for term in terms] == [6, 6, 4]
    assert all(term.whole for term in terms)
    assert max(len(term.words) for term in terms) == PHRASE_MAX
    assert sum(len(term.words) for term in terms) == SEARCH_WORDS_MAX


def test_term_without_words_takes_no_place_in_a_search() -> None:
    """Signs alone are not words, or a search of 16 single words would have eight terms."""
    assert len(terms_of(" ".join(f"word{n}" for n in range(20)))) == 8
