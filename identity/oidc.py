"""OpenID Connect: the request to a provider, and the checks of its answer. Pure.

We use the authorization code flow with PKCE (RFC 7636), `state` and `nonce`. ID tokens must be signed with an
asymmetric algorithm, so a public key can never serve as a shared secret.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from texts.addresses import is_email, normal_email
from texts.visible import fault_of_line

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
LEEWAY_S = 60
"""Seconds by which the clocks of the desk and the provider may differ."""
ISSUED_WITHIN_S = 600
"""Maximum age of an ID token in seconds. The moment of issue may also be this far in the future."""
TOKEN_MAX = 16 * 1024
"""Maximum characters of an ID token."""
NAME_MAX = 200
SCOPE = "openid email profile"
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=2**40)]


class OidcFault(Exception):
    """The provider's answer cannot be trusted. The text is for the log, and contains no secret."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a provider's discovery document that we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


ProviderName = Literal["customers", "staff"]
"""The settings that describe a provider: `OIDC_…` or `OIDC_STAFF_…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sign-in at a provider that is not finished yet. The browser keeps this record, encrypted, in a cookie."""

    nonce: str
    verifier: str
    following: str
    """The path of the page after the sign-in."""
    until: int
    provider: ProviderName = "customers"
    session: str | None = None
    """The session in which a member of staff links their account at the provider. None for a sign-in."""
    invitation: str | None = None
    """The fingerprint of the token in an invitation's link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A person as the provider describes them. Only `issuer` and `sub` together identify the person."""

    issuer: str
    sub: str
    email: str | None
    """In lower case."""
    email_verified: bool
    name: str | None
    acr: str | None = None
    amr: frozenset[str] = frozenset()
    """How the person signed in with the provider (RFC 8176)."""


class _Header(msgspec.Struct):
    alg: str
    kid: str | None = None
    crit: msgspec.Raw | None = None


class _Claims(msgspec.Struct):
    iss: str
    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    aud: str | list[str]
    exp: _Seconds
    iat: _Seconds
    nonce: str | None = None
    azp: str | None = None
    at_hash: str | None = None
    nbf: _Seconds = 0
    email: str | None = None
    email_verified: object = None
    name: str | None = None
    acr: object = None
    amr: object = None


class _Described(msgspec.Struct):
    """The answer of the userinfo endpoint."""

    sub: str
    email: str | None = None
    email_verified: object = None
    name: str | None = None


def metadata_of(body: bytes, issuer: str) -> Metadata:
    """The discovery document in `body`. Raises OidcFault if it is not valid, or not from `issuer`."""
    try:
        found = msgspec.json.decode(body, type=Metadata)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise OidcFault("the discovery document is not valid") from None
    if found.issuer != issuer:
        raise OidcFault("the discovery document names another issuer")
    endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
    if urlsplit(issuer).scheme == "https" and any(one and urlsplit(one).scheme != "https" for one in endpoints):
        raise OidcFault("an endpoint of the provider is not https")
    return found


def keys_of(body: bytes) -> KeySet:
    """The public keys for signatures in `body`, the provider's JWKS. Raises OidcFault if `body` is not a valid JWKS."""
    try:
        found = msgspec.json.decode(body, type=dict[str, list[dict[str, object]]])
        signing = [
            key for key in found["keys"] if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
        ]
        return KeySet.import_key_set({"keys": signing})  # type: ignore[typeddict-item]
    except (msgspec.DecodeError, JoseError, ValueError, TypeError, LookupError, RecursionError):
        raise OidcFault("the provider's keys are not valid") from None


