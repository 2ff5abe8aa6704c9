"""Refuses requests with a control character in their path or query, before anything else reads them.

PostgreSQL stores no NUL, so an id that contains NUL could not even be looked up. Our own paths and parameters contain
no control characters. There is one exception: a search that was pasted may have tabs and line breaks.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.edge.api.queries import REFUSED_IN_QUERIES
from server.edge.problems import SCIM, as_read_by, problem
from widgets.shared.pages import error_page

_IN_PATHS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IN_QUERIES = re.compile(f"[{REFUSED_IN_QUERIES}]")


class ControlCharacters:
    """ASGI middleware that refuses requests with control characters.

    A request with a control character in its path gets 404. A request with one in its query gets 422 from API calls,
    and 404 from pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        in_path = scope["type"] == "http" and _IN_PATHS.search(scope["path"]) is not None
        at_fault = _in_query(scope["query_string"]) if scope["type"] == "http" else []
        if in_path or at_fault:
            await _refusal(Request(scope), at_fault, in_path=in_path)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _in_query(query: bytes) -> list[str]:
    """The names of the parameters that have a control character in their name or value. The names are returned without
    control characters."""
    if b"%" not in query and _IN_QUERIES.search(query.decode("latin-1")) is None:
        return []
    found = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return [_IN_QUERIES.sub("", name) for name, value in found if _IN_QUERIES.search(f"{name}{value}")]


def _refusal(request: Request, at_fault: list[str], *, in_path: bool) -> Response:
    if not request.url.path.startswith(("/api/", SCIM)):
        return error_page(request, 404)
    if in_path:
        return as_read_by(request, problem("not_found", "There is nothing at this address."))
    fields = dict.fromkeys(at_fault, "Remove the control character.")
    return as_read_by(request, problem("invalid", "The query has a control character. Remove it.", fields=fields))
