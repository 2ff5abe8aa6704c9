from __future__ import annotations

from dataclasses import replace

import pytest

from bench import desk
from bench.desk import Plan, Result, Taken, View
from bench.figures import Void
from bench.hours import Decisions
from bench.processes import Cores

RESULT = Result(
    load=0.25,
    decisions=Decisions(1_000, median_us=1.5, p99_us=4.0, first_ms=2.5),
    views=(
        Taken(View("agent", "all tickets"), 50, p50_ms=4.0, p95_ms=6.0, worst_ms=9.0),
        Taken(View("agent", "counts"), None, p50_ms=3.0, p95_ms=30.0, worst_ms=31.0),
    ),
    migration_s=25.4,
    migrated=100_000,
    database_mb=512.3,
)


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """A small desk is seeded and migrated, then every view is requested by every role. No view is empty."""
    result = desk.measure(Plan(tickets=5_000, requests=1, decisions=200, deep=400), cores)
    assert {taken.view.who for taken in result.views} == {"agent", "supervisor", "customer", "coordinator"}
    assert [taken.view.name for taken in result.views if taken.tickets is None] == ["counts", "counts"]
    assert result.decisions.median_us <= result.decisions.p99_us
    assert list(cores.out.iterdir()) == [cores.log("switchboard")]
    assert result.record("command", {"code": "x"})["migrated"] == 5_000


def test_page_says_whether_each_bound_is_met() -> None:
    """The bound on lists is compared with the slowest view."""
    text = desk.page(RESULT, "python -m bench.desk", {"code": "x"})
    assert "| is a team open, and until when | 1.5 µs | 4.0 µs | ≤ 20 µs: met |" in text
    assert "p95 of 30.0 ms (must: ≤ 30 ms: met)" in text
    assert "| agent | counts |  | 3.0 | 30.0 | 31.0 |" in text
    assert "the load average was 0.25 before" in text and "measure again" not in text
    slower = replace(RESULT, decisions=Decisions(9, 1.0, 20.1, 1.0), views=(replace(RESULT.views[0], p95_ms=30.1),))
    text = desk.page(replace(slower, load=1.5), "python -m bench.desk", {})
    assert "the load average was 1.50 before. **That is too much: measure again" in text
    assert "≤ 20 µs: missed" in text and "≤ 30 ms: missed" in text


def test_a_view_without_tickets_is_void() -> None:
    with pytest.raises(Void, match="agent, nothing: no ticket"):
        desk.take(View("agent", "nothing"), lambda _: (1.0, {"tickets": []}), 3)