def authorization_url(
    metadata: Metadata, client_id: str, redirect_uri: str, asked: Asked, state: str, acr_values: Collection[str] = ()
) -> str:
    """The URL of the provider's page to which the browser goes. `acr_values` are the wanted kinds of sign-in, best
    first."""
    challenge = _base64(hashlib.sha256(asked.verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if acr_values:
        query["acr_values"] = " ".join(acr_values)
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return metadata.authorization_endpoint + joint + urlencode(query)


def key_id(id_token: str) -> str | None:
    """The id (`kid`) of the key that signed the token; None if the token does not name it. Raises OidcFault if the
    header is malformed or not allowed."""
    return _header(id_token).kid


def proven(
    id_token: str, keys: KeySet, issuer: str, client_id: str, nonce: str, access_token: str | None, now: int
) -> Proven:
    """The person whom an ID token describes. Raises OidcFault if the ID token is not valid."""
    header = _header(id_token)
    claims = _opened(id_token, keys)
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    now_s = now / 1000
    for right, fault in (
        (claims.iss == issuer, "another issuer"),
        (client_id in audience, "another audience"),
        (len(audience) == 1 or claims.azp is not None, "several audiences and no azp"),
        (claims.azp in (None, client_id), "another azp"),
        (claims.nonce is not None and hmac.compare_digest(claims.nonce.encode(), nonce.encode()), "another nonce"),
        (claims.exp + LEEWAY_S > now_s, "it has expired"),
        (claims.nbf - LEEWAY_S <= now_s, "it is not valid yet"),
        (abs(now_s - claims.iat) <= ISSUED_WITHIN_S, "it was not issued just now"),
        (_is_hash(claims.at_hash, access_token, header.alg), "at_hash of another access token"),
    ):
        if not right:
            raise OidcFault(f"the ID token is not valid: {fault}")
    return _person(
        Proven(
            issuer=issuer,
            sub=claims.sub,
            email=None,
            email_verified=False,
            name=None,
            acr=claims.acr if isinstance(claims.acr, str) else None,
            amr=frozenset(one for one in claims.amr if isinstance(one, str))
            if isinstance(claims.amr, list)
            else frozenset(),
        ),
        claims.email,
        claims.email_verified,
        claims.name,
    )


def described(person: Proven, body: bytes) -> Proven:
    """`person` with the address and name from `body`, the answer of the userinfo endpoint. Raises OidcFault if the
    answer is not valid or describes somebody else."""
    try:
        found = msgspec.json.decode(body, type=_Described)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise OidcFault("the answer of the userinfo endpoint is not valid") from None
    if found.sub != person.sub:
        raise OidcFault("the userinfo endpoint describes another person")
    return _person(person, found.email, found.email_verified, found.name)


def _person(person: Proven, email: str | None, verified: object, name: str | None) -> Proven:
    """`person` with this address and name. If a value is missing or malformed, `person` keeps its own."""
    if email is not None and is_email(email):
        person = replace(person, email=normal_email(email), email_verified=verified is True)
    called = " ".join((name or "").split())
    if called and len(called) <= NAME_MAX and fault_of_line(called) is None:
        person = replace(person, name=called)
    return person


def _header(id_token: str) -> _Header:
    """The header of the ID token. It is checked here before joserfc reads it. Raises OidcFault."""
    if len(id_token) > TOKEN_MAX:
        raise OidcFault("the ID token is too long")
    try:
        first = id_token.split(".", 1)[0]
        header = msgspec.json.decode(_unbase64(first), type=_Header)
    except (msgspec.DecodeError, ValueError, UnicodeError, RecursionError):
        raise OidcFault("the ID token is malformed") from None
    if header.alg not in ALGORITHMS:
        raise OidcFault("the ID token is signed with an algorithm that is not allowed")
    if header.crit is not None:
        raise OidcFault("the ID token has critical extensions")
    return header


def _opened(id_token: str, keys: KeySet) -> _Claims:
    try:
        opened = jws.deserialize_compact(id_token, keys, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise OidcFault("the signature of the ID token is not valid") from None
    try:
        return msgspec.json.decode(opened.payload, type=_Claims)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise OidcFault("the claims of the ID token are not valid") from None


def _is_hash(at_hash: str | None, access_token: str | None, alg: str) -> bool:
    """True if `at_hash` is the hash of the access token. Also true if the ID token has no `at_hash`: the code flow
    allows this."""
    if at_hash is None:
        return True
    if access_token is None:
        return False
    digest = _HASHES.get(alg[-3:], hashlib.sha512)(access_token.encode()).digest()
    return hmac.compare_digest(at_hash.encode(), _base64(digest[: len(digest) // 2]).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
