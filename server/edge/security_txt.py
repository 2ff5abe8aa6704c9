"""`/.well-known/security.txt` (RFC 9116): where to report a hole in this desk."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clock import rfc3339
from server.edge.authentication import desk_of

PATH = "/.well-known/security.txt"
HOLDS_MS = 180 * 86_400_000
"""How long the answer says that it holds; the standard wants less than a year."""


async def security_txt(request: Request) -> Response:
    """Whom to tell, where SECURITY_CONTACT says so."""
    desk = desk_of(request)
    settings = desk.settings
    if settings.security_contact is None:
        raise HTTPException(404)
    lines = [f"Contact: {settings.security_contact}", f"Expires: {rfc3339(desk.clock() + HOLDS_MS)}"]
    if settings.base_url_given:
        lines.append(f"Canonical: {settings.base_url}{PATH}")
    headers = {"Cache-Control": "public, max-age=86400"}
    return PlainTextResponse("\n".join([*lines, "Preferred-Languages: en", ""]), headers=headers)


def routes() -> list[Route]:
    """The one address."""
    return [Route(PATH, security_txt)]
