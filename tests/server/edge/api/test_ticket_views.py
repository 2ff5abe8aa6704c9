"""What the counts of saved views read."""

from __future__ import annotations

from unittest.mock import Mock

from server.edge.api.ticket_views import SINCE_MS, LastChanges
from tests.running import SettableClock
from ticketing.adapters.saved_view_store import SqlSavedViews


def test_time_of_the_last_changes_is_read_once_a_minute_whatever_happens_to_the_clock() -> None:
    clock, store, tx = SettableClock(), Mock(spec=SqlSavedViews), Mock()
    store.changed_since.side_effect = [1, 2, 3]
    last = LastChanges(store, clock)
    found = [last.since(tx), last.since(tx)]
    clock.forward(SINCE_MS / 1000)
    found += [last.since(tx), last.since(tx)]
    clock.jump(-3600)
    found += [last.since(tx), last.since(tx)]
    assert found == [1, 1, 2, 2, 3, 3]
