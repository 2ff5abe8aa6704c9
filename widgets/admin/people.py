"""`/admin/people`: staff, their roles and how they sign in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from identity.staff_views import StaffView
from widgets.admin.frame import admin_page, guarded
from widgets.ports import program_of

KEY = "people"
_DOTS = {"available": "ok", "away": "warn"}
"""The look of a status; `hollow` for any other."""
_FILTERS: dict[str, Callable[[StaffView, str], bool]] = {
    "role": lambda person, wanted: wanted in person.roles,
    "team": lambda person, wanted: wanted in person.teams or person.all_teams,
    "factor": lambda person, wanted: person.signs_in.second_factor == (wanted == "yes"),
    "state": lambda person, wanted: person.standing == wanted,
}


def routes() -> list[Route]:
    return [Route("/admin/people", guarded(KEY, _people), methods=["GET"])]


async def _people(request: Request, actor: Actor) -> Response:
    return await people_page(request, actor)


async def people_page(request: Request, actor: Actor) -> Response:
    """The list, with the panel of the person whose id is the query parameter `person`. Raises Refused."""
    everybody = await program_of(request).administration.people(actor)
    asked = {name: request.query_params.get(name, "") for name in ("q", *_FILTERS)}
    shown = _matching(everybody, asked)
    context = {
        "everybody": everybody,
        "people": shown,
        "asked": asked,
        "signed_in": sum(person.signs_in.sessions > 0 for person in everybody),
        "dots": _DOTS,
        "names": _names_of_teams(request, everybody),
    }
    return admin_page(request, actor, KEY, "admin/people.html", context)


def _matching(everybody: Sequence[StaffView], asked: dict[str, str]) -> list[StaffView]:
    words = asked["q"].casefold().split()
    wanted = [(passes, asked[name]) for name, passes in _FILTERS.items() if asked[name]]
    return [
        person
        for person in everybody
        if all(word in f"{person.name} {person.email}".casefold() for word in words)
        and all(passes(person, value) for passes, value in wanted)
    ]


def _names_of_teams(request: Request, everybody: Sequence[StaffView]) -> dict[str, str]:
    keys = sorted({team for person in everybody for team in person.teams})
    return dict(zip(keys, program_of(request).team_names(request, keys), strict=True))
