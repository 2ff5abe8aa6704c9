"""The cookie of a single sign-on that is under way. It is encrypted, so only the desk can read or change it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock
from identity.oidc import Asked, Proven
from identity.sealing import Sealer
from server.edge import cookies
from server.edge.cookies import Cookies

ASKED_S = 600
"""A person has this many seconds to sign in with the provider."""
CODE_S = 300
"""After the sign-in with the provider, a person has this many seconds to enter a code of the second factor."""
_SEALED_MAX = 4096
_CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A person whom a provider has proven, and who must still enter a code of the second factor."""

    issuer: str
    sub: str
    email: str | None
    email_verified: bool
    invitation: str | None
    following: str
    until: int

    @property
    def person(self) -> Proven:
        return Proven(issuer=self.issuer, sub=self.sub, email=self.email, email_verified=self.email_verified, name=None)


class SignOnCookie:
    def __init__(self, secret: bytes, of_browser: Cookies, clock: Clock) -> None:
        self._asked = Sealer(secret, "single sign-on")
        self._awaited = Sealer(secret, "single sign-on code")
        self._cookies = of_browser
        self._clock = clock

    def keep_asked(self, response: Response, state: str, asked: Asked) -> None:
        sealed = self._asked.seal(state, msgspec.json.encode(asked).decode())
        self._cookies.set(response, cookies.SIGN_ON, sealed, ASKED_S)

    def asked(self, request: Request, state: str) -> Asked | None:
        """The sign-on that this browser began with this `state`. None if there is none, or if it has expired."""
        opened = self._opened(request, self._asked, state)
        asked = msgspec.json.decode(opened, type=Asked) if opened is not None else None
        return asked if asked is not None and self._clock() < asked.until else None

    def keep_awaited(self, response: Response, awaited: Awaited) -> None:
        sealed = self._awaited.seal(_CODE, msgspec.json.encode(awaited).decode())
        self._cookies.set(response, cookies.SIGN_ON, sealed, CODE_S)

    def awaited(self, request: Request) -> Awaited | None:
        """The person who must still enter a code in this browser. None if there is none, or if the time for the code is
        over."""
        opened = self._opened(request, self._awaited, _CODE)
        awaited = msgspec.json.decode(opened, type=Awaited) if opened is not None else None
        return awaited if awaited is not None and self._clock() < awaited.until else None

    def forget(self, response: Response) -> None:
        self._cookies.delete(response, cookies.SIGN_ON)

    def _opened(self, request: Request, sealer: Sealer, owner: str) -> str | None:
        sealed = self._cookies.read(request, cookies.SIGN_ON)
        return sealer.open(owner, sealed) if sealed and 0 < len(sealed) <= _SEALED_MAX else None
