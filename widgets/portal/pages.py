"""The routes of the Help Center: its pages for customers, and the sign-in page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from widgets.portal import account, not_mine, one_request, requests, sign_in, sign_up, submit
from widgets.ports import Settings
from widgets.shared.assets import ASSETS
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import page, person, signed_in

_ASKED = {"Cache-Control": "no-cache"}


def routes(settings: Settings) -> list[Route]:
    """`/`, the pages of accounts and requests, and the page that browsers show while the desk cannot be reached."""

    async def home(request: Request) -> Response:
        actor = await signed_in(request)
        staff = person(actor) if actor is not None and actor.kind == "staff" else None
        shown = {"brand": settings.brand_name, "me": staff}
        return page(request, "portal/home.html", shown, catalogue=catalogue_for(request))

    async def offline(request: Request) -> Response:
        return page(request, "portal/offline.html", {})

    async def offline_worker(request: Request) -> Response:
        # At the root: a service worker controls only addresses below its own.
        return FileResponse(
            ASSETS.script_file("offline-worker"), media_type="text/javascript; charset=utf-8", headers=_ASKED
        )

    return [
        Route("/", home),
        Route("/offline", offline),
        Route("/offline-worker.js", offline_worker),
        *sign_in.routes(settings),
        *sign_up.routes(),
        *account.routes(),
        *submit.routes(),
        *requests.routes(),
        *one_request.routes(),
        *not_mine.routes(),
    ]
