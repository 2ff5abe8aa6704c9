"""`/status`: system availability, and the same state for other programs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from hashlib import sha256

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from availability.board import Component
from availability.incident import STEPS, Incident
from following.announcement import EVERYTHING, Subject
from identity.actor import Actor
from refusals import Refused
from texts.addresses import is_email
from texts.visible import fault_of_line
from ticketing.ticket import NAME_MAX
from widgets.portal.following import choices
from widgets.portal.frame import STATUS_OF, faults_of, no_faults, portal_page, problem_of, refused_page
from widgets.portal.status_feeds import atom, calendar, summary
from widgets.portal.status_words import LOOKS, minutes
from widgets.ports import Form, program_of
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import signed_in

TEXT_MAX = 4_000
PUBLISHING = frozenset({"supervisor", "admin"})
"""The roles that publish system availability."""
FRESH_S = 30
"""Caches may keep the state for other programs for this many seconds."""


def routes() -> list[Route]:
    return [
        Route("/status", _status, methods=["GET"]),
        Route("/status/{id}/affected", _affected, methods=["GET"]),
        Route("/status/{id}/affected", _affects_me, methods=["POST"]),
        Route("/status.json", _served(_summary, "application/json"), methods=["GET"]),
        Route("/status.atom", _served(_atom, "application/atom+xml; charset=utf-8"), methods=["GET"]),
        Route("/maintenance.ics", _served(_calendar, "text/calendar; charset=utf-8"), methods=["GET"]),
    ]


async def _status(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        overview = await program.availability.overview(request)
        tickets = await program.availability.tickets_of(customer)
    except Refused as refused:
        return refused_page(request, refused)
    shown = {
        "tickets": tickets,
        "publishes": await _publishes(request),
        "has_account": customer is not None and customer.identified,
        "overview": overview,
        "board": overview.board,
        "steps": STEPS,
        "looks": LOOKS,
        "minutes": minutes,
        "follow": await choices(request, _subjects(overview.board.components)),
        # The page says the same below its title.
        "banner": None,
    }
    return await portal_page(request, "portal/status.html", shown, customer, "status")


async def _publishes(request: Request) -> bool:
    """True for people who publish system availability."""
    try:
        actor = await signed_in(request)
    except Refused:
        return False
    return actor is not None and not PUBLISHING.isdisjoint(actor.roles)


def _subjects(components: Iterable[Component]) -> dict[str, Subject]:
    """What a reader can follow on the page: `all`, and each component by its id."""
    return {
        "all": Subject("system", EVERYTHING),
        **{str(one.id): Subject("component", str(one.id)) for one in components},
    }


async def _affected(request: Request) -> Response:
    """The form for people without an account."""
    portal = program_of(request).portal
    try:
        customer = await portal.writer(request)
        incident = await program_of(request).availability.open_incident(_id_of(request))
    except Refused as refused:
        return refused_page(request, refused)
    return await _form(request, customer, incident, Form({}), no_faults())


async def _affects_me(request: Request) -> Response:
    """Open a linked request: at once with an account, else with the name and address of the form."""
    program, id_ = program_of(request), _id_of(request)
    try:
        program.portal.check_form(request)
        customer = await program.portal.writer(request)
        incident = await program.availability.open_incident(id_)
        form = await program.portal.read_texts(request)
    except Refused as refused:
        return refused_page(request, refused)
    if not customer.identified and "email" not in form.values:
        # The button of a page on which the person was still signed in.
        return await _form(request, customer, incident, form, no_faults())
    name, email = form.line("name"), form.line("email")
    wrong = no_faults()
    if not customer.identified:
        wrong |= {"email": "email"} if not is_email(email) else {}
        wrong |= {"name": "line"} if len(name) > NAME_MAX or fault_of_line(name) else {}
    if wrong:
        return await _form(request, customer, incident, form, wrong, status=422)
    text = catalogue_for(request).gettext("This affects me too: {title}").format(title=incident.title)
    said = form.line("text")[:TEXT_MAX]
    try:
        number = await program.availability.affected(
            request, customer, id_, f"{text}\n\n{said}" if said else text, name, email
        )
    except Refused as refused:
        status = STATUS_OF.get(refused.code, 422)
        return await _form(
            request, customer, incident, form, faults_of(refused, form), problem=problem_of(refused), status=status
        )
    return RedirectResponse(f"/submit?sent={number}", 303, {"Cache-Control": "no-store"})


async def _form(
    request: Request,
    customer: Actor,
    incident: Incident,
    form: Form,
    wrong: Mapping[str, str],
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    shown = {"incident": incident, "form": form, "wrong": wrong, "problem": problem}
    return await portal_page(request, "portal/affected.html", shown, customer, "status", status=status)


def _id_of(request: Request) -> int:
    text = str(request.path_params["id"])
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


async def _summary(request: Request) -> bytes:
    program = program_of(request)
    overview = await program.availability.overview(request)
    name, url = program.settings.brand_name, program.availability.base_url()
    return msgspec.json.encode(summary(overview.board, name, url, program.timezone(request)))


async def _atom(request: Request) -> bytes:
    program = program_of(request)
    overview = await program.availability.overview(request)
    return atom(overview, _title(request), program.availability.base_url())


async def _calendar(request: Request) -> bytes:
    availability = program_of(request).availability
    return calendar(await availability.calendar(), _title(request), availability.base_url())


def _title(request: Request) -> str:
    return f"{program_of(request).settings.brand_name}: {catalogue_for(request).gettext('System availability')}"


def _served(write: Callable[[Request], Awaitable[bytes]], media_type: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a document that caches may keep. Answers 304 if the reader has it already."""

    async def serve(request: Request) -> Response:
        try:
            body = await write(request)
        except Refused as refused:
            return refused_page(request, refused)
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": f"public, max-age={FRESH_S}", "ETag": tag, "Access-Control-Allow-Origin": "*"}
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media_type)

    return serve
