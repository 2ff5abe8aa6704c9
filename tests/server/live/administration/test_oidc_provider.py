"""Discovery, keys and the exchange of codes, with a provider that the test plays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from joserfc.jwk import RSAKey

from egress import Egress
from identity.oidc import Asked, OidcFault
from server.live.administration.oidc_provider import AGAIN_MS, KEPT_MS, OidcProvider
from tests.egress.test_port import serving
from tests.identity.test_oidc import KEY, NONCE, OTHER, signed
from tests.running import SettableClock

NEW = RSAKey.import_key({**OTHER.as_dict(private=True), "kid": "new"})
ASKED = Asked(nonce=NONCE, verifier="v" * 64, following="", until=0)


class Played:
    """A provider whose answers the test sets."""

    def __init__(self, clock: SettableClock) -> None:
        self.clock = clock
        self.issuer = ""
        self.keys = [KEY]
        self.signs_with = KEY
        self.document: dict[str, object] = {}
        self.status = 200
        self.heard: list[tuple[str, bytes]] = []

    def asked(self, path: str) -> int:
        return len([one for one, _ in self.heard if one == path])

    def answer(self, path: str) -> object:
        if path == "/.well-known/openid-configuration":
            endpoints = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            found = {name: self.issuer + end for name, end in endpoints.items()}
            return {"issuer": self.issuer, **found, **self.document}
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        now_s = self.clock() // 1000
        claims = {"iss": self.issuer, "iat": now_s, "exp": now_s + 60}
        token = signed(claims, self.signs_with, {"kid": self.signs_with.kid})
        return {"id_token": token, "access_token": "a", "token_type": "Bearer"}


@asynccontextmanager
async def playing(clock: SettableClock) -> AsyncIterator[tuple[Played, OidcProvider]]:
    played = Played(clock)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = server.heard[-1]
        path = request.split(b" ", 2)[1].decode()
        played.heard.append((path, request))
        body = json.dumps(played.answer(path)).encode()
        writer.write(f"HTTP/1.1 {played.status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    async with serving(speak) as server:
        played.issuer = f"http://127.0.0.1:{server.port}"
        egress = Egress(["127.0.0.1"])
        yield (
            played,
            OidcProvider(egress, clock, played.issuer, "desk", "a:secret", lambda: "https://desk.example/back"),
        )


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


async def test_code_is_exchanged_with_the_verifier_and_the_secret(clock: SettableClock) -> None:
    async with playing(clock) as (played, provider):
        assert (await provider.proven("the code", ASKED, None)).sub == "dani"
        (request,) = [request for path, request in played.heard if path == "/token"]
        # RFC 6749, 2.3.1: id and secret are form-encoded before they become a pair.
        assert b"Authorization: Basic ZGVzazphJTNBc2VjcmV0" in request
        assert b"code=the+code" in request and b"code_verifier=" + b"v" * 64 in request


async def test_secret_is_sent_in_the_form_if_the_provider_wants_it_there(clock: SettableClock) -> None:
    async with playing(clock) as (played, provider):
        played.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        await provider.proven("the code", ASKED, None)
        (request,) = [request for path, request in played.heard if path == "/token"]
        assert b"client_secret=a%3Asecret" in request and b"Authorization" not in request


async def test_discovery_and_keys_are_read_once_an_hour(clock: SettableClock) -> None:
    async with playing(clock) as (played, provider):
        for _ in range(3):
            await provider.proven("the code", ASKED, None)
        assert (played.asked("/.well-known/openid-configuration"), played.asked("/keys")) == (1, 1)
        clock.forward(KEPT_MS / 1000)
        await provider.proven("the code", ASKED, None)
        assert (played.asked("/.well-known/openid-configuration"), played.asked("/keys")) == (2, 2)


async def test_unknown_key_is_looked_for_once_a_minute(clock: SettableClock) -> None:
    """The provider has a new key. Invented key names cause no flood of calls."""
    async with playing(clock) as (played, provider):
        await provider.proven("the code", ASKED, None)
        played.signs_with = NEW
        for _ in range(3):
            with pytest.raises(OidcFault):
                await provider.proven("the code", ASKED, None)
        assert played.asked("/keys") == 1
        played.keys = [KEY, NEW]
        clock.forward(AGAIN_MS / 1000)
        assert (await provider.proven("the code", ASKED, None)).sub == "dani"
        assert played.asked("/keys") == 2


async def test_removed_key_is_refused_after_an_hour(clock: SettableClock) -> None:
    async with playing(clock) as (played, provider):
        await provider.proven("the code", ASKED, None)
        played.keys = [NEW]
        clock.forward(KEPT_MS / 1000)
        with pytest.raises(OidcFault):
            await provider.proven("the code", ASKED, None)


@pytest.mark.parametrize(
    ("document", "iss"),
    [
        ({"issuer": "https://evil.example"}, None),
        ({"authorization_response_iss_parameter_supported": True}, None),
        ({}, "https://evil.example"),
        ({"token_endpoint": "http://169.254.169.254/token"}, None),
        ({"jwks_uri": "http://10.0.0.1/keys"}, None),
        ({"jwks_uri": 1}, None),
    ],
)
async def test_hostile_provider_proves_nobody(
    clock: SettableClock, document: dict[str, object], iss: str | None
) -> None:
    """Another issuer, a mix-up, and endpoints inside the network."""
    async with playing(clock) as (played, provider):
        played.document = document
        with pytest.raises(OidcFault):
            await provider.proven("the code", ASKED, iss)


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_answer_that_is_not_200_is_a_fault(clock: SettableClock, status: int) -> None:
    async with playing(clock) as (played, provider):
        played.status = status
        with pytest.raises(OidcFault):
            await provider.url(ASKED, "state")
