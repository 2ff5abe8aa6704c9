"""Sign-in over HTTP: checks the origin of the request, and puts the session into cookies. Calls and pages share it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock
from identity.accounts import Browser
from identity.adapters.own_accounts import OwnAccounts
from identity.adapters.people import People, SignedIn
from identity.adapters.staff_sign_ons import StaffSignOns
from identity.devices import VALID_MS
from identity.networks import coarse_network
from identity.oidc import Proven
from refusals import Refused
from server.edge import cookies
from server.edge.authentication import Authentication, place_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.origins import origin_allowed
from server.edge.portal_visitors import PortalVisitors
from server.edge.refusal_log import RefusalLog
from server.live.mail.address_claims import AddressClaims
from server.live.metrics import Metrics
from server.settings import Settings
from storage.ports import StorageUnavailable

log = structlog.get_logger(__name__)


class SignIns:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        people: People,
        accounts: OwnAccounts,
        staff_sign_ons: StaffSignOns,
        claims: AddressClaims,
        metrics: Metrics,
        authentication: Authentication,
        visitors: PortalVisitors,
        refusal_log: RefusalLog,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._people = people
        self._accounts = accounts
        self._staff_sign_ons = staff_sign_ons
        self._claims = claims
        self._metrics = metrics
        self._authentication = authentication
        self._cookies = authentication.cookies
        self._visitors = visitors
        self._refusal_log = refusal_log

    def refuse_foreign_page(self, request: Request) -> None:
        """Raises Refused(forbidden) if a page of another site sent the request.

        Such a page could sign people in to an account that is not theirs.
        """
        if not origin_allowed(request, self._settings):
            self._refusal_log.note("origin", place_of(request))
            raise Refused("forbidden", "You can only sign in from our own pages. This request has another `Origin`.")

    def refuse_foreign_form(self, request: Request) -> None:
        """Like `refuse_foreign_page`. In addition, a request with a session must have our `Origin`."""
        self.refuse_foreign_page(request)
        if self.session_cookie(request) is not None:
            self._authentication.refuse_foreign_origin(request)

    async def sign_in(self, request: Request, email: str, password: str, totp: str | None) -> SignedIn:
        """Sign in with a password. Raises the same errors as `People.sign_in`, and Refused(forbidden) for a request
        from a page of another site."""
        self.refuse_foreign_page(request)
        try:
            async with cancelled_on_disconnect(request):
                signed_in = await self._people.sign_in(
                    email,
                    password,
                    place_of(request),
                    request.headers.get("user-agent"),
                    totp,
                    self._cookies.read(request, cookies.DEVICE),
                    before=self.session_cookie(request),
                    prefixed=self._cookies.secure,
                )
        except Refused as refused:
            self._metrics.sign_ins.labels(refused.code).inc()
            raise
        self._metrics.sign_ins.labels("ok").inc()
        await self._attach(request, signed_in)
        return signed_in

    async def sign_in_by(
        self, request: Request, credential: Callable[[str, Browser, str | None], Awaitable[SignedIn]]
    ) -> SignedIn:
        """Sign in with `credential`, which begins the session.

        `credential` is called with the network of the request, its browser, and the cookie of the browser's current
        session. Raises the same errors as `credential`.
        """
        try:
            async with cancelled_on_disconnect(request):
                signed_in = await credential(place_of(request), self.browser_of(request), self.session_cookie(request))
        except Refused as refused:
            self._metrics.sign_ins.labels(refused.code).inc()
            raise
        self._metrics.sign_ins.labels("ok").inc()
        await self._attach(request, signed_in)
        return signed_in

    async def confirm(
        self, request: Request, token: str, password: str, name: str | None
    ) -> tuple[SignedIn, Sequence[int]]:
        """Confirm an email address, and sign in.

        Also returns the numbers of the tickets that were attached to the account.

        Raises the same errors as `OwnAccounts.confirm`, and Refused(forbidden) for a request from a page of another
        site.
        """
        self.refuse_foreign_form(request)
        async with cancelled_on_disconnect(request):
            signed_in = await self._accounts.confirm(
                token, password, name, place_of(request), self.browser_of(request), self.session_cookie(request)
            )
        return signed_in, await self._attach(request, signed_in)

    async def sign_on(self, request: Request, person: Proven) -> SignedIn:
        """Sign in a person whom a provider has proven. Raises the same errors as `OwnAccounts.sign_on`."""
        async with cancelled_on_disconnect(request):
            signed_in = await self._accounts.sign_on(person, self.browser_of(request), self.session_cookie(request))
        self._metrics.sign_ins.labels("ok").inc()
        await self._attach(request, signed_in)
        return signed_in

    async def sign_on_staff(
        self, request: Request, person: Proven, invitation: str | None, totp: str | None
    ) -> SignedIn | None:
        """Sign in a member of staff whom a provider has proven. Returns None in the same cases as
        `StaffSignOns.sign_in`, and raises the same errors."""
        async with cancelled_on_disconnect(request):
            signed_in = await self._staff_sign_ons.sign_in(
                person,
                invitation,
                totp,
                place_of(request),
                self.browser_of(request),
                self.session_cookie(request),
            )
        if signed_in is not None:
            self._metrics.sign_ins.labels("ok").inc()
        return signed_in

    async def _attach(self, request: Request, signed_in: SignedIn) -> Sequence[int]:
        if signed_in.actor.kind != "customer":
            return []
        try:
            here = await self._visitors.known(request)
            own = await self._accounts.own(signed_in.actor)
            return await self._claims.attach(own, here.id if here is not None else None)
        except StorageUnavailable:
            log.warning("attaching_postponed")
        except Exception:
            # The session exists, so the browser must get its cookie. The next sign-in attaches the rest.
            log.exception("attaching_failed")
        return []

    def browser_of(self, request: Request) -> Browser:
        return Browser(
            request.headers.get("user-agent"), coarse_network(place_of(request)), prefixed=self._cookies.secure
        )

    def keep(self, response: Response, signed_in: SignedIn) -> None:
        """Set the cookies of a new session."""
        lasts_s = (signed_in.expires_at - self._clock()) // 1000
        self._cookies.set(response, cookies.SESSION, signed_in.cookie, lasts_s)
        self._cookies.set(response, cookies.DEVICE, signed_in.device, VALID_MS // 1000, samesite="strict")

    def forget(self, response: Response) -> None:
        """Delete the cookies that reveal something about the person who was signed in."""
        for name in (cookies.SESSION, cookies.LOCALE, cookies.ACCOUNT_ZONE):
            self._cookies.delete(response, name)

    def session_cookie(self, request: Request) -> str | None:
        """The value of the session's cookie, under its current or its plain name."""
        found = self._cookies.read(request, cookies.SESSION)
        return found or self._cookies.read_outdated(request, cookies.SESSION)
