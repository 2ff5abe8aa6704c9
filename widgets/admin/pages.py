"""The routes of the administration."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from widgets.admin import (
    alarms,
    audit,
    clients,
    hours,
    inviting,
    issue_sources,
    people,
    personal_data,
    retention,
    rules,
    service_levels,
    systems,
    teams,
    ticket_fields,
    tokens,
    webhooks,
    widget,
)
from widgets.admin.frame import first_section, sections_of
from widgets.shared.pages import error_page, signed_in, to_sign_in


def routes() -> list[Route]:
    """The routes of `/admin` and of the pages below it."""

    async def home(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff" or not sections_of(actor):
            return error_page(request, 403)
        return await first_section(request, actor)

    return [
        Route("/admin", home),
        *people.routes(),
        *inviting.routes(),
        *clients.routes(),
        *hours.routes(),
        *teams.routes(),
        *ticket_fields.routes(),
        *widget.routes(),
        *alarms.routes(),
        *webhooks.routes(),
        *issue_sources.routes(),
        *rules.routes(),
        *service_levels.routes(),
        *systems.routes(),
        *tokens.routes(),
        *personal_data.routes(),
        *retention.routes(),
        *audit.routes(),
    ]
