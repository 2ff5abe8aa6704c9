"""Passwords: argon2id, on threads of their own, so that the event loop never waits for one.

An unknown address is checked against a password that nobody has, so that it takes as long as a known one.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from identity.errors import invalid

LENGTH_MIN = 10
LENGTH_MAX = 1_000


def check(password: str, field: str = "password") -> None:
    """Raises Refused for a password that is too short or too long to take, by the name of its `field`."""
    if len(password) < LENGTH_MIN:
        raise invalid(field, f"This password has {len(password)} characters; take at least {LENGTH_MIN}.")
    if len(password) > LENGTH_MAX:
        raise invalid(field, f"This password has {len(password):,} characters; {LENGTH_MAX:,} are the most.")


class Passwords:
    """Hashes and checks. At most two at a time: each takes 64 MiB for a tenth of a second."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

    def hash(self, password: str) -> str:
        """The argon2id hash to store. Slow on purpose: from the event loop, use `hashed`."""
        return self._hasher.hash(password)

    async def hashed(self, password: str) -> str:
        """`hash`, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Is this the password? Without a stored hash it is not, and that takes just as long."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._matches, password, stored)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password: str, stored: str | None) -> bool:
        right = self._hasher.verify(password, stored or self._nobodys)
        return right and stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))
