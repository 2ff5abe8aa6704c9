"""`/learning/plans`: learning plans by job role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from learning.catalogue import Item, Plan, Resource, minutes_in_all
from learning.library import finished_of
from learning.ports import Listed
from learning.progress import PLAN_DONE, Progress, StepShown, progress_of, stages_of
from refusals import Refused
from widgets.learning_ports import Center
from widgets.portal.frame import portal_page, refused_page
from widgets.ports import program_of


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan, with what it leads to. `resource` is None for live sessions, and if it is gone. `dates` are the
    dates to come. `shut` is True for a class whose course is not done."""

    shown: StepShown
    resource: Resource | None
    dates: Sequence[Listed]
    shut: bool

    @property
    def minutes(self) -> int:
        if self.resource is not None:
            return self.resource.minutes
        return self.dates[0].session.minutes if self.dates else 0


@dataclass(frozen=True, slots=True)
class StageRow:
    title: str
    steps: Sequence[Step]
    finished: bool
    progress: Progress

    @property
    def time(self) -> tuple[int, int]:
        return minutes_in_all([self.progress.minutes])


def routes() -> list[Route]:
    return [
        Route("/learning/plans", _plans, methods=["GET"]),
        Route("/learning/plans/{plan}", _plan, methods=["GET"]),
    ]


async def _plans(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        center = await program.learning.center(request)
    except Refused as refused:
        return refused_page(request, refused)
    shown = [(plan, plan_progress(rows_of(plan, center))) for plan in center.plans]
    return await portal_page(request, "portal/plans.html", {"plans": shown}, customer, "learning")


async def _plan(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        center = await program.learning.center(request)
        plan = _named(center.plans, str(request.path_params["plan"]))
    except Refused as refused:
        return refused_page(request, refused)
    rows = rows_of(plan, center)
    progress = plan_progress(rows)
    steps = [step for row in rows for step in row.steps]
    following = next((step for step in steps if step.shown.done_at is None and not step.shut and _leads(step)), None)
    times = [step.shown.done_at for step in steps if step.shown.done_at is not None]
    context = {
        "plan": plan,
        "rows": rows,
        "progress": progress,
        "left": minutes_in_all([progress.minutes_left]),
        "next": following,
        "places": center.places,
        "started": min(times) if times else None,
        "finished": PLAN_DONE in finished_of(plan, center.done),
        "same": [one for one in center.plans if one.platform == plan.platform],
        "others": [one for one in center.plans if one.platform != plan.platform],
    }
    return await portal_page(request, "portal/plan.html", context, customer, "learning")


def rows_of(plan: Plan, center: Center) -> list[StageRow]:
    """The stages of a plan for one reader, with what their steps lead to."""
    rows = list[StageRow]()
    for stage in stages_of(plan, center.done, finished_of(plan, center.done)):
        steps = [_step(step, center) for step in stage.steps]
        counted = progress_of((step.minutes, step.shown.done_at is not None) for step in steps if _counts(step))
        rows.append(StageRow(stage.stage.title, steps, stage.finished, counted))
    return rows


def plan_progress(rows: Sequence[StageRow]) -> Progress:
    """The progress over all required steps."""
    return progress_of(
        (step.minutes, step.shown.done_at is not None) for row in rows for step in row.steps if _counts(step)
    )


def _step(shown: StepShown, center: Center) -> Step:
    item: Item = shown.item
    if item.kind == "resource":
        found = center.catalogue.by_source.get(item.source)
        return Step(shown, found if found is not None and found.is_published else None, (), shut=False)
    dates = [one for one in center.sessions if one.session.series == item.source]
    course = dates[0].session.after if dates else ""
    return Step(shown, None, dates, shut=bool(course) and f"resource:{course}" not in center.done)


def _counts(step: Step) -> bool:
    return not step.shown.item.optional and (_leads(step) or step.shown.done_at is not None)


def _leads(step: Step) -> bool:
    return step.resource is not None or bool(step.dates)


def _named(plans: Sequence[Plan], address: str) -> Plan:
    for plan in plans:
        if address in (plan.source, str(plan.id)):
            return plan
    raise Refused("not_found", "There is no such plan.")
