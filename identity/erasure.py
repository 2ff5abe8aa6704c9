"""The record of an erasure: what was erased, without a name or an address. Pure."""

from __future__ import annotations

from msgspec import Struct


class Erasure(Struct, frozen=True, kw_only=True):
    """`address` is a keyed hash. `people` are ids of accounts and visitors, `tickets` the customer's own. Moments are
    in ms since the epoch, UTC."""

    id: str
    at: int
    address: str
    people: tuple[str, ...]
    tickets: tuple[int, ...]
    finished_at: int | None = None


def pseudonym_of(erasure: Erasure) -> str:
    """The name that stands in place of the customer's."""
    return f"Erased {erasure.id[:6]}"
