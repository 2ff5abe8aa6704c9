"""Responses to requests without a route, and to internal errors: pages for people, problem details for programs."""

from __future__ import annotations

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

from server.edge.problems import SCIM, problem_of
from server.operations import logs
from widgets.shared.pages import error_page


def not_served(request: Request, error: Exception) -> Response:
    """The answer to an unknown path or method. A path with slashes at the end redirects to the path without them, if a
    route has it."""
    if request.url.path.startswith(SCIM) and request.url.path.endswith("/.search"):
        # RFC 7644, 3.12: clients tell from it that they must search by GET.
        error = HTTPException(501, "Search with GET and `filter`.")
    response = _answer(request, error, 404)
    if response.status_code == 404 and (right := _without_slash(request)) is not None:
        return RedirectResponse(right, 307, {"Cache-Control": "no-store"})
    if response.status_code == 405:
        # Static files are mounted, and a mount names no methods.
        named = error.headers if isinstance(error, HTTPException) else None
        response.headers.setdefault("Allow", (named or {}).get("Allow", "GET, HEAD"))
    return response


async def disconnected(request: Request, error: Exception) -> Response:
    """The answer to a client that disconnected before the request was complete. Nobody gets it."""
    return Response(status_code=400)


async def failed(request: Request, error: Exception) -> Response:
    """The answer to an internal error.

    After this, Starlette raises the error again, and uvicorn logs it a second time. `server.operations.logs` drops the
    second log line.
    """
    path = getattr(request.scope.get("route"), "path", "")
    if isinstance(error, ClientDisconnect):
        # The reader has left the page, so nobody reads the answer.
        logs.known(error)
    else:
        logs.request_failed(error, request.method, path)
    return _answer(request, error, 500)


def _answer(request: Request, error: Exception, default: int) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else default
    if request.url.path.startswith(("/api/", SCIM, "/healthz", "/readyz", "/metrics")):
        return problem_of(request, error)
    return error_page(request, status)


def _without_slash(request: Request) -> str | None:
    """The path without slashes at its end, with the query.

    None if the path has no such slash, or if no route has the shorter path. The result never contains the request's
    host or scheme.
    """
    path = request.url.path
    right = path.rstrip("/")
    if right == path or not right or right.startswith("//"):
        return None
    scope = {**request.scope, "path": right, "raw_path": right.encode()}
    if not any(route.matches(scope)[0] is Match.FULL for route in request.app.routes if isinstance(route, Route)):
        return None
    return quote(right) + (f"?{request.url.query}" if request.url.query else "")
