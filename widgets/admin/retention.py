"""`/admin/retention`: how long the desk keeps what it stores. Nothing can be set there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from widgets.admin.frame import admin_page, guarded
from widgets.ports import program_of

KEY = "retention"


def routes() -> list[Route]:
    return [Route("/admin/retention", guarded(KEY, _page), methods=["GET"])]


async def _page(request: Request, actor: Actor) -> Response:
    days = program_of(request).administration.mail_kept_days
    return await admin_page(request, actor, KEY, "admin/retention.html", {"mail_days": days})
