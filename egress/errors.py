"""Errors of calls. Their texts are sentences for staff, and contain no secrets."""

from __future__ import annotations


class NotSent(Exception):
    """A call without an answer."""


class AddressRefused(NotSent):
    """The desk may not call this address. `for_good`: trying again is of no use until the URL or the settings change.
    Otherwise a name server gave the address, and may give another one later."""

    def __init__(self, reason: str, *, for_good: bool = True) -> None:
        super().__init__(reason)
        self.for_good = for_good


class NoAnswer(NotSent):
    """The host could not be found or reached, or its answer was too slow, too long or malformed."""
