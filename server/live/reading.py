"""How far each side of a chat has read: kept in memory, written every few seconds by `server.live.read_marks`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Marks:
    """The last `seq` read by each side, as far as it is not stored yet."""

    customer: int = 0
    staff: int = 0


class Reading:
    """The marks that are not stored yet."""

    def __init__(self) -> None:
        self._marks: dict[str, Marks] = {}

    def mark(self, chat: str, upto: int, *, staff: bool) -> bool:
        """One side has read as far as `upto`. False where that is nothing new."""
        marks = self._marks.setdefault(chat, Marks())
        if upto <= (marks.staff if staff else marks.customer):
            return False
        if staff:
            marks.staff = upto
        else:
            marks.customer = upto
        return True

    def marks(self, chat: str) -> Marks:
        return self._marks.get(chat) or Marks()

    def take(self) -> dict[str, Marks]:
        """All marks, to be stored; they are forgotten here."""
        taken, self._marks = self._marks, {}
        return taken

    def give_back(self, taken: dict[str, Marks]) -> None:
        """What could not be stored counts again, where nothing newer came meanwhile."""
        for chat, marks in taken.items():
            self.mark(chat, marks.customer, staff=False)
            self.mark(chat, marks.staff, staff=True)
