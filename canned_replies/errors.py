"""Errors of canned replies."""

from __future__ import annotations


class Outdated(Exception):
    """Somebody has changed the reply since the caller read it. `current` is its version now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"Version {current} is current.")
        self.current = current
