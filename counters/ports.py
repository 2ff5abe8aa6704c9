"""The interfaces to shared counts and used tokens. All implementations pass tests/contracts/test_counters.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Unreachable(Exception):
    """The counts cannot be read or changed right now, for example because the server that has them is down."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A change of the count `key`.

    The first addition after the end of a window begins a new window of `window_ms`, with a count of 0. A count never
    falls below 0. With an `amount` of 0, the count is only read.
    """

    key: str
    amount: int
    window_ms: int
    most: int | None = None
    """The addition is refused if the count would be higher."""


class Count(NamedTuple):
    value: int
    left_ms: int
    """Until the end of the window."""


class Added(NamedTuple):
    added: bool
    """False if one of the additions was refused. Then nothing was added."""
    counts: Sequence[Count]
    """The counts after the call, in the order of the additions."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A change of the debt `key`. A debt shrinks by 1 ms each ms, down to 0.

    A debt is the reverse of a token bucket: each token taken from the bucket adds the time in which the bucket gains
    one. A negative cost takes a charge back.
    """

    key: str
    cost_ms: int
    most_ms: int
    """The debt becomes no higher than this."""


class Counters(Protocol):
    """The keys of one call must differ. Both methods raise Unreachable."""

    async def add(self, additions: Sequence[Addition]) -> Added:
        """Make all additions, or none if one is refused."""
        ...

    async def charge(self, charges: Sequence[Charge]) -> Sequence[int]:
        """Make all charges. Returns the debts in ms after them, in the order of the charges."""
        ...


class UsedOnce(Protocol):
    async def first(self, what: str, holder: str, until: int) -> bool:
        """Use `what`. True if nobody but `holder` has used it so far. Forgotten at the moment `until`.

        Raises StorageUnavailable.
        """
        ...
