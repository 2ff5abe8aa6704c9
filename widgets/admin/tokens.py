"""`/admin/tokens`: API tokens."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from identity.tokens import SCOPES
from refusals import Refused
from widgets.admin.frame import admin_page, after_change, guarded
from widgets.ports import program_of

KEY = "tokens"
_DAYS = 30


def routes() -> list[Route]:
    return [
        Route("/admin/tokens", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/tokens", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor)


async def _send(request: Request, actor: Actor) -> Response:
    administration = program_of(request).administration
    form = await program_of(request).accounts.read_form(request)
    try:
        if form.line("do") == "revoke":
            await administration.revoke_token(actor, form.line("email"), form.line("label"))
            return after_change("/admin/tokens")
        days = form.line("days")
        lasts = int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0
        scopes = [scope for scope in SCOPES if form.line(f"scope.{scope}")]
        # The token is in this answer alone, so there is no redirect.
        return await _shown(request, actor, made=await administration.create_token(actor, lasts, scopes))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        return await _shown(request, actor, refused=refused)


async def _shown(request: Request, actor: Actor, *, made: str = "", refused: Refused | None = None) -> Response:
    context = {
        "tokens": await program_of(request).administration.tokens(actor),
        "scopes": SCOPES,
        "days": _DAYS,
        "made": made,
    }
    return await admin_page(request, actor, KEY, "admin/tokens.html", context, refused=refused)
