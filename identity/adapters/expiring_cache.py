"""A small cache whose entries expire. With it, most requests need no query."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")

REMEMBERED_MAX = 10_000


class Remembered(Generic[T]):
    """Values by key. Adding a value to a full cache first drops all entries."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, T]] = {}

    def get(self, key: str, now: int) -> T | None:
        entry = self._known.get(key)
        return entry[2] if entry is not None and entry[0] <= now < entry[1] else None

    def put(self, key: str, value: T, until: int, now: int) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[key] = (now, until, value)

    def forget(self, key: str) -> None:
        self._known.pop(key, None)

    def clear(self) -> None:
        self._known.clear()
