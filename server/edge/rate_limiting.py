"""Counts every HTTP request before it is handled."""

from __future__ import annotations

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from identity.actor import Actor
from refusals import Refused
from server.edge.authentication import Authentication, place_of
from server.edge.http_limits import Asked, HttpLimits
from server.edge.polled import LINE, PolledConnection, PolledConnections
from server.edge.problems import SAFE_METHODS, problem_of
from server.edge.refusal_log import RefusalLog
from storage.ports import StorageUnavailable
from widgets.shared.pages import error_page

_UNCOUNTED = ("/static/", "/healthz")
"""Paths that are not counted: static files, which are the same for everybody, and the health check."""
_OF_OPERATORS = ("/readyz", "/metrics")
"""Paths that are counted without authentication, because they must answer while the database is unavailable."""
_OF_LINES = "/api/wire"


class RateLimiting:
    """ASGI middleware that answers 429 with `Retry-After` to requests over a limit.

    Sockets have limits of their own.
    """

    def __init__(
        self,
        app: ASGIApp,
        authentication: Authentication,
        limits: HttpLimits,
        polled: PolledConnections,
        refusal_log: RefusalLog,
    ) -> None:
        self._app = app
        self._authentication = authentication
        self._limits = limits
        self._polled = polled
        self._refusal_log = refusal_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and not scope["path"].startswith(_UNCOUNTED)
        if counted and not self._limits.off:
            try:
                await self._count(HTTPConnection(scope))
            except Refused as refused:
                self._refusal_log.note("rate", place_of(HTTPConnection(scope)))
                await _refuse(refused, Request(scope), receive, send)
                return
        await self._app(scope, receive, send)

    async def _count(self, connection: HTTPConnection) -> None:
        kind: Asked = "read" if connection.scope["method"] in SAFE_METHODS else "write"
        polled = self._connection_of(connection)
        if polled is not None:
            # `hello` identifies the sender, not the request. Its frames count for that person, as on a socket.
            await self._limits.check_line(polled.id, kind)
            return
        actor: Actor | None = None
        if not connection.scope["path"].startswith(_OF_OPERATORS):
            try:
                actor = await self._authentication.actor_of(connection)
            except StorageUnavailable:
                # The endpoint reports the failure. Meanwhile a company behind one address must not be taken for a
                # flood.
                return
        await self._limits.check(connection, actor, kind)

    def _connection_of(self, connection: HTTPConnection) -> PolledConnection | None:
        """The polled connection that a request names.

        None if the request opens a new connection, or names a connection of somebody else.
        """
        if connection.scope["path"] != _OF_LINES or LINE not in connection.headers:
            return None
        _, shown = self._authentication.shown_by(connection)
        return self._polled.find(connection.headers[LINE], shown)


async def _refuse(refused: Refused, request: Request, receive: Receive, send: Send) -> None:
    response = problem_of(request, refused)
    if not request.url.path.startswith(("/api/", *_OF_OPERATORS)):
        page = error_page(request, 429)
        page.headers["Retry-After"] = response.headers["retry-after"]
        response = page
    await response(request.scope, receive, send)
