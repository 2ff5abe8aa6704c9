"""A provider of single sign-on: its discovery document and keys, and the exchange of codes for proofs."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Collection
from urllib.parse import quote_plus, urlencode

import msgspec
from joserfc.jwk import KeySet

from clock import Clock
from egress import Answer, Egress, NotSent
from identity import oidc
from identity.oidc import Asked, Metadata, OidcFault, Proven

KEPT_MS = 3_600_000
"""The discovery document and the keys are read again after this time."""
AGAIN_MS = 60_000
"""If a token names an unknown key, the keys are read again, but not before they are this old."""


class _Tokens(msgspec.Struct):
    """The answer of the token endpoint."""

    id_token: str
    access_token: str | None = None


class OidcProvider:
    def __init__(
        self,
        egress: Egress,
        clock: Clock,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: Callable[[], str],
    ) -> None:
        self.issuer = issuer
        self._egress = egress
        self._clock = clock
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._reading = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._metadata_at = self._keys_at = 0

    async def metadata(self) -> Metadata:
        """The discovery document. Raises OidcFault if the provider cannot be reached, or if the document is not
        valid."""
        async with self._reading:
            if self._metadata is None or self._clock() - self._metadata_at >= KEPT_MS:
                url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._metadata = oidc.metadata_of((await self._call("GET", url)).body, self.issuer)
                self._metadata_at = self._clock()
            return self._metadata

    async def url(self, asked: Asked, state: str, acr_values: Collection[str] = ()) -> str:
        """The URL of the provider's page to which the browser is sent. `acr_values` are the requested values of `acr`.

        Raises the same errors as `metadata`.
        """
        metadata = await self.metadata()
        return oidc.authorization_url(metadata, self._client_id, self._redirect_uri(), asked, state, acr_values)

    async def proven(self, code: str, asked: Asked, named_issuer: str | None) -> Proven:
        """The person who signed in. `named_issuer` is the parameter `iss` of the redirect (RFC 9207).

        Raises OidcFault if the provider cannot be reached, or if its answer cannot be trusted.
        """
        metadata = await self.metadata()
        if named_issuer is None and metadata.authorization_response_iss_parameter_supported:
            raise OidcFault("the redirect does not name its issuer")
        if named_issuer not in (None, self.issuer):
            raise OidcFault("the redirect comes from another issuer")
        tokens = await self._exchange(metadata, code, asked)
        keys = await self._keys_for(metadata, oidc.key_id(tokens.id_token))
        person = oidc.proven(
            tokens.id_token, keys, self.issuer, self._client_id, asked.nonce, tokens.access_token, self._clock()
        )
        if person.email is None and metadata.userinfo_endpoint is not None and tokens.access_token is not None:
            headers = {"Authorization": f"Bearer {tokens.access_token}", "Accept": "application/json"}
            person = oidc.described(person, (await self._call("GET", metadata.userinfo_endpoint, headers)).body)
        return person

    async def _exchange(self, metadata: Metadata, code: str, asked: Asked) -> _Tokens:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri(),
            "code_verifier": asked.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields |= {"client_id": self._client_id, "client_secret": self._client_secret}
        answer = await self._call("POST", metadata.token_endpoint, headers, urlencode(fields).encode())
        try:
            return msgspec.json.decode(answer.body, type=_Tokens)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise OidcFault("the answer of the token endpoint is not valid") from None

    async def _keys_for(self, metadata: Metadata, kid: str | None) -> KeySet:
        """The provider's keys. The keys are read again if they are KEPT_MS old, or if none of them has the id `kid` and
        they are AGAIN_MS old. Raises OidcFault if they cannot be read."""
        async with self._reading:
            age = self._clock() - self._keys_at
            known = self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys.keys))
            if self._keys is None or age >= KEPT_MS or (not known and age >= AGAIN_MS):
                self._keys = oidc.keys_of((await self._call("GET", metadata.jwks_uri)).body)
                self._keys_at = self._clock()
            return self._keys

    async def _call(self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        try:
            answer = await self._egress.send(method, url, headers or {"Accept": "application/json"}, body)
        except NotSent as error:
            raise OidcFault(str(error)) from None
        if answer.status != 200:
            raise OidcFault(f"{url.partition('?')[0]} answered {answer.status}")
        return answer
