"""Reading marks in memory."""

from __future__ import annotations

from server.live.chats.reading import Marks, Reading


def test_lower_mark_changes_nothing() -> None:
    """Each side has its own mark. The same mark again changes nothing either."""
    reading = Reading()
    assert reading.mark("c", 3, staff=True)
    assert not reading.mark("c", 3, staff=True)
    assert not reading.mark("c", 2, staff=True)
    assert reading.mark("c", 1, staff=False)
    assert reading.marks("c") == Marks(customer=1, staff=3)


def test_marks_count_until_they_are_saved() -> None:
    """Who asks meanwhile would otherwise be told of older marks."""
    reading = Reading()
    reading.mark("c", 3, staff=True)
    reading.moved("c", "https://a.example/")
    taken = reading.take()
    assert reading.marks("c") == Marks(staff=3, page="https://a.example/")
    assert not reading.mark("c", 3, staff=True)
    reading.mark("c", 1, staff=False)
    assert reading.marks("c") == Marks(customer=1, staff=3, page="https://a.example/")
    del taken["c"]
    assert reading.marks("c") == Marks(customer=1)


def test_returned_marks_count_again() -> None:
    """Unless a newer mark came meanwhile."""
    reading = Reading()
    reading.mark("c", 3, staff=True)
    taken = reading.take()
    reading.mark("c", 5, staff=True)
    reading.mark("d", 1, staff=False)
    reading.moved("d", "https://a.example/new")
    taken["d"] = Marks(page="https://a.example/old")
    taken["e"] = Marks(page="https://a.example/e")
    reading.give_back(taken)
    assert reading.marks("c").staff == 5
    assert reading.marks("d") == Marks(customer=1, page="https://a.example/new")
    assert reading.marks("e").page == "https://a.example/e"
