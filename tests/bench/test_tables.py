from __future__ import annotations

from dataclasses import replace

from bench import tables
from bench.verdicts import HUNDRED
from tests.bench.rounds import a_round, without

ROUNDS = [a_round(40), a_round(45), a_round(50)]


def test_each_promise_is_listed_with_its_measurement() -> None:
    """Each row has the figure with its spread, both bounds and the verdict."""
    lines = tables.promises(ROUNDS).splitlines()
    assert "| CPU a message, 100 pairs | 1.80 (1.60–2.00) × A | ≤ 1.8 | ≤ 1.5 | met |" in lines
    assert "| CPU, against Django Channels | 17.8 (16.0–20.0) × less | ≥ 15 | ≥ 20 | met |" in lines
    assert "| a watcher on every chat, CPU | +20 % | ≤ 40 | ≤ 25 | met, and the aim |" in lines
    assert "| CPU a message, 100 pairs | 2.00 × A | ≤ 1.8 | ≤ 1.5 | missed |" in tables.promises([a_round(50)])


def test_saturation_table_has_a_row_per_driven_subject() -> None:
    """Cost and rate of each subject, a gap for loads that it was not driven with, and the fallback below."""
    text = tables.saturated([a_round(40)])
    assert "| A: bare relay | 20.0 | 25.0 |  | 50.0 | 50,000 | 40,000 | 20,000 |" in text
    assert "| Switchboard | 32.0 | 40.0 | 48.0 | 64.0 | 31,250 | 25,000 | 15,625 |" in text
    assert "| Django Channels, Redis, SQLite |  | 800.0 |" in text
    assert "| Switchboard over HTTP, 10 pairs | 600 |" in text


def test_subject_that_was_not_driven_has_no_row() -> None:
    assert "Django" not in tables.saturated([without(a_round(), HUNDRED, "channels")])
    assert "socket.io" not in tables.latencies(ROUNDS)


def test_latency_table_covers_both_loads() -> None:
    """p50 and p99 at a low rate and at half of our saturation, and the disk's share of the latter."""
    lines = tables.latencies(ROUNDS).splitlines()
    assert "| Switchboard | 0.70 | 1.30 | 0.70 | 1.30 |" in lines
    assert f"| {tables.DISK} |  |  | 0.20 | 0.50 |" in lines
    assert tables.DISK not in tables.latencies([replace(a_round(), disk=None)])


def test_connection_table_shows_each_number_of_connections() -> None:
    """Memory per connection, the time to accept the highest number, and the restart."""
    text = tables.connections(ROUNDS)
    assert "| KiB each, 10,000 idle | 25.0 | 20.0 |" in text
    assert "| s to accept 10,000 | 8.0 | 9.5 |" in text
    assert "| restart with 5,000: s until all are back | 6.4 | 6.4 |" in text
    assert "| restart with 5,000: tries to connect | 12,345 | 12,345 |" in text
