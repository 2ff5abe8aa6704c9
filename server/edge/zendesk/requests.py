"""Adapts requests of programs that were written for Zendesk, before anything else sees them: their paths, their
credentials, and the headers about limits in the answers."""

from __future__ import annotations

import base64
import binascii
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.edge.authentication import SHOWN_BY, Authentication
from server.edge.http_limits import HttpLimits
from server.edge.problems import SAFE_METHODS, ZENDESK
from storage.ports import StorageUnavailable

_SUFFIX = ".json"
_ENDING = "/token"
_HELP_CENTER = f"{ZENDESK}help_center/"
_LOCALE = re.compile(f"{_HELP_CENTER}([a-zA-Z]{{2}}(?:-[a-zA-Z0-9]{{2,4}})?)/(.+)")


class ZendeskRequests:
    """ASGI middleware for the paths below `ZENDESK`.

    A path may end in `.json`, and a path of the help center may have a locale. `Authorization: Basic` with
    `EMAIL/token:TOKEN` counts as the bearer token, if the token is that of the address.
    """

    def __init__(self, app: ASGIApp, authentication: Authentication, limits: HttpLimits) -> None:
        self._app = app
        self._authentication = authentication
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(ZENDESK):
            await self._app(scope, receive, send)
            return
        adapted = _without_locale({**scope, "path": scope["path"].removesuffix(_SUFFIX)})
        headers = Headers(scope=scope)
        found = _credentials(headers.get("authorization", ""))
        if found is not None:
            adapted[SHOWN_BY], token = found
            others = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
            adapted["headers"] = [*others, (b"authorization", f"Bearer {token}".encode())]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._tell_limits(HTTPConnection(adapted), MutableHeaders(scope=message))
            await send(message)

        await self._app(adapted, receive, sent)

    async def _tell_limits(self, connection: HTTPConnection, headers: MutableHeaders) -> None:
        try:
            actor = await self._authentication.actor_of(connection)
        except StorageUnavailable:
            return
        if actor is None:
            return
        left = await self._limits.left(actor, "read" if connection.scope["method"] in SAFE_METHODS else "write")
        if left is not None:
            headers["X-Rate-Limit"], headers["X-Rate-Limit-Remaining"] = str(left[0]), str(left[1])


def _without_locale(scope: Scope) -> Scope:
    """The request with a locale in a path of the help center as a parameter of its query."""
    found = _LOCALE.fullmatch(scope["path"])
    if found is None:
        return scope
    query = b"&".join([*([scope["query_string"]] if scope["query_string"] else []), f"locale={found[1]}".encode()])
    return {**scope, "path": f"{_HELP_CENTER}{found[2]}", "query_string": query}


def _credentials(authorization: str) -> tuple[str, str] | None:
    """The address and the token in basic credentials; None if there are no credentials of this kind."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    person, _, token = text.partition(":")
    if not person.endswith(_ENDING) or not token.isascii() or not token.isprintable():
        return None
    return person.removesuffix(_ENDING), token
