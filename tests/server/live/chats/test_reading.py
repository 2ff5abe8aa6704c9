"""Reading marks in memory."""

from __future__ import annotations

from chat.visits import KEPT, Visit
from server.live.chats.reading import Marks, Reading

HOME, NEW = Visit(1, "https://a.example/"), Visit(2, "https://a.example/new")


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
    reading.moved("c", HOME)
    taken = reading.take()
    assert reading.marks("c") == Marks(staff=3, visits=(HOME,))
    assert not reading.mark("c", 3, staff=True)
    reading.mark("c", 1, staff=False)
    assert reading.marks("c") == Marks(customer=1, staff=3, visits=(HOME,))
    del taken["c"]
    assert reading.marks("c") == Marks(customer=1)


def test_returned_marks_count_again() -> None:
    """Unless a newer mark came meanwhile."""
    reading = Reading()
    reading.mark("c", 3, staff=True)
    taken = reading.take()
    reading.mark("c", 5, staff=True)
    reading.mark("d", 1, staff=False)
    reading.moved("d", NEW)
    taken["d"] = Marks(visits=(HOME,))
    taken["e"] = Marks(visits=(HOME,))
    reading.give_back(taken)
    assert reading.marks("c").staff == 5
    assert reading.marks("d") == Marks(customer=1, visits=(HOME, NEW))
    assert reading.marks("e").visits == (HOME,)


def test_page_that_the_customer_is_on_already_counts_once() -> None:
    """Also if the visit is being saved."""
    reading = Reading()
    reading.moved("c", HOME)
    reading.take()
    reading.moved("c", Visit(2, HOME.page))
    reading.moved("c", NEW)
    reading.moved("c", Visit(3, NEW.page))
    assert reading.marks("c").visits == (HOME, NEW)


def test_clock_that_is_set_back_keeps_the_order_of_pages() -> None:
    reading = Reading()
    reading.moved("c", Visit(5, HOME.page))
    reading.moved("c", Visit(2, NEW.page))
    assert reading.marks("c").visits == (Visit(5, HOME.page), Visit(6, NEW.page))


def test_only_the_newest_pages_wait_to_be_saved() -> None:
    reading = Reading()
    visits = [Visit(at, f"https://a.example/{at}") for at in range(KEPT + 10)]
    for visit in visits:
        reading.moved("c", visit)
    assert list(reading.marks("c").visits) == visits[10:]
