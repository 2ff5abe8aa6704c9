"""Client of an outside challenge service, with the request that Turnstile, hCaptcha and reCAPTCHA share: a form with
`secret` and `response`, answered by JSON with `success`.

Off unless CHALLENGE_URL is set. If the service does not answer in time, the built-in proof of work still works, so
nobody is locked out.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import structlog

AT_ONCE = 8
"""Maximum number of concurrent requests to the service. Further responses are rejected without a request."""
ANSWER_MAX = 64 * 1024
_QUIET_S = 60.0
"""Seconds between two log lines about a service that does not answer."""

log = structlog.get_logger(__name__)


class SiteVerify:
    """Implements `OutsideChallenge` over HTTP. Customers' network addresses are not sent to the service."""

    def __init__(self, url: str, site_key: str, secret: str, seconds: Callable[[], float], timeout_s: float) -> None:
        """`seconds` is a monotonic clock. `timeout_s` is the deadline for an answer of the service."""
        self._parts = urlsplit(url)
        self._site_key = site_key
        self._secret = secret
        self._seconds = seconds
        self._timeout_s = timeout_s
        self._under_way = 0
        self._said_at: float | None = None

    @property
    def site_key(self) -> str:
        """The key with which the page around the widget shows the service's challenge."""
        return self._site_key

    async def verify(self, response: str, network: str) -> bool:
        """True if the service confirms the response (`OutsideChallenge.verify`). Ignores `network`. Never raises."""
        if self._under_way >= AT_ONCE:
            return False
        self._under_way += 1
        asking = asyncio.ensure_future(asyncio.to_thread(self._ask, response))
        # The thread counts until it has ended, however long that takes.
        asking.add_done_callback(self._asked)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.shield(asking)
        except (TimeoutError, OSError, http.client.HTTPException, ValueError) as error:
            self._say(error)
            return False

    def _asked(self, asking: asyncio.Future[bool]) -> None:
        self._under_way -= 1
        if not asking.cancelled():
            asking.exception()

    def _ask(self, response: str) -> bool:
        host, port = self._parts.hostname or "", self._parts.port
        connection = (
            http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=ssl.create_default_context())
            if self._parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        )
        try:
            body = urlencode({"secret": self._secret, "response": response})
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            target = self._parts.path + (f"?{self._parts.query}" if self._parts.query else "")
            connection.request("POST", target or "/", body, headers)
            answer = connection.getresponse()
            said = json.loads(answer.read(ANSWER_MAX))
            if answer.status >= 500:
                raise ValueError(f"status {answer.status}")
            return isinstance(said, dict) and said.get("success") is True
        finally:
            connection.close()

    def _say(self, error: Exception) -> None:
        now = self._seconds()
        if self._said_at is None or now - self._said_at >= _QUIET_S:
            self._said_at = now
            log.warning("challenge_unanswered", service=self._parts.hostname, error=type(error).__name__)
