"""The visitor who uses the customers' pages in a browser. The visitor's token is in a separate cookie."""

from __future__ import annotations

from starlette.requests import Request

from clock import Clock
from identity import visitors
from identity.actor import Actor
from identity.adapters.recognition import Visits
from server.edge.cookies import VISITOR, Cookies

_COOKIE_S = visitors.VALID_MS // 1000


class PortalVisitors:
    def __init__(self, clock: Clock, secret: bytes, cookies: Cookies, visits: Visits) -> None:
        self._clock = clock
        self._secret = secret
        self._cookies = cookies
        self._visits = visits

    async def known(self, request: Request) -> Actor | None:
        """The visitor of this browser's cookie. None if there is no valid cookie. A cookie that is a day old is
        renewed. Raises StorageUnavailable."""
        now, token = self._clock(), self._cookies.read(request, VISITOR)
        known = visitors.open(self._secret, token, now) if token is not None else None
        actor = await self._visits.actor_of(known) if known is not None else None
        if known is not None and actor is not None and now - known.issued_at >= visitors.RENEW_MS:
            self.keep(request, known.id)
        return actor

    def keep(self, request: Request, visitor: str) -> None:
        """Give this browser the visitor's cookie, in the response to this request."""
        token = visitors.issue(self._secret, visitor, self._clock())
        self._cookies.exchange(request, VISITOR, token, _COOKIE_S)
