"""`/admin/service-levels`: how soon tickets are answered and solved."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from ticketing.policies import WantedPolicy, wanted_of
from ticketing.targets import METRICS, Metric
from ticketing.ticket import PRIORITIES
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.ports import Form, program_of

KEY = "service-levels"
NEW = "new"
DONE = {
    "saved": "Saved. Tickets follow it in a moment.",
    "removed": "Removed.",
    "moved": "Moved.",
    "on": "On.",
    "off": "Off.",
}
NAMES: Mapping[Metric, str] = {"first_reply": "First reply", "next_reply": "Next reply", "resolution": "Resolution"}


def routes() -> list[Route]:
    return [
        Route("/admin/service-levels", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/service-levels", guarded(KEY, _send), methods=["POST"]),
        Route("/admin/service-levels/{id}", guarded(KEY, _one), methods=["GET"]),
        Route("/admin/service-levels/{id}", guarded(KEY, _send_one), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    policies = program_of(request).administration.policies
    context = {
        "policies": await policies.all(actor),
        "teams": policies.teams(),
        "names": NAMES,
        "lasts": lasts,
        "done": DONE.get(request.query_params.get("done", ""), ""),
    }
    return await admin_page(request, actor, KEY, "admin/service-levels.html", context)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the list. The form field `do` names the action, and `id` the policy."""
    program = program_of(request)
    form, policies = await program.accounts.read_form(request), program.administration.policies
    id_, do = form.line("id"), form.line("do")
    match do:
        case "on" | "off":
            await policies.switch(actor, id_, on=do == "on")
        case "up" | "down":
            await policies.move(actor, id_, up=do == "up")
        case _:
            raise Refused("not_found", "This page does not know this action.")
    return after_change(f"/admin/service-levels?done={'moved' if do in ('up', 'down') else do}")


async def _one(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send_one(request: Request, actor: Actor) -> Response:
    """Handle the form of a policy. The form field `do` names the action."""
    program, id_ = program_of(request), request.path_params["id"]
    policies, form = program.administration.policies, await program.accounts.read_form(request)
    wanted: WantedPolicy | None = None
    try:
        match form.line("do"):
            case "remove":
                await policies.remove(actor, id_)
                return after_change("/admin/service-levels?done=removed")
            case "save" if id_ == NEW:
                wanted = policy_in(form)
                await policies.add(actor, wanted)
            case "save":
                wanted = policy_in(form)
                await policies.replace(actor, id_, wanted, versions_of(form))
            case _:
                raise Refused("invalid", "This page does not know this action.")
    except Refused as refused:
        if refused.code not in ("invalid", "conflict"):
            raise
        return await _shown(request, actor, wanted, refused)
    return after_change("/admin/service-levels?done=saved")


async def _shown(
    request: Request, actor: Actor, wanted: WantedPolicy | None = None, refused: Refused | None = None
) -> Response:
    """The page of a policy. `wanted` is the policy as it was sent."""
    policies, id_ = program_of(request).administration.policies, request.path_params["id"]
    now = next((policy for policy in await policies.all(actor) if policy.id == id_), None)
    if now is None and id_ != NEW:
        raise Refused("not_found", "There is no such policy.")
    shown = wanted or (wanted_of(now) if now is not None else WantedPolicy(name=""))
    teams = policies.teams()
    context = {
        "policy": now,
        "shown": shown,
        # Left out, a team that is gone would be lost when the form is saved, and the policy would fit other tickets.
        "teams": {**teams, **{key: f"{key} (gone)" for key in shown.teams if key not in teams}},
        "priorities": PRIORITIES,
        "targets": [(metric, name, getattr(shown, metric)) for metric, name in NAMES.items()],
    }
    return await admin_page(request, actor, KEY, "admin/service-level.html", context, refused=refused)


def policy_in(form: Form) -> WantedPolicy:
    """The policy of the form. Its limits are checked when it is saved."""
    minutes = {metric: _minutes(form, metric) for metric in METRICS}
    return WantedPolicy(
        name=form.line("name"),
        teams=_ticked(form, "team."),
        priorities=_ticked(form, "priority."),
        vips=form.line("vips") == "1",
        first_reply=minutes["first_reply"],
        next_reply=minutes["next_reply"],
        resolution=minutes["resolution"],
    )


def _minutes(form: Form, metric: Metric) -> int | None:
    """The minutes of a target, None if both of its fields are empty. Anything that is no number is refused as too few
    minutes."""
    hours, minutes = form.line(f"{metric}.hours"), form.line(f"{metric}.minutes")
    if not hours and not minutes:
        return None
    given = [whole_number(text) if text else 0 for text in (hours, minutes)]
    return 0 if given[0] is None or given[1] is None else given[0] * 60 + given[1]


def _ticked(form: Form, start: str) -> list[str]:
    return [name.removeprefix(start) for name in form.values if name.startswith(start) and form.line(name)]


def lasts(minutes: int) -> str:
    """Minutes in words, such as "4 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
