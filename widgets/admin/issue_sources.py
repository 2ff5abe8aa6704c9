"""`/admin/issue-sources`: the systems that report on the issues that tickets link to."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from escalation.issue import KINDS, NAMES
from identity.actor import Actor
from refusals import Refused
from widgets.admin.frame import admin_page, after_change, guarded
from widgets.portal.frame import STATUS_OF
from widgets.ports import program_of

KEY = "issue-sources"


def routes() -> list[Route]:
    return [
        Route("/admin/issue-sources", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/issue-sources", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form. The field `do` names the action. A secret is in this answer alone, so there is no redirect."""
    program = program_of(request)
    sources, form = program.administration.issue_sources, await program.accounts.read_form(request)
    try:
        match form.line("do"):
            case "secret":
                source, secret = await sources.rotate(actor, form.line("source"))
                said: Mapping[str, object] = {"made": source, "secret": secret, "rotated": True}
            case "remove":
                await sources.remove(actor, form.line("source"))
                return after_change("/admin/issue-sources?removed=1")
            case _:
                kind = next((one for one in KINDS if one == form.line("kind")), None)
                if kind is None:
                    raise Refused("invalid", "Choose the system.", {"kind": "Choose the system."})
                source, secret = await sources.add(actor, kind, form.line("url"))
                said = {"made": source, "secret": secret}
    except Refused as refused:
        if refused.code in ("unavailable", "not_found", "forbidden"):
            raise
        context = {"problem": refused.message, "fields": refused.fields or {}, "form": form}
        return await _shown(request, actor, context, STATUS_OF.get(refused.code, 422))
    return await _shown(request, actor, said)


async def _shown(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    program = program_of(request)
    context = {
        "sources": await program.administration.issue_sources.all(actor),
        "names": NAMES,
        "base_url": program.availability.base_url(),
        "removed": "removed" in request.query_params,
        "fields": {},
        **dict.fromkeys(("form", "made", "rotated")),
        **dict.fromkeys(("problem", "secret"), ""),
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/issue-sources.html", context, status=status)
