"""Errors of calls. Their texts are sentences for staff, and contain no secrets."""

from __future__ import annotations


class NotSent(Exception):
    """A call without an answer."""


class AddressRefused(NotSent):
    """The desk may not call this address. Trying again is of no use until the address or the settings change."""


class NoAnswer(NotSent):
    """The host could not be found or reached, or its answer was too slow, too long or malformed."""
