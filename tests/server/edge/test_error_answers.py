"""`server.edge.error_answers` in the composed application."""

from __future__ import annotations

from pathlib import Path

import httpx2
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from tests.running import DEADLINE_S, running


async def _broken(request: Request) -> Response:
    raise TypeError("of the inside")


async def _left(request: Request) -> Response:
    raise ClientDisconnect


async def test_internal_error_is_logged_with_its_path_pattern(tmp_path: Path) -> None:
    """The line `request_failed` has neither the values in the path nor the query."""
    async with running(tmp_path / "data") as desk:
        desk.web.app.router.routes.insert(0, Route("/api/broken/{id}", _broken))
        desk.web.app.router.routes.insert(0, Route("/left", _left))
        async with httpx2.AsyncClient(base_url=desk.url, trust_env=False, verify=False, timeout=DEADLINE_S) as http:
            with capture_logs() as lines:
                answer = await http.get("/api/broken/filled-in?key=secret")
                await http.get("/left")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "retry-after" not in answer.headers and "inside" not in answer.text
    (line,) = [line for line in lines if line["event"] == "request_failed"]
    assert (line["method"], line["path"], line["error"]) == ("GET", "/api/broken/{id}", "TypeError")
