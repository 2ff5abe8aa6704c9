"""Implements `widgets.passkey_ports.Passkeys`: the pages of passkeys use the same services as the JSON API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request

from identity.adapters import people
from identity.adapters.confirming import Here
from identity.adapters.own_passkeys import OwnPasskeys
from identity.passkey_ceremonies import Created, Shown
from identity.passkeys import refused
from refusals import Refused
from server.edge.authentication import Authentication
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.outages import as_refusals
from server.edge.passkey_sign_ins import PasskeySignIns, here_of
from widgets.passkey_ports import OwnPasskeys as OwnPasskeysView
from widgets.passkey_ports import PasskeyView
from widgets.sign_on_ports import SignedIn


class PasskeysAdapter:
    def __init__(
        self,
        authentication: Authentication,
        passkeys: OwnPasskeys,
        sign_ins: PasskeySignIns,
        signed_in: Callable[[people.SignedIn], Awaitable[SignedIn]],
    ) -> None:
        """`signed_in` converts a new session to the type that pages use."""
        self._authentication = authentication
        self._passkeys = passkeys
        self._sign_ins = sign_ins
        self._signed_in = signed_in

    def offered(self, request: Request) -> bool:
        return self._sign_ins.offered(request)

    @as_refusals
    async def sign_in(self, request: Request, answer: str) -> SignedIn:
        try:
            shown = msgspec.json.decode(answer.encode(errors="replace"), type=Shown)
        except msgspec.DecodeError:
            raise refused("unauthorized", "passkey_wrong") from None
        return await self._signed_in(await self._sign_ins.sign_in(request, shown))

    @as_refusals
    async def own(self, request: Request) -> OwnPasskeysView:
        found, ways = await self._passkeys.own(await self._here(request))
        views = [PasskeyView(one.id, one.name, one.created_at, one.last_used_at) for one in found]
        return OwnPasskeysView(self.offered(request), ways.recent, ways.password, views)

    @as_refusals
    async def begin(self, request: Request, password: str | None) -> str:
        here, party = await self._here(request), self._sign_ins.party(request)
        async with cancelled_on_disconnect(request):
            return json.dumps(await self._passkeys.begin(here, password, None, party))

    @as_refusals
    async def add(self, request: Request, answer: str, name: str) -> None:
        try:
            created = msgspec.json.decode(answer.encode(errors="replace"), type=Created)
        except msgspec.DecodeError:
            raise refused("invalid", "passkey_refused") from None
        await self._passkeys.add(await self._here(request), created, name, self._sign_ins.party(request))

    @as_refusals
    async def rename(self, request: Request, passkey: str, name: str) -> None:
        await self._passkeys.rename(await self._here(request), passkey, name)

    @as_refusals
    async def remove(self, request: Request, passkey: str, password: str | None) -> None:
        here = await self._here(request)
        async with cancelled_on_disconnect(request):
            await self._passkeys.remove(here, passkey, password, None)

    async def _here(self, request: Request) -> Here:
        proof = await self._authentication.proof_of(request)
        if proof is None or proof.by != "session":
            raise Refused("unauthorized", "Sign in first.")
        return here_of(request, proof)
