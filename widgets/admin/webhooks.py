"""`/admin/webhooks`: webhooks that subscribe to events, and the messages to them."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from webhooks.events import KINDS
from webhooks.message import State
from webhooks.subscriptions import Change
from widgets.admin.frame import admin_page, after_change, guarded
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

KEY = "webhooks"
PAGE = 50
DAY_MS = 24 * 3_600_000
STATES: Mapping[str, State] = {"waiting": "waiting", "accepted": "accepted", "failed": "failed"}


def routes() -> list[Route]:
    return [
        Route("/admin/webhooks", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/webhooks", guarded(KEY, _send), methods=["POST"]),
        Route("/admin/webhooks/{id}", guarded(KEY, _one), methods=["GET"]),
        Route("/admin/webhooks/{id}", guarded(KEY, _send_one), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _list(request, actor, {})


async def _send(request: Request, actor: Actor) -> Response:
    """Add a webhook. The secret is in this answer alone, so there is no redirect."""
    form = await program_of(request).accounts.read_form(request)
    try:
        added, secret = await program_of(request).administration.webhooks.add(
            actor, form.line("url"), _events(form), include_texts=bool(form.line("texts"))
        )
    except Refused as refused:
        _check_shown(refused)
        context = {"problem": refused.message, "fields": refused.fields or {}, "form": form}
        return await _list(request, actor, context, STATUS_OF.get(refused.code, 422))
    return await _list(request, actor, {"added": added, "secret": secret})


async def _list(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    found = await program_of(request).administration.webhooks.all(actor)
    context = {
        "webhooks": found,
        "kinds": KINDS.values(),
        "may_have_texts": actor.supervises_all,
        "removed": "removed" in request.query_params,
        "fields": {},
        "form": None,
        **dict.fromkeys(("problem", "added", "secret"), ""),
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/webhooks.html", context, status=status)


async def _one(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send_one(request: Request, actor: Actor) -> Response:
    """Handle a form of a webhook's page. The form field `do` names the action."""
    program, id_ = program_of(request), request.path_params["id"]
    webhooks, form = program.administration.webhooks, await program.accounts.read_form(request)
    try:
        match form.line("do"):
            case "save":
                change = Change(form.line("url"), _events(form), None, bool(form.line("texts")))
                await webhooks.change(actor, id_, change)
            case "pause" | "enable":
                await webhooks.change(actor, id_, Change(enabled=form.line("do") == "enable"))
            case "secret":
                _, secret = await webhooks.rotate(actor, id_)
                return await _shown(request, actor, {"secret": secret})
            case "remove":
                await webhooks.remove(actor, id_)
                return after_change("/admin/webhooks?removed=1")
            case "test":
                await webhooks.test(actor, id_)
            case "again":
                await webhooks.replay(actor, id_, form.line("message"))
            case "all_again":
                now = program.administration.now()
                await webhooks.replay_all(actor, id_, now - 30 * DAY_MS, now + 1, failed_only=True)
            case _:
                raise Refused("invalid", "This page does not know this action.")
    except Refused as refused:
        _check_shown(refused)
        context = {"problem": refused.message, "fields": refused.fields or {}, "form": form}
        return await _shown(request, actor, context, STATUS_OF.get(refused.code, 422))
    sent = "?sent=1" if form.line("do") in ("test", "again", "all_again") else ""
    return after_change(f"/admin/webhooks/{id_}{sent}")


async def _shown(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    webhooks, id_ = program_of(request).administration.webhooks, request.path_params["id"]
    known = next((one for one in await webhooks.all(actor) if one.webhook.id == id_), None)
    if known is None:
        raise Refused("not_found", "There is no such webhook.")
    state = STATES.get(request.query_params.get("status", ""))
    before = whole_number(request.query_params.get("before", ""))
    messages = await webhooks.deliveries(actor, id_, state, None, before, PAGE + 1)
    context = {
        "known": known,
        "webhook": known.webhook,
        "kinds": KINDS.values(),
        "messages": messages[:PAGE],
        "more": messages[PAGE - 1].id if len(messages) > PAGE else None,
        "state": state or "",
        "states": STATES,
        "may_have_texts": actor.supervises_all,
        # After a message was sent, the page is loaded again until there is an answer.
        "awaits": "sent" in request.query_params and any(one.attempts == 0 for one in messages),
        "fields": {},
        "form": None,
        **dict.fromkeys(("problem", "secret"), ""),
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/webhook.html", context, status=status)


def _events(form: Form) -> list[str]:
    return [name for name in KINDS if form.line(f"event.{name}")]


def _check_shown(refused: Refused) -> None:
    """Raises the refusal if it belongs on the error page, not on this one."""
    if refused.code in ("unavailable", "not_found") or (refused.code == "forbidden" and not refused.fields):
        raise refused
