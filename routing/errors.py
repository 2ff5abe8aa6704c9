"""What can be wrong in routing.

RoutingError
└── DeskFaults          an hours file that cannot be used, with every fault in it
"""

from __future__ import annotations

from collections.abc import Sequence


class RoutingError(Exception):
    """Something that routing refuses; its text is a sentence for people."""


class DeskFaults(RoutingError):
    """An hours file that cannot be used. `faults` are lines of the form `FILE:LINE: VALUE: what would be right`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
