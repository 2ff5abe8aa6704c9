"""Calls an outside challenge service, with the request that Turnstile, hCaptcha and reCAPTCHA share: a form with
`secret` and `response`, answered by JSON with `success`.

Off unless CHALLENGE_URL is set. If the service does not answer in time, people can still use the built-in proof of
work, so nobody is locked out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import structlog

from egress import Egress, NotSent
from server.settings import Settings

AT_ONCE = 8
"""Maximum number of concurrent requests to the service. Further responses are rejected without a request."""
ANSWER_MAX = 64 * 1024
_QUIET_S = 60.0
"""Seconds between two log lines about a service that does not answer."""

log = structlog.get_logger(__name__)


class SiteVerify:
    """Implements `OutsideChallenge` over HTTP. Customers' network addresses are not sent to the service."""

    def __init__(
        self, egress: Egress, url: str, site_key: str, secret: str, seconds: Callable[[], float], timeout_s: float
    ) -> None:
        """`seconds` is a monotonic clock. `timeout_s` is the deadline for an answer of the service."""
        self._egress = egress
        self._url = url
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
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._ask(response)
        except (TimeoutError, NotSent, ValueError) as error:
            self._say(error)
            return False
        finally:
            self._under_way -= 1

    async def _ask(self, response: str) -> bool:
        body = urlencode({"secret": self._secret, "response": response}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = await self._egress.send("POST", self._url, headers, body)
        if answer.status >= 500 or len(answer.body) > ANSWER_MAX:
            raise ValueError(f"status {answer.status}")
        said = json.loads(answer.body)
        return isinstance(said, dict) and said.get("success") is True

    def _say(self, error: Exception) -> None:
        now = self._seconds()
        if self._said_at is None or now - self._said_at >= _QUIET_S:
            self._said_at = now
            log.warning("challenge_unanswered", service=urlsplit(self._url).hostname, error=type(error).__name__)


def outside_challenge(
    settings: Settings, egress: Egress, seconds: Callable[[], float], timeout_s: float
) -> SiteVerify | None:
    """The service that the settings name. None if they name none. The arguments are as for `SiteVerify`."""
    if settings.challenge_url is None or settings.challenge_site_key is None or settings.challenge_secret is None:
        return None
    secret = settings.challenge_secret.get_secret_value()
    # The operator chose this host.
    allowing = egress.allowing(urlsplit(settings.challenge_url).hostname or "")
    return SiteVerify(allowing, settings.challenge_url, settings.challenge_site_key, secret, seconds, timeout_s)
