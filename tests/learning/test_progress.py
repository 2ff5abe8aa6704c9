from __future__ import annotations

from dataclasses import replace

from learning.catalogue import Item, Plan, Stage
from learning.library import dated, finished_of
from learning.progress import PLAN_DONE, newly_finished, progress_of, stages_of

ONE, TWO = Item(kind="resource", source="one"), Item(kind="session", source="two")
EXTRA = Item(kind="resource", source="extra", optional=True)
PLAN = Plan(
    source="planner", role="Planner", title="Planner", stages=(Stage("First", (ONE, EXTRA)), Stage("Live", (TWO,)))
)


def test_progress_counts_minutes_and_finds_the_next_step() -> None:
    shown = progress_of([(10, True), (5, False), (45, False)])
    assert (shown.steps, shown.done, shown.minutes, shown.minutes_left, shown.next) == (3, 1, 60, 50, 1)
    assert shown.percent == 16
    assert progress_of([(1, True)]).next is None
    assert progress_of([]).percent == 100


def test_stage_is_finished_without_its_optional_items() -> None:
    assert newly_finished(PLAN, {"resource:one": 5}, {}) == ["stage:First"]
    assert newly_finished(PLAN, {"resource:one": 5, "session:two": 6}, {"stage:First": 5}) == ["stage:Live", PLAN_DONE]
    assert newly_finished(PLAN, {}, {}) == []


def test_finished_stage_stays_finished_and_marks_what_is_new_since() -> None:
    more = replace(
        PLAN, stages=(Stage("First", (ONE, EXTRA, Item(kind="resource", source="new", added_at=90))), PLAN.stages[1])
    )
    first, live = stages_of(more, {"resource:one": 5}, {"stage:First": 50})
    assert first.finished and [step.new for step in first.steps] == [False, False, True]
    assert not live.finished
    unfinished, _ = stages_of(more, {"resource:one": 5}, {})
    assert not unfinished.finished and not any(step.new for step in unfinished.steps)


def test_import_of_a_plan_dates_only_the_items_that_are_new() -> None:
    before = dated(PLAN, None, 10)
    assert {item.added_at for item in before.items} == {10}
    after = dated(replace(PLAN, stages=(Stage("First", (ONE, replace(TWO, source="three"))),)), before, 20)
    assert [(item.source, item.added_at) for item in after.items] == [("one", 10), ("three", 20)]


def test_finished_stages_are_those_of_the_plan() -> None:
    done = {"plan:planner:stage:First": 4, "plan:other:plan": 5, "resource:one": 3}
    assert finished_of(PLAN, done) == {"stage:First": 4}
