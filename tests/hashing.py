"""Password hashing for tests: argon2id, but not slow on purpose."""

from __future__ import annotations

from pwdlib.hashers.argon2 import Argon2Hasher

QUICK = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
