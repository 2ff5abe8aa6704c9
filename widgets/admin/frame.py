"""The common part of all pages of the administration: who may open a section, and the navigation beside it.

A section consists of a module with `routes()`, a template that extends `admin/frame.html`, and a line of SECTIONS.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from texts.numbers import whole_number
from widgets.portal.frame import STATUS_OF
from widgets.portal.moments import Moments
from widgets.ports import Form, program_of
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in

_ADMINISTERING = frozenset({"admin"})
_AUDITING = frozenset({"admin", "auditor"})


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation. `icon` is the name of an icon in the sprite. `roles` are the roles that may open the
    section."""

    key: str
    name: str
    icon: str
    group: str
    roles: frozenset[str] = _ADMINISTERING

    @property
    def url(self) -> str:
        return f"/admin/{self.key}"


SECTIONS: Sequence[Section] = (
    Section("people", "People", "users", "Desk"),
    Section("clients", "Clients", "building-2", "Desk"),
    Section("teams", "Teams and products", "boxes", "Desk"),
    Section("hours", "Hours and holidays", "calendar-clock", "Desk", frozenset({"admin", "supervisor"})),
    Section("fields", "Ticket fields", "layout-list", "Tickets"),
    Section("widget", "Widget", "message-circle", "Conversations"),
    Section("rules", "Rules", "workflow", "Conversations"),
    Section("service-levels", "Service levels", "hourglass", "Conversations"),
    Section("alarms", "Alarms", "alarm-clock", "Connections"),
    Section("systems", "System availability", "gauge", "Connections", frozenset({"admin", "supervisor"})),
    Section("webhooks", "Webhooks", "webhook", "Connections"),
    Section("issue-sources", "Issue trackers", "circle-dot", "Connections"),
    Section("tokens", "API tokens", "key-round", "Connections"),
    Section("personal-data", "Personal data", "user-x", "Record"),
    Section("retention", "Retention", "archive", "Record", _AUDITING),
    Section("audit", "Audit log", "scroll-text", "Record", _AUDITING),
)

Show = Callable[[Request, Actor], Awaitable[Response]]
ShowEntry = Callable[[Request, Actor, str], Awaitable[Response]]


def sections_of(actor: Actor) -> list[Section]:
    """The sections that the person may open."""
    return [section for section in SECTIONS if not section.roles.isdisjoint(actor.roles)]


def guarded(key: str, show: Show) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a page of the section `key`. If `show` raises a refusal, the endpoint answers with the error page
    for it."""

    async def endpoint(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff" or key not in {section.key for section in sections_of(actor)}:
            return error_page(request, 403)
        if actor.limited:
            # They must set up a second factor there first.
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await show(request, actor)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    return endpoint


def versions_of(form: Form) -> frozenset[int]:
    """The version of the object that the sender of a form has read, as the only accepted version. Empty if the form has
    no version, so that no version is accepted."""
    version = whole_number(form.line("version"))
    return frozenset(() if version is None else (version,))


def routes_of(key: str, show: ShowEntry, send: Show) -> list[Route]:
    """The routes of a section with a list (`/admin/KEY`) and a form for each entry (`/admin/KEY/{id}`). `show` gets
    the id of the entry, or an empty text for the list alone."""

    async def shown(request: Request, actor: Actor) -> Response:
        return await show(request, actor, request.path_params.get("id", ""))

    return [
        Route(f"/admin/{key}", guarded(key, shown), methods=["GET"]),
        Route(f"/admin/{key}/{{id}}", guarded(key, shown), methods=["GET"]),
        Route(f"/admin/{key}/{{id}}", guarded(key, send), methods=["POST"]),
    ]


def after_change(url: str) -> Response:
    """The redirect to the page that shows a change."""
    return RedirectResponse(url, 303, {"Cache-Control": "no-store"})


async def admin_page(
    request: Request,
    actor: Actor,
    key: str,
    template: str,
    context: Mapping[str, object],
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    """A page of the section `key`. Its template extends `admin/frame.html`. If a change was refused, the answer has the
    status of the refusal, and the template gets its sentence as `problem` and those of the fields as `fields`."""
    me, program = person(actor), program_of(request)
    zone = program.timezone(request)
    shown = {
        "me": me,
        "section": key,
        "counts": await program.administration.counts(actor),
        "groups": [(group, list(found)) for group, found in groupby(sections_of(actor), lambda one: one.group)],
        "when": Moments("en-US", zone, zone, program.administration.now()),
        "page": {"me": me},
        "problem": refused.message if refused is not None else "",
        "fields": (refused.fields if refused is not None else None) or {},
        **context,
    }
    return page(request, template, shown, status=status if refused is None else STATUS_OF.get(refused.code, 422))


async def first_section(request: Request, actor: Actor) -> Response:
    """A redirect to the first section that the person may open."""
    return RedirectResponse(sections_of(actor)[0].url, 303, {"Cache-Control": "no-store"})
