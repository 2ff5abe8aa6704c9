from __future__ import annotations

import pytest

from reports.stopping import StopTokens

PERSON = "0190a5b0-0000-7000-8000-000000000001"


def test_token_names_its_person() -> None:
    tokens = StopTokens(b"secret")
    assert tokens.person(tokens.of(PERSON)) == PERSON


@pytest.mark.parametrize("token", ["", ".", PERSON, f"{PERSON}.", f"{PERSON}.{'A' * 22}", f"é.{'A' * 22}"])
def test_other_texts_name_nobody(token: str) -> None:
    assert StopTokens(b"secret").person(token) is None


def test_token_of_another_secret_or_another_person_names_nobody() -> None:
    tokens = StopTokens(b"secret")
    assert StopTokens(b"other").person(tokens.of(PERSON)) is None
    assert tokens.person(f"bo.{tokens.of(PERSON).partition('.')[2]}") is None
