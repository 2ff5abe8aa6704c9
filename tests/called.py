"""Records which functions run, for tests of what a call does not do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

Result = TypeVar("Result")


def functions_called(call: Callable[[], Result]) -> tuple[Result, set[str]]:
    """The result of `call`, and the names of the functions that ran, in Python and in C."""
    names: set[str] = set()

    def note(frame: FrameType, event: str, function: object) -> None:
        names.add(frame.f_code.co_name if event == "call" else getattr(function, "__name__", ""))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        return call(), names
    finally:
        sys.setprofile(before)
