"""`/admin/rules`: what the desk does by itself when something happens to a ticket or chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import ValidationError, convert, structs
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automations.events import EVENTS, Event
from automations.rule import Actions, Condition, Test, WantedRule
from identity.actor import Actor
from refusals import Refused
from ticketing.ticket import FIELDS, PRIORITIES
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.admin.rule_ports import RuleChoices
from widgets.admin.rule_words import CHANNELS, PROPERTIES, TESTS, effects, told
from widgets.ports import Form, program_of

KEY = "rules"
NEW = "new"
DONE = {"saved": "Saved.", "removed": "Removed. It runs no more.", "moved": "Moved.", "on": "On.", "off": "Off."}

_SINGLE = ("team", "assignee", "priority", "status", "resolution", "reply", "notify_team", "webhook")
"""The actions with one value."""


@dataclass(frozen=True, slots=True)
class TestShown:
    """A condition of the form. Without `options`, its values are typed, separated by commas."""

    key: Test
    name: str
    options: Mapping[str, str] | None
    chosen: Sequence[str]
    negated: bool

    @property
    def typed(self) -> str:
        return ", ".join(self.chosen)


def routes() -> list[Route]:
    return [
        Route("/admin/rules", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/rules", guarded(KEY, _send), methods=["POST"]),
        Route("/admin/rules/{id}", guarded(KEY, _one), methods=["GET"]),
        Route("/admin/rules/{id}", guarded(KEY, _send_one), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    rules = program_of(request).administration.rules
    found, choices = await rules.all(actor), await rules.choices(actor)
    context = {
        "rules": [(rule, told(rule, choices), effects(rule, choices)) for rule in found],
        "events": EVENTS,
        "done": DONE.get(request.query_params.get("done", ""), ""),
    }
    return await admin_page(request, actor, KEY, "admin/rules.html", context)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the list. The form field `do` names the action, and `id` the rule."""
    program = program_of(request)
    form, rules = await program.accounts.read_form(request), program.administration.rules
    id_, do = form.line("id"), form.line("do")
    match do:
        case "on" | "off":
            await rules.switch(actor, id_, on=do == "on")
        case "up":
            await rules.move_up(actor, id_)
        case _:
            raise Refused("not_found", "This page does not know this action.")
    return after_change(f"/admin/rules?done={'moved' if do == 'up' else do}")


async def _one(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send_one(request: Request, actor: Actor) -> Response:
    """Handle the form of a rule. The form field `do` names the action."""
    program, id_ = program_of(request), request.path_params["id"]
    rules, form = program.administration.rules, await program.accounts.read_form(request)
    wanted: WantedRule | None = None
    try:
        match form.line("do"):
            case "remove":
                await rules.remove(actor, id_)
                return after_change("/admin/rules?done=removed")
            case "try":
                wanted = wanted_of(form)
                return await _shown(request, actor, {"trial": await rules.try_out(actor, wanted)}, wanted)
            case "save" if id_ == NEW:
                wanted = wanted_of(form)
                await rules.add(actor, wanted)
            case "save":
                wanted = wanted_of(form)
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
    context = {
        "rule": now,
        "shown": shown,
        "actions": shown.actions,
        "events": EVENTS,
        "tests": tests_of(shown.conditions, choices),
        "choices": choices,
        "priorities": PRIORITIES,
        "trial": None,
        "words": PROPERTIES,
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/rule.html", context, refused=refused)


def tests_of(conditions: Sequence[Condition], choices: RuleChoices) -> list[TestShown]:
    options: Mapping[Test, Mapping[str, str]] = {
        "team": choices.teams,
        "product": choices.products,
        "status": choices.statuses,
        "resolution": choices.codes,
        "priority": {key: key.capitalize() for key in PRIORITIES},
        "client": choices.clients,
        "vip": {"yes": "Yes", "no": "No"},
        "channel": CHANNELS,
        "author": {"customer": "the customer", "staff": "staff", "rule": "a rule"},
        "changed": {key: PROPERTIES.get(key, key) for key in FIELDS},
        "rating": {str(score): str(score) for score in range(1, 6)},
    }
    present = {condition.test: condition for condition in conditions}
    return [
        TestShown(
            key,
            name,
            _with_gone(options.get(key), present[key].any if key in present else ()),
            present[key].any if key in present else (),
            present[key].negated if key in present else False,
        )
        for key, name in TESTS.items()
    ]


def _with_gone(options: Mapping[str, str] | None, chosen: Sequence[str]) -> Mapping[str, str] | None:
    """The options, with chosen values that the desk no longer has. Left out, they would be lost when the form is
    saved, and the rule would run on other tickets."""
    return options if options is None else {**options, **{one: f"{one} (gone)" for one in chosen if one not in options}}


def wanted_of(form: Form) -> WantedRule:
    """The rule of the form. Its limits are checked when it is saved, so that a page shows what was sent. Raises
    Refused(invalid) without an event."""
    try:
        event = convert(form.line("when"), Event)
    except ValidationError:
        raise Refused("invalid", "Choose when the rule runs.") from None
    conditions = tuple(one for key in TESTS if (one := _condition(form, key)) is not None)
    return WantedRule(name=form.line("name"), event=event, conditions=conditions, actions=_actions(form))


def _condition(form: Form, key: Test) -> Condition | None:
    chosen = [*_ticked(form, f"{key}."), *_typed(form, key)]
    return Condition(key, chosen, form.line(f"{key}:not") == "1") if chosen else None


def _actions(form: Form) -> Actions:
    return structs.replace(
        Actions(),
        **{name: value for name in _SINGLE if (value := form.line(f"then:{name}"))},
        add_tags=_typed(form, "then:add_tags"),
        remove_tags=_typed(form, "then:remove_tags"),
        notify=_ticked(form, "then:notify."),
    )


def _ticked(form: Form, start: str) -> list[str]:
    return [name.removeprefix(start) for name in form.values if name.startswith(start) and form.line(name)]


def _typed(form: Form, name: str) -> list[str]:
    return [part.strip() for part in form.line(name).split(",") if part.strip()]
