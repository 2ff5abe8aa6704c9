"""Finds what was never closed, by collecting garbage."""

from __future__ import annotations

import gc
import sys

ROUNDS = 3
"""At most. An object freed in one round may have held another that goes in the next."""


def left_open() -> list[str]:
    """Collects garbage. Returns the complaints of objects that should have been closed, ended or awaited.

    Warnings must be errors. What survives is frozen, so the next call does not visit it.
    """
    found: list[str] = []

    def note(complaint: sys.UnraisableHookArgs) -> None:
        found.append(f"{complaint.exc_type.__name__}: {complaint.exc_value}")

    usual, sys.unraisablehook = sys.unraisablehook, note
    try:
        for _ in range(ROUNDS):
            if not gc.collect():
                break
    finally:
        sys.unraisablehook = usual
    gc.freeze()
    return found
