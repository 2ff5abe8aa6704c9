"""Read marks of each chat, and the page its customer is on, kept until `server.live.chats.read_marks` saves them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Marks:
    """The `seq` up to which the customer has read, and that up to which staff have read. 0 if the value is saved
    already."""

    customer: int = 0
    staff: int = 0
    page: str | None = None
    """The page to which the customer has gone. None if the page is saved already."""


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

    def moved(self, chat: str, page: str) -> None:
        """Note the page that the customer is on."""
        self._marks.setdefault(chat, Marks()).page = page

    def marks(self, chat: str) -> Marks:
        """The marks that are not saved yet, including those that are being saved."""
        new, old = self._marks.get(chat) or Marks(), self._taken.get(chat) or Marks()
        return Marks(max(new.customer, old.customer), max(new.staff, old.staff), new.page or old.page)

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
            if marks.page is not None and self.marks(chat).page is None:
                self.moved(chat, marks.page)
