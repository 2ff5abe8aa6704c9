from __future__ import annotations

import pytest

from reviews.words import disagree, says_no_code_fits


@pytest.mark.parametrize(
    ("code", "said", "last"),
    [
        ("support_question", "It is a known issue, we will patch it", "ok"),
        ("set_up", "C’est un bogue", None),
        ("training_suggested", "Es una anomalía. Son anomalies", None),
        ("support_question", "I opened a feature request for you", "thanks"),
        ("technical", "Restart it", "It still doesn't load"),
        ("support_question", "Essayez encore", "Ça ne marche pas"),
        ("no_issue", "Pruebe otra vez", "Sigue sin funcionar"),
    ],
)
def test_code_that_the_words_contradict_disagrees(code: str, said: str, last: str | None) -> None:
    assert disagree(code, said, last)


@pytest.mark.parametrize(
    ("code", "said", "last"),
    [
        ("code_fix", "It is a bug", "thanks"),
        ("support_question", "I found the debugger menu", "thanks"),
        ("enhancement_required", "I opened a feature request", "ok"),
        ("third_party", "Wait for them", "it still doesn't load"),
        ("technical", "It still doesn't load", "Now it loads, thanks"),
        (None, "It is a bug", "it does not work"),
    ],
)
def test_code_that_fits_the_words_agrees(code: str | None, said: str, last: str) -> None:
    assert not disagree(code, said, last)


@pytest.mark.parametrize(
    "note",
    [
        "No code fits",
        "none of the codes really fit here",
        "There is no suitable code for this",
        "Aucun code ne convient",
        "Ningún código encaja",
    ],
)
def test_note_that_no_code_fits_is_found(note: str) -> None:
    assert says_no_code_fits(f"Called them.\n{note}, took the nearest one")


@pytest.mark.parametrize("note", ["", "The code fits", "No codec fits", "They have no discount code"])
def test_other_note_says_nothing_of_codes(note: str) -> None:
    assert not says_no_code_fits(note)
