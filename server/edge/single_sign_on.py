"""Single sign-on in a browser: the redirect to the provider, and the return from it."""

from __future__ import annotations

import secrets

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clock import Clock
from egress import Egress
from identity.adapters.people import SignedIn
from identity.oidc import Asked, OidcFault
from identity.sealing import Sealer
from identity.sign_on import refused
from server.edge import cookies
from server.edge.authentication import place_of
from server.edge.cookies import Cookies
from server.edge.refusal_log import RefusalLog
from server.edge.sign_ins import SignIns
from server.live.oidc_provider import OidcProvider
from server.settings import Settings

ASKED_S = 600
"""A person has this long to sign in with the provider."""
CALLBACK = "/auth/oidc/callback"
_TEXT_MAX = 4096

log = structlog.get_logger(__name__)


def provider_of(settings: Settings, egress: Egress, clock: Clock) -> OidcProvider | None:
    """The provider that the settings name. None if there is no single sign-on."""
    issuer, client_id, secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    if issuer is None or client_id is None or secret is None:
        return None

    def redirect_uri() -> str:
        return settings.base_url + CALLBACK

    return OidcProvider(egress, clock, issuer, client_id, secret.get_secret_value(), redirect_uri)


class SingleSignOn:
    def __init__(
        self,
        provider: OidcProvider | None,
        clock: Clock,
        secret: bytes,
        of_browser: Cookies,
        sign_ins: SignIns,
        refusal_log: RefusalLog,
    ) -> None:
        """`provider` is None if there is no single sign-on."""
        self._provider = provider
        self._clock = clock
        self._sealer = Sealer(secret, "single sign-on")
        self._cookies = of_browser
        self._sign_ins = sign_ins
        self._refusal_log = refusal_log

    @property
    def on(self) -> bool:
        return self._provider is not None

    async def start(self, following: str) -> Response:
        """A redirect to the provider. Raises Refused(forbidden) if there is no provider, or if it does not answer."""
        if self._provider is None:
            raise refused("sso_failed")
        state = secrets.token_urlsafe(32)
        asked = Asked(
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            following=following,
            until=self._clock() + ASKED_S * 1000,
        )
        try:
            url = await self._provider.url(asked, state)
        except OidcFault as fault:
            log.warning("sign_on_failed", reason=str(fault))
            raise refused("sso_failed") from None
        response = RedirectResponse(url, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        sealed = self._sealer.seal(state, msgspec.json.encode(asked).decode())
        self._cookies.set(response, cookies.SIGN_ON, sealed, ASKED_S)
        return response

    async def finish(self, request: Request) -> tuple[SignedIn, str]:
        """The session of the person who returns from the provider, and the path of the page that follows. Raises
        Refused."""
        query = request.query_params
        asked = self._asked(request, query.get("state", ""))
        if self._provider is None or asked is None:
            self._refusal_log.note("sign_on", place_of(request))
            raise refused("sso_failed")
        if "error" in query or not (code := query.get("code", "")) or len(code) > _TEXT_MAX:
            raise refused("sso_denied")
        try:
            person = await self._provider.proven(code, asked, query.get("iss"))
        except OidcFault as fault:
            log.warning("sign_on_failed", reason=str(fault))
            raise refused("sso_failed") from None
        return await self._sign_ins.sign_on(request, person), asked.following

    def forget(self, response: Response) -> None:
        """Delete the cookie of a sign-in that is over."""
        self._cookies.delete(response, cookies.SIGN_ON)

    def _asked(self, request: Request, state: str) -> Asked | None:
        """The sign-in that this browser began with this `state`. None if there is none, or if it has expired."""
        sealed = self._cookies.read(request, cookies.SIGN_ON)
        opened = self._sealer.open(state, sealed) if sealed and 0 < len(sealed) <= _TEXT_MAX else None
        if opened is None:
            return None
        asked = msgspec.json.decode(opened, type=Asked)
        return asked if self._clock() < asked.until else None
