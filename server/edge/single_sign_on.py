"""Single sign-on in a browser: the redirect to the provider, and the return from it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clock import Clock
from identity import tokens
from identity.adapters.confirming import Here
from identity.adapters.people import SignedIn
from identity.adapters.staff_sign_ons import StaffSignOns
from identity.oidc import Asked, OidcFault, Proven, ProviderName
from identity.sign_on import refused
from refusals import Refused
from server.edge.authentication import Authentication, place_of
from server.edge.refusal_log import RefusalLog
from server.edge.sign_ins import SignIns
from server.edge.sign_on_cookie import ASKED_S, CODE_S, Awaited, SignOnCookie
from server.edge.sign_on_providers import Providers
from widgets.sign_on_ports import Way

_TEXT_MAX = 4096
_ACCOUNT = "/account?sign_on="
CODE_PAGE = "/auth/oidc/code"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a visit at the provider. `following` is the page that the browser opens next.

    `signed_in` is None if nobody was signed in. `keep` sets or deletes the cookie of the sign-on in a response.
    """

    signed_in: SignedIn | None
    following: str
    keep: Callable[[Response], None]


class SingleSignOn:
    def __init__(
        self,
        providers: Providers,
        clock: Clock,
        secret: bytes,
        authentication: Authentication,
        sign_ins: SignIns,
        staff: StaffSignOns,
        refusal_log: RefusalLog,
    ) -> None:
        self.providers = providers
        self._clock = clock
        self._cookie = SignOnCookie(secret, authentication.cookies, clock)
        self._authentication = authentication
        self._sign_ins = sign_ins
        self._staff = staff
        self._refusal_log = refusal_log

    @property
    def issuer_of_staff(self) -> str | None:
        return self.providers.staff.issuer if self.providers.staff is not None else None

    # -- to the provider -------------------------------------------------------------------

    async def start(self, following: str, way: Way, invitation: str) -> Response:
        """A redirect to the provider. `invitation` is the token of an invitation's link, or empty.

        Raises Refused(forbidden) if `invitation` is malformed, if there is no provider, or if the provider does not
        answer.
        """
        if invitation and not tokens.looks_like_cookie(invitation):
            raise refused("sso_invitation")
        hash = tokens.fingerprint(invitation) if invitation else None
        url, keep = await self._began(following, "staff" if invitation else way, invitation=hash)
        response = RedirectResponse(url, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        keep(response)
        return response

    async def start_link(self, session: str) -> tuple[str, Callable[[Response], None]]:
        """For a member of staff who links single sign-on in this session. Returns a pair: the URL of the provider's
        page, and a function that sets the cookie of the sign-on in a response.

        Raises Refused(forbidden) like `start`.
        """
        return await self._began("", "staff", session=session)

    async def _began(
        self, following: str, way: Way, *, session: str | None = None, invitation: str | None = None
    ) -> tuple[str, Callable[[Response], None]]:
        name = self.providers.name_for(way)
        provider = self.providers.named(name) if name is not None else None
        if name is None or provider is None:
            raise refused("sso_failed")
        state = secrets.token_urlsafe(32)
        asked = Asked(
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            following=following,
            until=self._clock() + ASKED_S * 1000,
            provider=name,
            session=session,
            invitation=invitation,
        )
        for_staff = way == "staff" or name == "staff"
        try:
            url = await provider.url(asked, state, self.providers.acr_values if for_staff else ())
        except OidcFault as fault:
            log.warning("sign_on_failed", reason=str(fault))
            raise refused("sso_failed") from None
        return url, lambda response: self._cookie.keep_asked(response, state, asked)

    # -- back from the provider ------------------------------------------------------------

    async def finish(self, request: Request, came_to: ProviderName) -> Ended:
        """Handle the return from a provider. `came_to` is the provider whose path the browser came to.

        Raises Refused(forbidden) if the sign-on was not begun in this browser, was ended by the person, or failed. Also
        raises the errors of `SignIns.sign_on` and `SignIns.sign_on_staff`, except for a missing code.
        """
        asked = self._cookie.asked(request, request.query_params.get("state", ""))
        if asked is None or asked.provider != came_to:
            self._refusal_log.note("sign_on", place_of(request))
            raise refused("sso_failed")
        if asked.session is not None:
            return Ended(None, _ACCOUNT + await self._link(request, asked, asked.session), self.forget)
        person = await self._proven(request, asked)
        try:
            signed_in = await self._signed_in(request, person, asked.provider, asked.invitation, None)
        except Refused as error:
            if "totp" not in (error.fields or {}):
                raise
            return self._awaiting(person, asked)
        return Ended(signed_in, asked.following, self.forget)

    def awaits_code(self, request: Request) -> bool:
        """True if a person in this browser must enter a code to finish signing in."""
        return self._cookie.awaited(request) is not None

    async def finish_code(self, request: Request, totp: str) -> Ended:
        """Finish a sign-in with the code of a second factor. Raises Refused(unauthorized) with the field `totp` for a
        wrong code, Refused(forbidden) if no code is awaited, and the other errors of `SignIns.sign_on_staff`."""
        awaited = self._cookie.awaited(request)
        if awaited is None or awaited.issuer != self.issuer_of_staff:
            self._refusal_log.note("sign_on", place_of(request))
            raise refused("sso_failed")
        name = self.providers.name_for("staff") or "staff"
        signed_in = await self._signed_in(request, awaited.person, name, awaited.invitation, totp)
        return Ended(signed_in, awaited.following, self.forget)

    def forget(self, response: Response) -> None:
        """Delete the cookie of a sign-on that is over."""
        self._cookie.forget(response)

    async def _signed_in(
        self, request: Request, person: Proven, name: ProviderName, invitation: str | None, totp: str | None
    ) -> SignedIn:
        signed_in = None
        if self.providers.serves_staff(name):
            signed_in = await self._sign_ins.sign_on_staff(request, person, invitation, totp)
        if signed_in is None and name != "customers":
            raise refused("sso_unlinked")
        return signed_in or await self._sign_ins.sign_on(request, person)

    def _awaiting(self, person: Proven, asked: Asked) -> Ended:
        awaited = Awaited(
            issuer=person.issuer,
            sub=person.sub,
            email=person.email,
            email_verified=person.email_verified,
            invitation=asked.invitation,
            following=asked.following,
            until=self._clock() + CODE_S * 1000,
        )
        return Ended(None, CODE_PAGE, lambda response: self._cookie.keep_awaited(response, awaited))

    async def _proven(self, request: Request, asked: Asked) -> Proven:
        query, provider = request.query_params, self.providers.named(asked.provider)
        if provider is None:
            raise refused("sso_failed")
        if "error" in query or not (code := query.get("code", "")) or len(code) > _TEXT_MAX:
            raise refused("sso_denied")
        try:
            return await provider.proven(code, asked, query.get("iss"))
        except OidcFault as fault:
            log.warning("sign_on_failed", reason=str(fault))
            raise refused("sso_failed") from None

    async def _link(self, request: Request, asked: Asked, session: str) -> str:
        """Link the provider's person to the member of staff who began the link in `session`.

        Returns a word for the account page: `linked`, or the reason why not. Raises Refused(forbidden) if the browser
        is no longer signed in with `session`.
        """
        here = await self._linking(request, session)
        if here is None:
            self._refusal_log.note("sign_on", place_of(request))
            raise refused("sso_failed")
        try:
            await self._staff.link(here, await self._proven(request, asked))
        except Refused as error:
            if error.code == "conflict":
                return "taken"
            if error.code == "forbidden":
                return "denied" if "sso_denied" in (error.fields or {}) else "failed"
            raise
        return "linked"

    async def _linking(self, request: Request, session: str) -> Here | None:
        proof = await self._authentication.proof_of(request)
        if proof is None or proof.by != "session" or proof.fingerprint != session:
            return None
        here = Here(proof.actor, session, place_of(request))
        return here if proof.actor.kind == "staff" and not proof.actor.limited else None
