"""The virtual clock."""

from __future__ import annotations

from functools import partial

from routing.simulation.agenda import Agenda


def test_events_run_in_order_of_time_then_entry() -> None:
    """New events too."""
    agenda, happened = Agenda(), list[tuple[int, str]]()

    def happens(what: str) -> None:
        happened.append((agenda.now, what))
        if what == "b":
            agenda.enter(20, partial(happens, "e"))

    for at, what in ((20, "c"), (10, "b"), (20, "d"), (5, "a")):
        agenda.enter(at, partial(happens, what))
    while agenda.next_at is not None:
        assert agenda.next_at >= agenda.now
        agenda.go_on()
    assert happened == [(5, "a"), (10, "b"), (20, "c"), (20, "d"), (20, "e")]
    assert agenda.entered == 5
