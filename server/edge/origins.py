"""Checks whether a request comes from our own pages, or from a page that may embed the widget."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from server.settings import Settings
from server.settings.origins import origin_of


def origin_allowed(connection: HTTPConnection, settings: Settings, *, widget: bool = False) -> bool:
    """True for programs, which send no `Origin`, and for our own pages.

    With `widget`, also true for pages of WIDGET_ORIGINS.
    """
    origins = connection.headers.getlist("origin")
    if widget and len(origins) == 1 and ("*" in settings.widget_origins or origins[0] in settings.widget_origins):
        return True
    return not from_another_site(connection) and (not origins or same_origin(connection, settings))


def same_origin(connection: HTTPConnection, settings: Settings) -> bool:
    """True if the request's `Origin` is exactly our own origin, as browsers write it."""
    origins = connection.headers.getlist("origin")
    return len(origins) == 1 and origins[0] == own_origin(connection, settings)


def own_origin(connection: HTTPConnection, settings: Settings) -> str | None:
    """Our own origin: BASE_URL or, if it is not set, the host in the request, which `HostCheck` has checked."""
    if settings.base_url_given:
        return settings.base_url
    scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
    return origin_of(f"{scheme}://{connection.headers.get('host', '')}")


def from_another_site(connection: HTTPConnection) -> bool:
    """True if the browser's `Sec-Fetch-Site` names another site. No page can forge this header.

    On WebSocket handshakes, browsers set this header in different ways, so only `Origin` is checked there.
    """
    if connection.scope["type"] != "http":
        return False
    return any(site not in ("same-origin", "none") for site in connection.headers.getlist("sec-fetch-site"))
