from __future__ import annotations

from dataclasses import replace

import pytest

from refusals import Refused
from reviews.judgement import NewReview, Review, check, shown_to, tidy

INES = Review(
    ticket=1,
    chat="c",
    day="2026-11-23",
    reviewer="ines",
    agent="ada",
    at=0,
    verdict="confirmed",
    agent_code="set_up",
    code="set_up",
    blind=True,
)
RAFAEL = replace(INES, reviewer="rafael")


def test_blind_judgement_is_shown_to_others_once_both_are_saved() -> None:
    assert shown_to("rafael", [INES]) == [] == shown_to("hannah", [INES])
    assert shown_to("ines", [INES]) == [INES]
    for reader in ("ines", "rafael", "hannah"):
        assert shown_to(reader, [INES, RAFAEL]) == [INES, RAFAEL]


def test_judgement_of_a_single_reviewer_is_shown_to_everybody() -> None:
    alone = replace(INES, blind=False)
    assert shown_to("rafael", [alone]) == [alone]
    assert shown_to("rafael", []) == []


def test_correction_without_code_and_reason_is_refused_with_both_fields() -> None:
    with pytest.raises(Refused) as refused:
        check(NewReview("corrected", reason=" \u200b "))
    assert refused.value.fields is not None and set(refused.value.fields) == {"resolution", "reason"}


def test_confirmation_with_the_fields_of_a_correction_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check(NewReview("confirmed", resolution="set_up", reason="x", duplicate_of=3))
    assert refused.value.fields is not None and set(refused.value.fields) == {"resolution", "reason", "duplicate_of"}


def test_text_without_a_visible_character_is_none() -> None:
    assert (tidy(" \u200b\n"), tidy(None), tidy("  so  ")) == (None, None, "so")
