"""The routes of the Help Center: its pages for customers, and the sign-in page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from widgets.portal import one_request, requests, submit
from widgets.ports import SamplePerson, Settings, program_of
from widgets.shared.assets import ASSETS
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import own_path, page, person, signed_in

_ASKED = {"Cache-Control": "no-cache"}


def routes(settings: Settings) -> list[Route]:
    """`/`, `/sign-in`, and the page that browsers show while the desk cannot be reached."""

    async def home(request: Request) -> Response:
        actor = await signed_in(request)
        staff = person(actor) if actor is not None and actor.kind == "staff" else None
        shown = {"brand": settings.brand_name, "me": staff}
        return page(request, "portal/home.html", shown, catalogue=catalogue_for(request))

    async def sign_in(request: Request) -> Response:
        following = own_path(request.query_params.get("next", "")) or "/console"
        samples = program_of(request).samples if settings.demo else None
        password = samples.password if samples is not None else ""
        people = [_sample(request, person) for person in samples.people] if samples is not None else []
        shown = {"people": people, "password": password, "page": {"next": following, "password": password}}
        return page(request, "portal/sign-in.html", shown)

    async def offline(request: Request) -> Response:
        return page(request, "portal/offline.html", {})

    async def offline_worker(request: Request) -> Response:
        # At the root: a service worker controls only addresses below its own.
        return FileResponse(
            ASSETS.script_file("offline-worker"), media_type="text/javascript; charset=utf-8", headers=_ASKED
        )

    return [
        Route("/", home),
        Route("/sign-in", sign_in),
        Route("/offline", offline),
        Route("/offline-worker.js", offline_worker),
        *submit.routes(),
        *requests.routes(),
        *one_request.routes(),
    ]


def _sample(request: Request, person: SamplePerson) -> dict[str, str]:
    teams = ", ".join(program_of(request).team_names(request, person.teams)) or "all teams"
    return {"name": person.name, "email": person.email, "role": f"{person.role} of {teams}"}
