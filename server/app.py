"""The composition root: settings in, ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

import server.edge.api
import server.edge.security_txt
import server.edge.sockets
import widgets.pages
from clock import Clock, steady_clock, system_clock
from server.edge.api import asyncapi, openapi
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.edge.cookies import ExchangedCookies
from server.edge.headers import SecurityHeaders
from server.edge.hosts import HostCheck
from server.edge.pages import ProgramOfPages
from server.edge.problems import problem_of
from server.edge.rate_limiting import RateLimiting
from server.live.desk import Desk
from server.operations import logs
from server.settings import Settings
from widgets.ports import Samples
from widgets.shared.pages import error_page


def create_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    steady: Clock = steady_clock,
    samples: Samples | None = None,
    alongside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> Starlette:
    """The whole program. Its lifespan opens the desk (`app.state.desk`), enters `alongside`, and closes both again.
    `steady` is a clock that nobody sets. The sign-in page of the demo offers `samples`."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk = await Desk.open(settings, clock, steady)
        app.state.desk = desk
        try:
            async with alongside():
                yield
        finally:
            await desk.close()

    app = Starlette(
        routes=[
            *server.edge.sockets.routes(),
            *server.edge.api.routes(),
            *server.edge.security_txt.routes(),
            *widgets.pages.routes(settings),
        ],
        middleware=[
            Middleware(SecurityHeaders, settings=settings),
            Middleware(HostCheck, settings=settings),
            Middleware(ExchangedCookies),
            Middleware(RateLimiting),
        ],
        exception_handlers={HTTPException: _not_served, 500: _failed},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.pages = ProgramOfPages(settings, samples)
    app.state.openapi = openapi.document(server.edge.api.OPERATIONS)
    app.state.asyncapi = asyncapi.document(SERVED_TO_CUSTOMERS, SERVED_TO_STAFF, settings.base_url)
    return app


def _not_served(request: Request, error: Exception) -> Response:
    """What has no address, or none for this method. An address with a slash too many leads to the one without."""
    response = _on_error(404)(request, error)
    if response.status_code == 404 and (right := _without_slash(request)) is not None:
        return RedirectResponse(right, 307, {"Cache-Control": "no-store"})
    if response.status_code == 405:
        # Files are mounted, and what serves them names no methods.
        named = error.headers if isinstance(error, HTTPException) else None
        response.headers.setdefault("Allow", (named or {}).get("Allow", "GET, HEAD"))
    return response


def _without_slash(request: Request) -> str | None:
    """The address that is meant, as a path: never by the `Host` or scheme that the request names. None for none."""
    path = request.url.path
    right = path.rstrip("/")
    if right == path or not right or right.startswith("//"):
        return None
    scope = {**request.scope, "path": right, "raw_path": right.encode()}
    if not any(route.matches(scope)[0] is Match.FULL for route in request.app.routes if isinstance(route, Route)):
        return None
    return quote(right) + (f"?{request.url.query}" if request.url.query else "")


async def _failed(request: Request, error: Exception) -> Response:
    """A fault of ours. Starlette raises it once more, and uvicorn's own line is left out (`server.operations.logs`)."""
    path = getattr(request.scope.get("route"), "path", "")
    logs.request_failed(error, request.method, path)
    return _on_error(500)(request, error)


def _on_error(default: int) -> Callable[[Request, Exception], Response]:
    """People get a page, programs a problem."""

    def handler(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else default
        if request.url.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
            return problem_of(request, error)
        return error_page(request, status)

    return handler
