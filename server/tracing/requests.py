"""Spans of HTTP requests."""

from __future__ import annotations

from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.tracing.beginning import Spans

UNTRACED = ("/static/", "/healthz", "/readyz", "/metrics")
"""Static files, and what monitors request again and again."""


class TracedRequests:
    """ASGI middleware. A trace begins here: headers of the request that continue another one are ignored, because
    anybody can send them."""

    def __init__(self, app: ASGIApp, spans: Spans) -> None:
        self._app = app
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNTRACED):
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        with self._spans.span(method, SpanKind.SERVER, {"http.request.method": method}, root=True) as span:

            async def sent(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _answered(span, message["status"])
                await send(message)

            try:
                await self._app(scope, receive, sent)
            finally:
                route = scope.get("route")
                if isinstance(route, Route):
                    # Not the path: it can contain tokens and ids.
                    span.update_name(f"{method} {route.path}")
                    span.set_attribute("http.route", route.path)


def _answered(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(StatusCode.ERROR)
