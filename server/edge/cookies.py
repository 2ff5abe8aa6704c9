"""Names and attributes of our cookies, and the replacement of cookies with older names.

If BASE_URL is https, a cookie is named `__Host-…`. Browsers accept such a cookie only with `Secure`, for `/`, and from
this host. So no other host of the domain can set a cookie with this name. Browsers do not accept the prefix over http.
If BASE_URL is http, a cookie has its plain name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION = "switchboard_session"
DEVICE = "switchboard_device"
VISITOR = "switchboard_visitor"
"""The token of the visitor who uses the portal in this browser. It counts only for pages."""
SIGN_ON = "switchboard_sign_on"
"""The sealed state of a sign-in with a provider that is under way."""
PASSKEY = "switchboard_passkey"
"""A random value, for which challenges of sign-ins with a passkey are issued. It proves nothing about a person."""
ZONE = "switchboard_zone"
"""The browser's time zone. A script of the portal sets the cookie under this name, so the name never has the prefix
`__Host-`."""
LOCALE = "switchboard_locale"
"""The language that was chosen in this browser, or the language of the signed-in account. `widgets.shared.catalogues`
reads it."""
ACCOUNT_ZONE = "switchboard_account_zone"
"""The time zone of the account that is signed in."""
CHOICES_S = 90 * 24 * 3_600
_PREFIX = "__Host-"
_EXCHANGED = "switchboard.exchanged_cookies"


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets cookies. Callers pass the plain names, without the prefix."""

    base_url: str

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https:")

    def name(self, plain: str) -> str:
        return _PREFIX + plain if self.secure else plain

    def read(self, connection: HTTPConnection, plain: str) -> str | None:
        return connection.cookies.get(self.name(plain))

    def read_outdated(self, connection: HTTPConnection, plain: str) -> str | None:
        """The value of the cookie with the plain name. None if the cookie with the prefix is there, or if cookies have
        no prefix."""
        if not self.secure or self.read(connection, plain) is not None:
            return None
        return connection.cookies.get(plain)

    def set(
        self,
        response: Response,
        plain: str,
        value: str,
        max_age_s: int,
        *,
        samesite: Literal["lax", "strict"] = "lax",
    ) -> None:
        """Set a cookie. If its current name has the prefix, also delete the cookie with the plain name."""
        response.set_cookie(
            self.name(plain), value, max_age=max_age_s, path="/", secure=self.secure, httponly=True, samesite=samesite
        )
        self._delete_outdated(response, plain)

    def delete(self, response: Response, plain: str) -> None:
        response.delete_cookie(self.name(plain), path="/", secure=self.secure, httponly=True, samesite="lax")
        self._delete_outdated(response, plain)

    def _delete_outdated(self, response: Response, plain: str) -> None:
        if self.secure:
            response.delete_cookie(plain, path="/", secure=True, httponly=True, samesite="lax")

    def exchange(self, connection: HTTPConnection, plain: str, value: str, max_age_s: int) -> None:
        """Set the cookie under its current name, in the response to this request. The middleware `ExchangedCookies`
        must be installed."""
        waiting = connection.scope.setdefault(_EXCHANGED, Response())
        self.set(waiting, plain, value, max_age_s)


class ExchangedCookies:
    """ASGI middleware that adds the cookies of `Cookies.exchange` to the response. A response that sets cookies itself,
    or that any cache may store, stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_cookies(message: Message) -> None:
            waiting = scope.get(_EXCHANGED)
            if message["type"] == "http.response.start" and waiting is not None:
                headers = MutableHeaders(scope=message)
                # A sign-in or sign-out sets the cookie itself. Cacheable responses must have none.
                if "set-cookie" not in headers and "public" not in headers.get("cache-control", ""):
                    for cookie in waiting.headers.getlist("set-cookie"):
                        headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookies)
