"""Passkeys over HTTP: the name under which authenticators know the desk, and the cookie that binds a sign-in to its
browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from identity import tokens
from identity.accounts import Browser
from identity.adapters.confirming import Here
from identity.adapters.own_passkeys import OwnPasskeys
from identity.adapters.people import SignedIn
from identity.passkey_ceremonies import Party, Shown, party_of
from identity.passkey_challenges import VALID_MS
from identity.passkeys import refused, too_late
from server.edge import cookies
from server.edge.authentication import Proof, place_of
from server.edge.cookies import Cookies
from server.edge.origins import own_origin
from server.edge.sign_ins import SignIns
from server.settings import Settings


class PasskeySignIns:
    def __init__(self, settings: Settings, of_browser: Cookies, passkeys: OwnPasskeys, sign_ins: SignIns) -> None:
        self._settings = settings
        self._cookies = of_browser
        self._passkeys = passkeys
        self._sign_ins = sign_ins

    def offered(self, request: Request) -> bool:
        """True if browsers offer passkeys at the address of this request."""
        return self._party(request) is not None

    def party(self, request: Request) -> Party:
        """The desk as authenticators know it at the address of this request.

        Raises Refused(conflict) if browsers offer no passkeys at this address.
        """
        party = self._party(request)
        if party is None:
            raise refused("conflict", "passkey_unavailable")
        return party

    def begin(self, request: Request) -> tuple[Mapping[str, object], Callable[[Response], None]]:
        """A pair: the options with which the browser lets a person choose a passkey, and a function that sets the
        browser's cookie. Raises Refused(forbidden) for a request from a page of another site, and the error of
        `party`."""
        self._sign_ins.refuse_foreign_form(request)
        party, holder = self.party(request), self._holder(request) or tokens.new_cookie()

        def keep(response: Response) -> None:
            self._cookies.set(response, cookies.PASSKEY, holder, VALID_MS // 1000, samesite="strict")

        return self._passkeys.ask(holder, party), keep

    async def sign_in(self, request: Request, shown: Shown) -> SignedIn:
        """Sign in with a passkey. Raises the same errors as `OwnPasskeys.sign_in`, Refused(forbidden) for a request
        from a page of another site, and the error of `party`."""
        self._sign_ins.refuse_foreign_page(request)
        party, holder = self.party(request), self._holder(request)
        if holder is None:
            raise too_late()

        async def passkey(place: str, browser: Browser, before: str | None) -> SignedIn:
            return await self._passkeys.sign_in(shown, holder, party, place, browser, before)

        return await self._sign_ins.sign_in_by(request, passkey)

    def _party(self, request: Request) -> Party | None:
        return party_of(own_origin(request, self._settings), self._settings.brand_name)

    def _holder(self, request: Request) -> str | None:
        found = self._cookies.read(request, cookies.PASSKEY)
        return found if found is not None and tokens.looks_like_cookie(found) else None


def here_of(request: Request, proof: Proof) -> Here:
    """The browser of a signed-in person. `proof` must be that of a session."""
    return Here(proof.actor, proof.fingerprint or "", place_of(request))
