"""Errors of outgoing calls. Their texts are sentences for staff, and contain no secrets."""

from __future__ import annotations


class NotSent(Exception):
    """The call was not made, or got no valid answer."""


class AddressRefused(NotSent):
    """The desk may not call this URL.

    `for_good` is True if a repeated call would also fail, until the URL or the settings change. It is False if a name
    server gave a forbidden network address, because the name server may give an allowed one later.
    """

    def __init__(self, reason: str, *, for_good: bool = True) -> None:
        super().__init__(reason)
        self.for_good = for_good


class NoAnswer(NotSent):
    """The host could not be found or reached, or its answer was too slow, too long or malformed."""


class TooLong(NoAnswer):
    """The answer is longer than the desk reads."""
