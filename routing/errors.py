"""Errors of routing."""

from __future__ import annotations

from collections.abc import Sequence


class RoutingError(Exception):
    """Base class of the errors of routing. The text of an error is a sentence for people to read."""


class DeskFaults(RoutingError):
    """An invalid hours file. Each of `faults` is `FILE:LINE: VALUE: what to write instead`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
