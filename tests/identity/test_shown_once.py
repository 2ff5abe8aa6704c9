from __future__ import annotations

from identity import shown_once
from identity.shown_once import ShownOnce

NOW, ENDS = 1_764_000_000_000, 1_764_000_300_000


def test_identity_is_for_its_first_browser_only() -> None:
    shown = ShownOnce()
    assert shown.take("planner", "j1", "ana", ENDS, NOW)
    assert shown.take("planner", "j1", "ana", ENDS, NOW + 1)
    assert not shown.take("planner", "j1", "mallory", ENDS, ENDS - 1)
    assert shown.take("planner", "j1", "ana", ENDS, ENDS - 1)


def test_ids_of_different_sites_do_not_collide() -> None:
    shown = ShownOnce()
    assert shown.take("planner", "j1", "ana", ENDS, NOW)
    assert shown.take("buyer", "j1", "ben", ENDS, NOW)
    assert shown.take("plan", "nerj1", "ben", ENDS, NOW)


def test_memory_is_bounded() -> None:
    shown = ShownOnce()
    for number in range(shown_once.SHOWN_MAX + 1):
        assert shown.take("", str(number), "ana", ENDS, NOW)
    assert shown.take("", "0", "ben", ENDS, NOW)
    assert not shown.take("", str(shown_once.SHOWN_MAX), "ben", ENDS, NOW)
    assert shown.take("", "new", "ben", 2 * ENDS, ENDS) and len(shown) == 1
