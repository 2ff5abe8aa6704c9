"""Security headers of every HTTP response: one policy per kind of page.

This middleware does not handle WebSockets. `server.edge.sockets` protects them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge.videos import players_of
from server.settings import Settings

_Policy = tuple[tuple[str, str], ...]
_ARTICLES = "/articles/"
_PREVIEW = "/admin/widget/frame"
"""The widget as admins see it before they save its settings."""


class SecurityHeaders:
    """ASGI middleware. Keeps headers that a response already has."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._frame = lru_cache(1)(
            lambda origins: _policy(settings, ("*",) if "*" in origins else ("'self'", *origins))
        )
        self._preview = _policy(settings, ("'self'",))
        self._page = _policy(settings, ("'none'",))
        self._article = _policy(settings, ("'none'",), players_of(settings.video_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = self._policy_of(scope["path"])

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in policy:
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _policy_of(self, path: str) -> _Policy:
        if path == "/widget":
            # Admins can change the origins while the server runs.
            return self._frame(self._settings.widget_origins)
        if path.startswith(_ARTICLES):
            return self._article
        return self._preview if path == _PREVIEW else self._page


def _policy(settings: Settings, ancestors: tuple[str, ...], frames: Sequence[str] = ()) -> _Policy:
    """`frames` are the origins, other than our own, that the page may show in frames."""
    content = (
        ContentSecurityPolicy()
        .default_src("'self'")
        # `blob:` is a picture that is not sent yet.
        .img_src("'self'", "data:", "blob:")
        .frame_src("'self'", *frames)
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors(*ancestors)
        .custom_directive("require-trusted-types-for", "'script'")
        # `lit-html` allows only templates from the source. User content is inserted as text. `switchboard-pages` is
        # the policy of htmx. It allows pages of this server, whose templates escape user content, but no scripts.
        .custom_directive("trusted-types", "lit-html", "switchboard-offline", "switchboard-pages")
    )
    secure = Secure(
        csp=content,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if settings.base_url.startswith("https:") else None,
        xcto=XContentTypeOptions().nosniff(),
    )
    return tuple(secure.header_items())
