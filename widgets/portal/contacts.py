"""`/contacts`: the email address of each team, and the hours in which the team answers mail and chats."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clock import zones
from refusals import Refused
from widgets.portal.coverage import ahead, scale_of, week_of
from widgets.portal.frame import moments, portal_page, refused_page
from widgets.portal.moments import Moments
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for

AHEAD_DAYS = 30
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Halifax",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Paris",
    "Europe/Madrid",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def routes() -> list[Route]:
    return [Route("/contacts", _contacts, methods=["GET"])]


async def _contacts(request: Request) -> Response:
    portal, catalogue = program_of(request).portal, catalogue_for(request)
    try:
        customer = await portal.customer(request)
    except Refused as refused:
        return refused_page(request, refused)
    when = moments(request, catalogue)
    asked = request.query_params.get("zone", "")
    if zones.is_zone(asked):
        when = Moments(catalogue.tag, asked, when.desk_zone, when.now)
    teams = portal.teams()
    now = zones.local(when.now, when.desk_zone)
    shown = {
        "when": when,
        "teams": teams,
        "receives": program_of(request).settings.receives_mail,
        "weeks": {team.key: week_of(team.chat, team.mail, when.today()) for team in teams},
        "scale": scale_of(teams, when.today()),
        "minute": now.hour * 60 + now.minute,
        "today": when.today(),
        "ahead": ahead(teams, when.today(), AHEAD_DAYS),
        "zones": sorted({*ZONES, when.zone, when.desk_zone}, key=when.city_of),
    }
    return await portal_page(request, "portal/contacts.html", shown, customer, "contacts")
