"""The interface to stored facts about tickets that a browser began with an unproven address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol, TypeAlias

from ticketing.begun import Begun, Owner

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


class BegunStore(Protocol):
    def unproven_of(self, tx: Tx, owner: Owner, browsers: Collection[str], limit: int, after: int = 0) -> list[int]:
        """The numbers of at most `limit` tickets that `Attaching.attach` has to check, in ascending order. All are
        above `after`.

        `browsers` are the browsers of the owner, in addition to `owner.browser`.
        """
        ...

    def begun(self, tx: Tx, number: int) -> Begun | None: ...

    def add_begun(self, tx: Tx, begun: Begun) -> None: ...

    def remove_begun(self, tx: Tx, number: int) -> None: ...

    def began_for(self, tx: Tx, browser: str, requester: str) -> bool:
        """True if there is something for `settle_begun` to remove."""
        ...

    def settle_begun(self, tx: Tx, browser: str, requester: str) -> None: ...
