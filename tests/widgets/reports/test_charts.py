from __future__ import annotations

import re

import pytest

from widgets.reports.charts import Bar, bars, range_of, share_bar
from widgets.reports.curves import Taken, Waited, lengths, seats, waits
from widgets.reports.plots import ticks


@pytest.mark.parametrize(
    ("most", "found"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (61, [0, 20, 40, 60, 80])],
)
def test_ticks_reach_the_highest_value_in_few_round_steps(most: int, found: list[int]) -> None:
    assert ticks(most, (1, 2, 5, 10, 20, 50)) == found


def test_ticks_beyond_all_steps_are_multiples_of_the_largest() -> None:
    assert ticks(1_001, (1, 50)) == [0, 300, 600, 900, 1_200]


def test_remark_of_a_day_is_written_once_and_is_in_the_title_of_its_bar() -> None:
    days = [
        Bar(label="Nov 10", answered=5, lost=0, before=None),
        Bar(label="Nov 11", answered=9, lost=3, before=4, remark="CFILE <late>, 10:40 to 13:15"),
        Bar(label="Nov 12", answered=1, lost=0, before=0, remark="Slow, 09:00 to 09:30"),
    ]
    drawn = str(bars(days, "Chats by day"))
    assert drawn.count("CFILE &lt;late&gt;") == 2 and "<late>" not in drawn
    highest = min(float(y) for y in re.findall(r'<rect [^>]*y="([\d.]+)"', drawn))
    (written,) = re.findall(r'<text class="lq" [^>]*y="([\d.]+)"', drawn)
    assert float(written) + 4 < highest, "the remark is above all bars"
    assert "Nov 11: 12 offered, 3 lost, 4 in the period before. CFILE" in drawn
    assert drawn.count("Slow, 09:00 to 09:30") == 1
    assert "25.0\u00a0%" in drawn


def test_chart_of_days_without_lost_chats_has_no_strip_of_them() -> None:
    drawn = str(bars([Bar(label="Nov 10", answered=5, lost=0, before=None)], "Chats by day"))
    assert "lost</text>" not in drawn and 'class="ds"' not in drawn and 'class="dl"' not in drawn
    assert "nan" not in str(bars([], "No chats"))


@pytest.mark.parametrize(("p90", "late"), [(120, False), (121, True)])
def test_range_is_late_if_nine_in_ten_miss_the_goal(p90: int, late: bool) -> None:
    drawn = str(range_of(30, p90, 200, goal=120, before=90))
    assert ("rg o" in drawn) is late
    assert "goal 2:00" in drawn and "nine in ten by 1:30 in the period before" in drawn
    assert 'class="tg" x1="60.0%"' in drawn and 'class="pb" x1="45.0%"' in drawn


def test_range_of_few_chats_has_neither_ring_nor_marks_that_are_not_known() -> None:
    drawn = str(range_of(30, None, 200))
    assert 'class="md' in drawn and not re.search('class="(nd|rg|tg|pb)', drawn)
    assert range_of(None, None, 200) == ""


def test_line_of_waits_has_a_gap_where_nobody_waited() -> None:
    days = [
        Waited(label="Nov 9", half=30, most=90, before=60),
        Waited(label="Nov 10", half=40, most=100, before=None),
        Waited(label="Nov 11", half=None, most=None, before=70),
        Waited(label="Nov 12", half=50, most=240, before=None),
    ]
    drawn = str(waits(days, 120, "half 0:40", "9 in 10 2:00", "Wait by day"))
    assert [drawn.count(f'class="{kind}"') for kind in ("l1", "l2", "lp", "ar", "tgt", "pt")] == [2, 2, 2, 2, 1, 1]
    assert '4:00 <tspan class="q">Nov 12</tspan>' in drawn
    assert "half 0:40" in drawn and "9 in 10 2:00" in drawn


def test_line_of_waits_of_few_chats_has_no_line_of_nine_in_ten() -> None:
    drawn = str(waits([Waited(label="Nov 9", half=30, most=None, before=None)], None, "half 0:30", "9 in 10 –", "Wait"))
    assert 'class="l2"' in drawn and 'class="l1"' not in drawn and "9 in 10" not in drawn


def test_marks_of_handle_times_are_at_the_median_and_at_the_90th_percentile() -> None:
    names = [f"class {place}" for place in range(10)]
    drawn = str(lengths([1, 4, 0, 0, 0, 0, 0, 0, 0, 2], names, 900, 9_000, "Handle time"))
    assert 'class="mk" x1="15.0%"' in drawn and 'class="mk" x1="100.0%"' in drawn
    assert drawn.count("<title>") == 10 and "class 9: 2" in drawn


def test_mark_of_the_share_before_stays_in_its_bar() -> None:
    assert 'class="p" x="100.0%"' in share_bar(0.5, 1.2)
    assert 'class="p"' not in share_bar(0.5)


def test_hours_show_the_seats_taken_the_agents_and_the_period_before() -> None:
    hours = [Taken(hour=9, agents=22, part=0.151, before=0.14), Taken(hour=10, agents=24, part=0.042, before=None)]
    drawn = str(seats(hours, "Slots taken"))
    assert "09:00: 15 % of slots taken, 22 agents available; before 14 %" in drawn
    assert "10:00: 4.2 % of slots taken, 24 agents available<" in drawn
    assert (drawn.count('class="dm"'), drawn.count('class="d2"'), drawn.count('class="pv"')) == (1, 1, 1)
    assert "nan" not in str(seats([Taken(hour=9, agents=1, part=0.0, before=0.0)], "Slots taken"))
