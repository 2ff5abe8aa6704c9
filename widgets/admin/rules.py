"""`/admin/rules`: what the desk does by itself when something happens to a ticket or chat."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automations.events import EVENTS, TIMED
from automations.rule import WHY_MAX, WantedRule
from automations.timing import HOURS_MAX
from identity.actor import Actor
from refusals import Refused
from ticketing.ticket import PRIORITIES
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.admin.rule_form import fields_of, tests_of, wanted_of
from widgets.admin.rule_words import PROPERTIES, SINCE, TOLD, effects, starts, told
from widgets.ports import program_of

KEY = "rules"
NEW = "new"
DONE = {"saved": "Saved.", "removed": "Removed. It runs no more.", "moved": "Moved.", "on": "On.", "off": "Off."}


def routes() -> list[Route]:
    return [
        Route("/admin/rules", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/rules", guarded(KEY, _send), methods=["POST"]),
        Route("/admin/rules/{id}", guarded(KEY, _one), methods=["GET"]),
        Route("/admin/rules/{id}", guarded(KEY, _send_one), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor, refused: Refused | None = None) -> Response:
    rules = program_of(request).administration.rules
    found, choices, problems = await rules.all(actor), await rules.choices(actor), await rules.problems(actor)
    context = {
        "rules": [
            (rule, starts(rule), told(rule, choices), effects(rule, choices), problems.get(rule.id)) for rule in found
        ],
        "done": DONE.get(request.query_params.get("done", ""), ""),
    }
    return await admin_page(request, actor, KEY, "admin/rules.html", context, refused=refused)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the list. The form field `do` names the action, and `id` the rule."""
    program = program_of(request)
    form, rules = await program.accounts.read_form(request), program.administration.rules
    id_, do = form.line("id"), form.line("do")
    match do:
        case "on" | "off":
            try:
                await rules.switch(actor, id_, on=do == "on")
            except Refused as refused:
                if refused.code != "invalid":
                    raise
                return await _page(request, actor, refused)
        case "up" | "down":
            await rules.move(actor, id_, down=do == "down")
            # With many rules, it would be out of sight.
            return after_change(f"/admin/rules?done=moved#rule-{id_}")
        case _:
            raise Refused("not_found", "This page does not know this action.")
    return after_change(f"/admin/rules?done={do}")


async def _one(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send_one(request: Request, actor: Actor) -> Response:
    """Handle the form of a rule. The form field `do` names the action."""
    program, id_ = program_of(request), request.path_params["id"]
    rules, form = program.administration.rules, await program.accounts.read_form(request, long=True)
    wanted: WantedRule | None = None
    try:
        match form.line("do"):
            case "remove":
                await rules.remove(actor, id_)
                return after_change("/admin/rules?done=removed")
            case "try":
                wanted = wanted_of(form, await rules.choices(actor))
                return await _shown(request, actor, {"trial": await rules.try_out(actor, wanted)}, wanted)
            case "save" if id_ == NEW:
                wanted = wanted_of(form, await rules.choices(actor))
                await rules.add(actor, wanted)
            case "save":
                wanted = wanted_of(form, await rules.choices(actor))
                await rules.replace(actor, id_, wanted, versions_of(form))
            case _:
                raise Refused("invalid", "This page does not know this action.")
    except Refused as refused:
        if refused.code not in ("invalid", "conflict"):
            raise
        return await _shown(request, actor, {}, wanted, refused)
    return after_change("/admin/rules?done=saved")


async def _shown(
    request: Request,
    actor: Actor,
    said: Mapping[str, object],
    wanted: WantedRule | None = None,
    refused: Refused | None = None,
) -> Response:
    """The page of a rule. `wanted` is the rule as it was sent."""
    rules, id_ = program_of(request).administration.rules, request.path_params["id"]
    choices = await rules.choices(actor)
    now = next((rule for rule in await rules.all(actor) if rule.id == id_), None)
    if now is None and id_ != NEW:
        raise Refused("not_found", "There is no such rule.")
    shown = wanted or (now.wanted if now is not None else WantedRule(name="", event="ticket.created"))
    problems = await rules.problems(actor) if now is not None and wanted is None else {}
    context = {
        "rule": now,
        "outdated": problems.get(id_),
        "shown": shown,
        "actions": shown.actions,
        "events": EVENTS,
        "timed": TIMED,
        "hours_max": HOURS_MAX,
        "why_max": WHY_MAX,
        "since": SINCE,
        "told": TOLD,
        "tests": tests_of(shown.conditions, choices),
        "custom": fields_of(shown.actions.custom_fields, choices),
        "choices": choices,
        "priorities": PRIORITIES,
        "trial": None,
        "words": PROPERTIES,
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/rule.html", context, refused=refused)
