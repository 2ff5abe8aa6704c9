"""Refuses requests whose host is not a host of this server, before anything else handles them."""

from __future__ import annotations

from http import HTTPStatus
from socket import gethostname

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.edge.authentication import place_of
from server.edge.problems import problem
from server.edge.refusal_log import RefusalLog
from server.settings import PREFIX, Settings
from server.settings.origins import ServedHosts, host_of, is_loopback

_ANY_HOST = ("/healthz", "/readyz", "/metrics")
"""Paths that are served under any host.

Load balancers call the first two by any address, and learn only one word. `/metrics` has its own check.
"""


class HostCheck:
    """ASGI middleware that refuses requests with a foreign host: HTTP with 421, WebSocket handshakes with 403.

    Starlette's `TrustedHostMiddleware` cannot allow all IP addresses, exempt paths, or answer with problem details.
    """

    def __init__(self, app: ASGIApp, settings: Settings, refusal_log: RefusalLog) -> None:
        self._app = app
        self._settings = settings
        self._refusal_log = refusal_log
        self._served = served_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in _ANY_HOST or self._serves(scope):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        self._refusal_log.note("host", place_of(connection))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            await self._refuse(scope, receive, send)

    def _serves(self, scope: Scope) -> bool:
        named = Headers(scope=scope).getlist("host")
        return len(named) == 1 and self._served.serve(named[0])

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = refusal(self._settings)
        if Request(scope).url.path.startswith("/api/"):
            response = problem("invalid", detail, status=HTTPStatus.MISDIRECTED_REQUEST)
        else:
            headers = {"Cache-Control": "no-store"}
            response = PlainTextResponse(detail + "\n", HTTPStatus.MISDIRECTED_REQUEST, headers)
        await response(scope, receive, send)


def served_hosts(settings: Settings) -> ServedHosts:
    """The hosts of this server: the host of BASE_URL, and ALLOWED_HOSTS.

    If BASE_URL is not set, loopback hosts are served in its place. If the server then listens on more than loopback,
    the name of this machine and every IP address are served too.
    """
    if settings.base_url_given:
        return ServedHosts.only(settings.base_url, settings.allowed_hosts)
    if is_loopback(settings.listens_on):
        return ServedHosts(frozenset(settings.allowed_hosts), loopback=True)
    machine = host_of(gethostname())
    own = (machine, f"{machine}.local") if machine else ()
    return ServedHosts(frozenset({*own, *settings.allowed_hosts}), loopback=True, addresses=True)


def refusal(settings: Settings) -> str:
    told = f"This desk is at {settings.base_url} and doesn't answer to this name."
    if settings.base_url_given:
        return f"{told} Its operator adds names by {PREFIX}ALLOWED_HOSTS."
    return f"{told} Its operator gives it another by {PREFIX}BASE_URL, or more by {PREFIX}ALLOWED_HOSTS."
