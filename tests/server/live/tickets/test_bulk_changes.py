from __future__ import annotations

from server.live.tickets.bulk_changes import FIRST, LEAST, MOST, UNIT_S, first_size, next_size


def test_bulk_change_begins_small_where_messages_wait_for_its_transactions() -> None:
    assert first_size("sqlite") == FIRST and first_size("postgresql") == MOST


def test_size_of_a_transaction_follows_the_time_of_the_last_one_on_sqlite_only() -> None:
    assert next_size(10, UNIT_S / 4, "sqlite") == 16 and next_size(MOST, UNIT_S / 4, "sqlite") == MOST
    assert next_size(20, UNIT_S * 0.75, "sqlite") == 20
    assert next_size(20, UNIT_S * 2, "sqlite") == 10 and next_size(LEAST, UNIT_S * 2, "sqlite") == LEAST
    assert next_size(MOST, UNIT_S * 9, "postgresql") == MOST
