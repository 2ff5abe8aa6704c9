"""Progress in playlists and learning plans. What is finished stays finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from learning.catalogue import Item, Plan, Stage

PLAN_DONE = "plan"
"""The key under which the end of a whole plan is kept."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Minutes and steps of a list. `next` is the place of the first step that is not done, or None."""

    steps: int
    done: int
    minutes: int
    minutes_left: int
    next: int | None

    @property
    def percent(self) -> int:
        """The part of the minutes that is done. 100 only if all is done."""
        if self.minutes == 0:
            return 100 if self.next is None else 0
        return (self.minutes - self.minutes_left) * 100 // self.minutes


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of a plan for one reader. `new` is True if it was added after the reader had finished its stage."""

    item: Item
    done_at: int | None
    new: bool


@dataclass(frozen=True, slots=True)
class StageShown:
    stage: Stage
    steps: Sequence[StepShown]
    finished: bool


def progress_of(steps: Iterable[tuple[int, bool]]) -> Progress:
    """The progress over steps, each given by its minutes and whether it is done."""
    listed = list(steps)
    left = sum(minutes for minutes, done in listed if not done)
    return Progress(
        steps=len(listed),
        done=sum(done for _, done in listed),
        minutes=sum(minutes for minutes, _ in listed),
        minutes_left=left,
        next=next((place for place, (_, done) in enumerate(listed) if not done), None),
    )


def stage_key(place: int, stage: Stage) -> str:
    """The key under which the end of a stage is kept."""
    return f"stage:{stage.title or place}"


def stages_of(plan: Plan, done: Mapping[str, int], finished: Mapping[str, int]) -> list[StageShown]:
    """The stages of a plan for one reader. `done` has the times of finished items by key, and `finished` those of the
    stages that were finished once."""
    shown = list[StageShown]()
    for place, stage in enumerate(plan.stages):
        at = finished.get(stage_key(place, stage), finished.get(PLAN_DONE))
        steps = [
            StepShown(item, done.get(item.key), at is not None and item.key not in done and item.added_at > at)
            for item in stage.items
        ]
        shown.append(StageShown(stage, steps, at is not None or _is_done(stage.items, done)))
    return shown


def newly_finished(plan: Plan, done: Mapping[str, int], finished: Mapping[str, int]) -> list[str]:
    """The keys of the stages, and of the plan, that are finished now and were not before."""
    keys = [
        stage_key(place, stage)
        for place, stage in enumerate(plan.stages)
        if stage_key(place, stage) not in finished and _is_done(stage.items, done)
    ]
    if PLAN_DONE not in finished and plan.stages and _is_done(plan.items, done):
        keys.append(PLAN_DONE)
    return keys


def _is_done(items: Sequence[Item], done: Mapping[str, int]) -> bool:
    required = [item for item in items if not item.optional] or list(items)
    return bool(required) and all(item.key in done for item in required)
