"""`/.well-known/security.txt` (RFC 9116): where to report a vulnerability of this desk."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clock import Clock, rfc3339
from server.settings import Settings

PATH = "/.well-known/security.txt"
HOLDS_MS = 180 * 86_400_000
"""Validity of the file in ms. The standard recommends less than a year."""


class SecurityTxt:
    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route(PATH, self.security_txt)]

    async def security_txt(self, request: Request) -> Response:
        """The contents of the file. 404 if SECURITY_CONTACT is not set."""
        settings = self._settings
        if settings.security_contact is None:
            raise HTTPException(404)
        lines = [f"Contact: {settings.security_contact}", f"Expires: {rfc3339(self._clock() + HOLDS_MS)}"]
        if settings.base_url_given:
            lines.append(f"Canonical: {settings.base_url}{PATH}")
        headers = {"Cache-Control": "public, max-age=86400"}
        return PlainTextResponse("\n".join([*lines, "Preferred-Languages: en", ""]), headers=headers)
