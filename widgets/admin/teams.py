"""`/admin/teams`: teams and products. The page reads and changes them over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from widgets.admin.frame import admin_page, guarded

KEY = "teams"


def routes() -> list[Route]:
    return [Route("/admin/teams", guarded(KEY, _teams), methods=["GET"])]


async def _teams(request: Request, actor: Actor) -> Response:
    return await admin_page(request, actor, KEY, "admin/teams.html", {})
