"""`/admin/retention`: how long the desk keeps what it stores."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from widgets.admin.frame import admin_page, after_change, guarded, versions_of
from widgets.ports import program_of

KEY = "retention"
_KINDS = ("conversations", "files")


def routes() -> list[Route]:
    return [
        Route("/admin/retention", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/retention", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send(request: Request, actor: Actor) -> Response:
    form = await program_of(request).accounts.read_form(request)
    given = {kind: form.line(kind) for kind in _KINDS}
    # Anything that is no number is refused as too few days.
    wanted = {kind: None if not text else whole_number(text) or 0 for kind, text in given.items()}
    try:
        data = program_of(request).administration.personal_data
        await data.change_retention(actor, wanted, versions_of(form))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        return await _shown(request, actor, refused=refused)
    return after_change("/admin/retention")


async def _shown(request: Request, actor: Actor, refused: Refused | None = None) -> Response:
    administration = program_of(request).administration
    kept = await administration.personal_data.retention(actor)
    context = {
        "mail_days": administration.mail_kept_days,
        "kept": kept.days,
        "version": kept.version,
        "may_change": "admin" in actor.roles,
    }
    return await admin_page(request, actor, KEY, "admin/retention.html", context, refused=refused)
