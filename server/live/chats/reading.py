"""Read marks of each chat, and the pages its customer went to, kept until `server.live.chats.read_marks` saves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.visits import KEPT, Visit


@dataclass(slots=True)
class Marks:
    """The `seq` up to which the customer has read, and that up to which staff have read. 0 if the value is saved
    already."""

    customer: int = 0
    staff: int = 0
    visits: Sequence[Visit] = ()
    """The pages to which the customer has gone, oldest first, that are not saved yet. At most KEPT."""


class Reading:
    def __init__(self) -> None:
        self._marks: dict[str, Marks] = {}
        self._taken: dict[str, Marks] = {}
        """Marks that are being saved. The code that saves them removes each from here once it is saved."""

    def mark(self, chat: str, upto: int, *, staff: bool) -> bool:
        """Note that one side has read up to `upto`. Returns False if this was known already."""
        known = self.marks(chat)
        if upto <= (known.staff if staff else known.customer):
            return False
        marks = self._marks.setdefault(chat, Marks())
        if staff:
            marks.staff = upto
        else:
            marks.customer = upto
        return True

    def moved(self, chat: str, visit: Visit) -> None:
        """Note the page that the customer is on. It counts once if they are on it already."""
        known = self.marks(chat).visits
        if not known or known[-1].page != visit.page:
            at = max(visit.at, known[-1].at + 1) if known else visit.at
            marks = self._marks.setdefault(chat, Marks())
            marks.visits = _newest(marks.visits, Visit(at, visit.page))

    def marks(self, chat: str) -> Marks:
        """The marks that are not saved yet, including those that are being saved."""
        new, old = self._marks.get(chat) or Marks(), self._taken.get(chat) or Marks()
        return Marks(max(new.customer, old.customer), max(new.staff, old.staff), _newest(old.visits, *new.visits))

    def take(self) -> dict[str, Marks]:
        """The marks to save, by chat. The caller must remove each mark from the returned dict once it is saved: `marks`
        includes a mark until it is removed."""
        self._taken, self._marks = self._marks, {}
        return self._taken

    def give_back(self, taken: dict[str, Marks]) -> None:
        """Put back marks that could not be saved. Newer marks take precedence."""
        self._taken = {}
        for chat, marks in taken.items():
            self.mark(chat, marks.customer, staff=False)
            self.mark(chat, marks.staff, staff=True)
            if marks.visits:
                kept = self._marks.setdefault(chat, Marks())
                kept.visits = _newest(marks.visits, *kept.visits)


def _newest(visits: Sequence[Visit], *newer: Visit) -> Sequence[Visit]:
    return (*visits, *newer)[-KEPT:]
