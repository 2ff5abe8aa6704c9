"""Errors of rules."""

from __future__ import annotations


class Outdated(Exception):
    """The rule has another version by now."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The rule has version {version}.")
        self.version = version
