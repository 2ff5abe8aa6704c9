"""What a search asks for, out of what was typed."""

from __future__ import annotations

import pytest

from ticketing.words import PHRASE_MAX, SEARCH_WORDS_MAX, Term, terms_of


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
def test_a_search_is_of_phrases_and_beginnings_of_two_letters(typed: str, terms: list[Term]) -> None:
    """White space parts terms, other signs part the words of a phrase; a single letter is a word and no beginning."""
    assert terms_of(typed) == terms


def test_a_long_search_is_cut_to_some_words() -> None:
    """However long it is: six words a phrase, sixteen in all, and what is cut off is no beginning of a word."""
    terms = terms_of(" ".join(["-".join(["the", "order"] * 20)] * 8))
    assert [len(term.words) for term in terms] == [6, 6, 4]
    assert all(term.whole for term in terms)
    assert max(len(term.words) for term in terms) == PHRASE_MAX
    assert sum(len(term.words) for term in terms) == SEARCH_WORDS_MAX


def test_the_rest_of_a_term_without_words_takes_no_place() -> None:
    """Signs alone are no words: a search of 16 single words would be one of eight terms."""
    assert len(terms_of(" ".join(f"word{n}" for n in range(20)))) == 8
