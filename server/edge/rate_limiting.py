"""Every HTTP request is counted before it is handled, whatever route it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from refusals import Refused
from server.edge.authentication import actor_of, place_of, shown_by
from server.edge.lines import LINE
from server.edge.problems import SAFE_METHODS, problem_of
from storage.ports import StorageUnavailable
from widgets.shared.pages import error_page

if TYPE_CHECKING:
    from identity.actor import Actor
    from server.edge.http_limits import Asked
    from server.edge.lines import Line
    from server.live.desk import Desk

_UNCOUNTED = ("/static/", "/healthz")
"""Files that are the same for everybody, and the sign of life."""
_OF_OPERATORS = ("/readyz", "/metrics")
"""Asked without a look at who asks: they must answer while the store is away."""
_OF_LINES = "/api/wire"


class RateLimiting:
    """ASGI middleware: what is over a limit gets 429, with `Retry-After`. Sockets have limits of their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(_UNCOUNTED):
            try:
                await _count(HTTPConnection(scope))
            except Refused as refused:
                desk: Desk = scope["app"].state.desk
                desk.refusal_log.note("rate", place_of(HTTPConnection(scope)))
                await _refuse(refused, Request(scope), receive, send)
                return
        await self._app(scope, receive, send)


async def _count(connection: HTTPConnection) -> None:
    desk: Desk = connection.app.state.desk
    if desk.settings.rate_limits.off:
        return
    kind: Asked = "read" if connection.scope["method"] in SAFE_METHODS else "write"
    line = _line_of(connection, desk)
    if line is not None:
        # Who speaks on it stands in its `hello`, not in its requests: its frames are counted as theirs, as on a socket.
        await desk.http_limits.check_line(line.id, kind)
        return
    actor: Actor | None = None
    if not connection.scope["path"].startswith(_OF_OPERATORS):
        try:
            actor = await actor_of(connection)
        except StorageUnavailable:
            # Whoever handles it says so; a company behind one address must not be taken for a flood meanwhile.
            return
    await desk.http_limits.check(connection, actor, kind)


def _line_of(connection: HTTPConnection, desk: Desk) -> Line | None:
    """The line that a request speaks on; None where it opens one, or names what is not theirs."""
    if connection.scope["path"] != _OF_LINES or LINE not in connection.headers:
        return None
    _, shown = shown_by(connection)
    return desk.lines.find(connection.headers[LINE], shown)


async def _refuse(refused: Refused, request: Request, receive: Receive, send: Send) -> None:
    response = problem_of(request, refused)
    if not request.url.path.startswith(("/api/", *_OF_OPERATORS)):
        page = error_page(request, 429)
        page.headers["Retry-After"] = response.headers["retry-after"]
        response = page
    await response(request.scope, receive, send)
