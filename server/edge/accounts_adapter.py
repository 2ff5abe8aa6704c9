"""Implements `widgets.ports.Accounts`: the pages of accounts use the same services as the JSON API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from identity.account_ports import OwnAccount
from identity.accounts import Wanted, checked_name
from identity.actor import Actor
from identity.adapters import people
from identity.adapters.confirming import Confirming, Here
from identity.adapters.own_accounts import OwnAccounts
from identity.adapters.people import People
from refusals import Refused
from server.edge import cookies
from server.edge.api.accounts import address_of, checked_locale, checked_zone
from server.edge.authentication import Authentication, place_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.http_limits import HttpLimits
from server.edge.outages import as_refusals
from server.edge.plain_forms import read_plain_form
from server.edge.sign_ins import SignIns
from server.edge.single_sign_on import Ended, SingleSignOn
from server.live.mail.address_claims import AddressClaims
from storage.ports import Storage
from widgets.ports import AccountView, DeviceView, Form
from widgets.sign_on_ports import SignedIn, SignOnEnd, Way

FORM_MAX = 32 * 1024
"""Maximum bytes of a form. A password has 1,000 characters at most."""
FIELDS_MAX = 20
LONG_FORM_MAX, LONG_FIELDS_MAX = 256 * 1024, 1_000
"""Bytes and fields of the form of a rule, which has a field for each thing that it can name."""


class AccountsAdapter:
    def __init__(
        self,
        storage: Storage,
        authentication: Authentication,
        sign_ins: SignIns,
        http_limits: HttpLimits,
        people: People,
        accounts: OwnAccounts,
        claims: AddressClaims,
        sign_on: SingleSignOn,
        confirming: Confirming,
    ) -> None:
        self._storage = storage
        self._authentication = authentication
        self._cookies = authentication.cookies
        self._sign_ins = sign_ins
        self._http_limits = http_limits
        self._people = people
        self._accounts = accounts
        self._claims = claims
        self._sign_on = sign_on
        self._confirming = confirming

    async def read_form(self, request: Request, *, long: bool = False) -> Form:
        self._authentication.refuse_foreign_origin(request)
        limits = (LONG_FORM_MAX, LONG_FIELDS_MAX) if long else (FORM_MAX, FIELDS_MAX)
        return await read_plain_form(request, *limits)

    # -- signed out ------------------------------------------------------------------------

    @as_refusals
    async def ask(
        self, request: Request, email: str, name: str, locale: str, timezone: str, *, forgotten: bool
    ) -> None:
        wanted = Wanted(
            email=address_of(email),
            name=checked_name(name),
            locale=checked_locale(locale),
            timezone=checked_zone(timezone),
            forgotten=forgotten,
        )
        await self._http_limits.check(request, None, "sign_ups")
        await self._accounts.ask(wanted)

    @as_refusals
    async def opened(self, token: str) -> tuple[str, str | None, bool] | None:
        return await self._accounts.opened(token)

    @as_refusals
    async def confirm(self, request: Request, token: str, password: str, name: str | None) -> SignedIn:
        signed_in, attached = await self._sign_ins.confirm(request, token, password, name)
        return await self._signed_in(signed_in, len(attached))

    @as_refusals
    async def sign_in(self, request: Request, email: str, password: str, totp: str) -> SignedIn:
        return await self._signed_in(await self._sign_ins.sign_in(request, email, password, totp or None), 0)

    @as_refusals
    async def signed_out_by(self, request: Request) -> str | None:
        cookie = self._sign_ins.session_cookie(request)
        if cookie is None:
            return None
        return await self._storage.read(lambda tx: self._people.identity.signed_out_by(tx, cookie))

    @property
    def sign_on_ways(self) -> Sequence[Way]:
        return self._sign_on.providers.ways

    @as_refusals
    async def start_sign_on(self, following: str, way: Way, invitation: str) -> Response:
        return await self._sign_on.start(following, way, invitation)

    @as_refusals
    async def finish_sign_on(self, request: Request, *, staff: bool) -> SignOnEnd:
        return await self._end_of(await self._sign_on.finish(request, "staff" if staff else "customers"))

    def awaits_sign_on_code(self, request: Request) -> bool:
        return self._sign_on.awaits_code(request)

    @as_refusals
    async def finish_sign_on_code(self, request: Request, totp: str) -> SignOnEnd:
        return await self._end_of(await self._sign_on.finish_code(request, totp))

    async def _end_of(self, ended: Ended) -> SignOnEnd:
        signed_in = await self._signed_in(ended.signed_in, 0) if ended.signed_in is not None else None
        return SignOnEnd(signed_in, ended.following, ended.keep)

    def forget_sign_on(self, response: Response) -> None:
        self._sign_on.forget(response)

    async def signed_in(self, signed_in: people.SignedIn) -> SignedIn:
        """Convert a new session to the type that pages use. The result can set the session's cookies."""
        return await self._signed_in(signed_in, 0)

    async def _signed_in(self, signed_in: people.SignedIn, attached: int) -> SignedIn:
        own = await self._accounts.own(signed_in.actor) if signed_in.actor.kind == "customer" else None

        def keep(response: Response) -> None:
            self._sign_ins.keep(response, signed_in)
            if own is not None:
                self._keep_choices(own, response)

        return SignedIn(signed_in.actor, keep, attached)

    # -- signed in -------------------------------------------------------------------------

    @as_refusals
    async def sign_out(self, request: Request) -> Callable[[Response], None]:
        await self._people.sign_out(self._sign_ins.session_cookie(request))
        return self._sign_ins.forget

    @as_refusals
    async def own(self, request: Request, actor: Actor) -> AccountView:
        own, proof = await self._accounts.own(actor), await self._authentication.proof_of(request)
        current = proof.fingerprint if proof is not None else None
        client = own.account.client
        named = await self._storage.read(lambda tx: self._people.client_names(tx, [client])) if client else {}
        return AccountView(
            name=own.name or "",
            email=own.email,
            locale=own.locale or "",
            timezone=own.timezone or "",
            client=named.get(client or ""),
            devices=[
                DeviceView(one.id, one.id == current, one.user_agent or "", one.network or "", one.last_seen_at)
                for one in await self._people.sessions(actor)
            ],
        )

    @as_refusals
    async def change(
        self, request: Request, actor: Actor, name: str, locale: str, timezone: str
    ) -> Callable[[Response], None]:
        await self._accounts.own(actor)
        await self._session(request)
        changed = await self._accounts.change(actor, name, checked_locale(locale), checked_zone(timezone))
        return partial(self._keep_choices, changed)

    @as_refusals
    async def choose_password(self, request: Request, actor: Actor, old: str, new: str) -> None:
        session = await self._session(request)
        async with cancelled_on_disconnect(request):
            await self._people.choose_password(actor, old, new, session, place_of(request))

    @as_refusals
    async def sign_out_device(self, request: Request, actor: Actor, device: str, password: str | None) -> None:
        here = Here(actor, await self._session(request), place_of(request))
        async with cancelled_on_disconnect(request):
            await self._confirming.owner(here, password)
        if device:
            await self._people.sign_out_elsewhere(actor, device)
        else:
            await self._people.sign_out_everywhere_else(actor, here.session)

    @as_refusals
    async def not_mine(self, actor: Actor, number: int) -> None:
        await self._claims.not_mine(actor, number)

    async def _session(self, request: Request) -> str:
        proof = await self._authentication.proof_of(request)
        if proof is None or proof.by != "session" or proof.fingerprint is None:
            raise Refused("unauthorized", "Sign in first.")
        return proof.fingerprint

    def _keep_choices(self, own: OwnAccount, response: Response) -> None:
        """Store the account's language and time zone in cookies of this browser."""
        for name, value in ((cookies.LOCALE, own.locale), (cookies.ACCOUNT_ZONE, own.timezone)):
            if value is not None:
                self._cookies.set(response, name, value, cookies.CHOICES_S)
            else:
                self._cookies.delete(response, name)
