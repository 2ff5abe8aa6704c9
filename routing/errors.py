"""Errors of routing."""

from __future__ import annotations

from collections.abc import Sequence

from refusals import Refused


class RoutingError(Exception):
    """Base class of the errors of routing. The text of an error is a sentence for people to read."""


class DeskFaults(RoutingError):
    """An invalid hours file. Each of `faults` is `FILE:LINE: VALUE: what to write instead`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class FileChanged(Refused):
    """Somebody else changed the hours file after it was read."""

    def __init__(self) -> None:
        super().__init__("conflict", "Someone else changed the hours file. Load it again and repeat your change.")
