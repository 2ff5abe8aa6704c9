"""The way in for everybody: the help centre's home, and signing in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from widgets.shared.assets import ASSETS
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import Settings, own_path, page, person, signed_in

_ASKED = {"Cache-Control": "no-cache"}


def routes(settings: Settings) -> list[Route]:
    """`/`, `/sign-in`, and what a browser shows by itself while the desk cannot be reached."""

    async def home(request: Request) -> Response:
        actor = await signed_in(request)
        staff = person(actor) if actor is not None and actor.kind == "staff" else None
        shown = {"brand": settings.brand_name, "me": staff}
        return page(request, "portal/home.html", shown, catalogue=catalogue_for(request))

    async def sign_in(request: Request) -> Response:
        following = own_path(request.query_params.get("next", "")) or "/console"
        people, password = _sample_people(request) if settings.demo else ([], "")
        data = {"next": following, "password": password}
        return page(request, "portal/sign-in.html", {"people": people, "password": password, "page": data})

    async def offline(request: Request) -> Response:
        return page(request, "portal/offline.html", {})

    async def offline_worker(request: Request) -> Response:
        # At the root, since a worker serves what is below its own address.
        return FileResponse(
            ASSETS.script_file("offline-worker"), media_type="text/javascript; charset=utf-8", headers=_ASKED
        )

    return [
        Route("/", home),
        Route("/sign-in", sign_in),
        Route("/offline", offline),
        Route("/offline-worker.js", offline_worker),
    ]


def _sample_people(request: Request) -> tuple[list[dict[str, str]], str]:
    """The demo's people, each with `name`, `email` and `role`, and the password of them all."""
    desk = request.app.state.desk
    return list(getattr(desk, "demo_people", [])), str(getattr(desk, "demo_password", ""))
