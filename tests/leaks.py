"""What was not closed, found when garbage is collected."""

from __future__ import annotations

import gc
import sys

ROUNDS = 3
"""At most. What is let go of in one may have held something that goes in the next."""


def left_open() -> list[str]:
    """Collect garbage; what was in it that should have been closed, ended or waited for. Warnings must be errors. What
    is no garbage by now will stay, and is not looked through another time."""
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
