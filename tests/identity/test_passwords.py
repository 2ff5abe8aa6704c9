"""Passwords."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.errors import Refused
from identity.passwords import Passwords, check


@pytest.fixture
def passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[Passwords]:
    """As they are outside of the tests, where they are slow on purpose."""
    monkeypatch.setattr("identity.passwords.Argon2Hasher", Argon2Hasher)
    it = Passwords()
    yield it
    it.close()


async def test_a_password_matches_its_own_hash_alone(passwords: Passwords) -> None:
    """argon2id with 64 MiB, salted; nothing matches where there is no hash."""
    stored = await passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert stored != passwords.hash("correct horse battery")
    assert await passwords.matches("correct horse battery", stored)
    assert not await passwords.matches("correct horse batterz", stored)
    assert not await passwords.matches("correct horse battery", None)


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 1_001])
def test_passwords_have_10_to_1000_characters(password: str) -> None:
    """Shorter and longer ones are refused with their length."""
    with pytest.raises(Refused, match="characters"):
        check(password)
    check("tencharact")
