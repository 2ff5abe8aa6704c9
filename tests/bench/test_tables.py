from __future__ import annotations

from dataclasses import replace

from bench import tables
from bench.verdicts import HUNDRED
from tests.bench.rounds import a_round, without

ROUNDS = [a_round(40), a_round(45), a_round(50)]


def test_promises_stand_beside_what_was_measured() -> None:
    """Each row has the figure with its spread, both bounds, and whether they are kept."""
    lines = tables.promises(ROUNDS).splitlines()
    assert "| CPU a message, 100 pairs | 1.80 (1.60–2.00) × A | ≤ 1.8 | ≤ 1.5 | met |" in lines
    assert "| CPU, against Django Channels | 17.8 (16.0–20.0) × less | ≥ 15 | ≥ 20 | met |" in lines
    assert "| a watcher on every chat, CPU | +20 % | ≤ 40 | ≤ 25 | met, and the aim |" in lines
    assert "| CPU a message, 100 pairs | 2.00 × A | ≤ 1.8 | ≤ 1.5 | missed |" in tables.promises([a_round(50)])


def test_saturation_has_a_row_for_all_who_were_driven() -> None:
    """The cost and the rate of everybody, a gap where somebody was not driven with a load, the fallback below."""
    text = tables.saturated([a_round(40)])
    assert "| A: bare relay | 20.0 | 25.0 |  | 50.0 | 50,000 | 40,000 | 20,000 |" in text
    assert "| Switchboard | 32.0 | 40.0 | 48.0 | 64.0 | 31,250 | 25,000 | 15,625 |" in text
    assert "| Django Channels, Redis, SQLite |  | 800.0 |" in text
    assert "| Switchboard over HTTP, 10 pairs | 600 |" in text


def test_who_was_not_driven_has_no_row() -> None:
    """Nothing is said of what nobody measured."""
    assert "Django" not in tables.saturated([without(a_round(), HUNDRED, "channels")])
    assert "socket.io" not in tables.latencies(ROUNDS)


def test_latencies_are_of_both_loads() -> None:
    """p50 and p99, with time to spare and at half of what we can do; and what the disk takes of the latter."""
    lines = tables.latencies(ROUNDS).splitlines()
    assert "| Switchboard | 0.70 | 1.30 | 0.70 | 1.30 |" in lines
    assert f"| {tables.DISK} |  |  | 0.20 | 0.50 |" in lines
    assert tables.DISK not in tables.latencies([replace(a_round(), disk=None)])


def test_connections_are_counted_by_how_many_they_are() -> None:
    """Memory for each number of connections, how long the most of them took, and the restart."""
    text = tables.connections(ROUNDS)
    assert "| KiB each, 10,000 idle | 25.0 | 20.0 |" in text
    assert "| s to accept 10,000 | 8.0 | 9.5 |" in text
    assert "| restart with 5,000: s until all are back | 6.4 | 6.4 |" in text
    assert "| restart with 5,000: tries to connect | 12,345 | 12,345 |" in text
