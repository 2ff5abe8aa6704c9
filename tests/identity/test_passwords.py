"""Passwords."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from identity.errors import Refused
from identity.passwords import Passwords, check


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    it = Passwords()
    yield it
    it.close()


async def test_a_password_matches_its_own_hash_alone(passwords: Passwords) -> None:
    """argon2id, salted; nothing matches where there is no hash."""
    stored = await passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$") and stored != passwords.hash("correct horse battery")
    assert await passwords.matches("correct horse battery", stored)
    assert not await passwords.matches("correct horse batterz", stored)
    assert not await passwords.matches("correct horse battery", None)


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 1_001])
def test_passwords_have_10_to_1000_characters(password: str) -> None:
    """Shorter and longer ones are refused with their length."""
    with pytest.raises(Refused, match="characters"):
        check(password)
    check("tencharact")
