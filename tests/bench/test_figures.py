from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench import figures
from bench.figures import BEGIN, END, Disturbed, Load, Report, Round, Spread, Void

REPORT = Report(
    pairs=100, window=1, rate=0, seconds=2.0, messages=1_000, server_cpu_s=0.05, server_busy=0.99, driver_idle=0.5,
    others_busy=0.0, p50_ms=1.0, p99_ms=2.0, sent=1_500, first_messages=100, oks=1_500, events=1_500, watched=0,
)  # fmt: skip


def test_cost_is_cpu_time_per_message() -> None:
    assert REPORT.us == pytest.approx(50)
    assert REPORT.a_second == pytest.approx(500)


def test_spread_of_equal_values_shows_no_range() -> None:
    """The range is shown only where it differs from the median after rounding."""
    assert f"{Spread.of([2.0]):.1f}" == "2.0"
    assert f"{Spread.of([3.0, 1.0, 2.0]):.1f}" == "2.0 (1.0–3.0)"
    assert f"{Spread.of([2.01, 2.02]):.1f}" == "2.0"


def test_spread_skips_rounds_without_the_figure() -> None:
    """If no round has the figure, there is no spread."""
    rounds = [Round(fallback_us=3.0), Round(), Round(fallback_us=5.0)]
    assert figures.spread(rounds, lambda each: each.fallback_us) == Spread(4.0, 3.0, 5.0)
    assert figures.spread(rounds, lambda each: each.loads["100 pairs"]["relay"].us) is None


def test_half_load_takes_its_rate_from_the_same_round() -> None:
    """500 messages a second at saturation are 250 at half load: 2.5 for each of 100 pairs."""
    full, calm = Load(100), Load(2, rate=10)
    each = Round(loads={full.name: {"switchboard": REPORT}})
    assert each.rated(Load(100, half_of=full.name)).rate == 2.5
    assert each.rated(calm) == calm


def test_each_kind_of_load_has_its_own_name() -> None:
    names = [
        each.name
        for each in (Load(1_000), Load(100, rate=1), Load(100, watched=True), Load(100, half_of=Load(100).name))
    ]
    assert names == ["1,000 pairs", "100 chats × 1/s", "100 pairs, watched", "100 chats at half of our saturation"]


def test_busy_driver_makes_the_run_void() -> None:
    """A driver that idled less than 10 % of the time may have been the bottleneck."""
    figures.check_driver(replace(REPORT, driver_idle=0.10))
    with pytest.raises(Disturbed, match="the driver idled 9%"):
        figures.check_driver(replace(REPORT, driver_idle=0.09))


@pytest.mark.parametrize("counted", [1_599, 1_601])
def test_counter_off_by_one_message_makes_the_run_void(counted: int) -> None:
    """/metrics must count exactly the messages driven, first messages included."""
    figures.check_counter(REPORT, 7, 1_607)
    with pytest.raises(Void, match=f"counts {counted} messages stored where 1600 were driven"):
        figures.check_counter(REPORT, 7, 7 + counted)


def test_counter_is_read_from_metrics() -> None:
    """Other metrics are ignored. A missing counter is void, not 0."""
    text = "# TYPE switchboard_messages_stored counter\nswitchboard_messages_stored_total 12.0\n"
    assert figures.counted("# TYPE other gauge\nother 3.0\n" + text) == 12
    with pytest.raises(Void, match="no switchboard_messages_stored_total"):
        figures.counted("# TYPE other gauge\nother 3.0\n")


def test_report_that_does_not_add_up_is_void() -> None:
    fields = {name: getattr(REPORT, name) for name in Report.__dataclass_fields__}
    assert Report.read(json.dumps(fields)) == REPORT
    assert Report.read(json.dumps(fields | {"watched": 1_500})).watched == 1_500
    with pytest.raises(Void, match="1500 messages sent, 1499 acknowledged, 1500 arrived"):
        Report.read(json.dumps(fields | {"oks": 1_499}))
    with pytest.raises(Void, match="1500 messages sent, 1499 seen by those who watch"):
        Report.read(json.dumps(fields | {"watched": 1_499}))


def test_figures_are_written_between_the_marks() -> None:
    """Only the text between the marks is replaced, any number of times. A page without marks is refused."""
    once = figures.put_between_marks(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", "new")
    assert once == f"before\n\n{BEGIN}\n\nnew\n\n{END}\n\nafter\n"
    assert figures.put_between_marks(once, "newer") == once.replace("new", "newer")
    with pytest.raises(ValueError, match="the page has no"):
        figures.put_between_marks("a page", "new")


def test_percentile_is_one_of_the_values() -> None:
    """The 100th is the highest value. Every percentile of a single value is that value."""
    values = [float(value) for value in range(100, 0, -1)]
    assert [figures.percentile(values, percent) for percent in (1, 50, 95, 100)] == [1, 50, 95, 100]
    assert figures.percentile([3.0], 50) == figures.percentile([3.0], 99) == 3
