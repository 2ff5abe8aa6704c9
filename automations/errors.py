"""Errors of rules."""

from __future__ import annotations


class OfNewerVersion(Exception):
    """Only a newer version of the program can read the rule."""


class Outdated(Exception):
    """The rule has another version by now."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The rule has version {version}.")
        self.version = version
