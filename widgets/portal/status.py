"""`/status`: system availability, and the same state for other programs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from availability.incident import STEPS
from refusals import Refused
from widgets.portal.frame import portal_page, refused_page
from widgets.portal.status_feeds import atom, calendar, summary
from widgets.portal.status_words import LOOKS, minutes
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for

FRESH_S = 30
"""Caches may keep the state for other programs for this many seconds."""


def routes() -> list[Route]:
    return [
        Route("/status", _status, methods=["GET"]),
        Route("/status.json", _served(_summary, "application/json"), methods=["GET"]),
        Route("/status.atom", _served(_atom, "application/atom+xml; charset=utf-8"), methods=["GET"]),
        Route("/maintenance.ics", _served(_calendar, "text/calendar; charset=utf-8"), methods=["GET"]),
    ]


async def _status(request: Request) -> Response:
    program = program_of(request)
    try:
        customer = await program.portal.customer(request)
        overview = await program.availability.overview(request)
    except Refused as refused:
        return refused_page(request, refused)
    shown = {"overview": overview, "board": overview.board, "steps": STEPS, "looks": LOOKS, "minutes": minutes}
    return await portal_page(request, "portal/status.html", shown, customer, "status")


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
