"""`/admin/hours`: opening hours, holidays and exceptions. The page reads and changes them over HTTP."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from widgets.admin.frame import admin_page, guarded

KEY = "hours"


def routes() -> list[Route]:
    return [Route("/admin/hours", guarded(KEY, _hours), methods=["GET"])]


async def _hours(request: Request, actor: Actor) -> Response:
    return await admin_page(request, actor, KEY, "admin/hours.html", {})
