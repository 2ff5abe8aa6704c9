"""The floor of all stories: reading it from another thread than that of the loop fails."""

from __future__ import annotations

from threading import get_ident

from routing.adapters.floor_memory import MemoryFloor


class LoopFloor(MemoryFloor):
    """Units run in the writer's thread: what they need is read on the loop and passed in."""

    def __init__(self) -> None:
        self._thread = get_ident()
        super().__init__()

    def __getattribute__(self, name: str) -> object:
        if name != "_thread" and get_ident() != self._thread:
            raise AssertionError(f"the floor's {name} was read in another thread than the loop's")
        return super().__getattribute__(name)
