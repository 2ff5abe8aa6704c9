"""ID tokens that a hostile or confused provider could send."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import pytest
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey

from identity.oidc import (
    Metadata,
    OidcFault,
    Proven,
    described,
    keys_of,
    metadata_of,
    proven,
)

ISSUER, CLIENT, NONCE, ACCESS = (
    "https://login.example",
    "desk",
    "a nonce",
    "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
)
NOW_S = 1_800_000_000
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet([KEY])
CLAIMS: dict[str, object] = {
    "iss": ISSUER,
    "sub": "dani",
    "aud": CLIENT,
    "exp": NOW_S + 300,
    "iat": NOW_S,
    "nonce": NONCE,
    "email": "Dani@Northlake.example",
    "email_verified": True,
    "name": " Danielle  Roy ",
}


def signed(claims: Mapping[str, object] = CLAIMS, key: RSAKey = KEY, header: Mapping[str, object] = {}) -> str:
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jws.serialize_compact({"alg": "RS256", "kid": "one", **header}, json.dumps(said), key, algorithms=["RS256"])


def opened(token: str, keys: KeySet = KEYS) -> Proven:
    return proven(token, keys, ISSUER, CLIENT, NONCE, ACCESS, NOW_S * 1000)


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_person_of_a_valid_token() -> None:
    person = opened(signed())
    assert (person.issuer, person.sub, person.email) == (ISSUER, "dani", "dani@northlake.example")
    assert (person.email_verified, person.name) == (True, "Danielle Roy")
    assert (person.acr, person.amr) == (None, frozenset())


@pytest.mark.parametrize(
    ("claims", "acr", "amr"),
    [
        ({"acr": "urn:example:mfa", "amr": ["pwd", "otp"]}, "urn:example:mfa", {"pwd", "otp"}),
        ({"acr": 1, "amr": "mfa"}, None, set()),
        ({"acr": ["urn:example:mfa"], "amr": [1, None, "pwd"]}, None, {"pwd"}),
    ],
)
def test_kind_of_sign_in_counts_only_in_its_right_form(
    claims: dict[str, object], acr: str | None, amr: set[str]
) -> None:
    person = opened(signed(claims))
    assert person.acr == acr and set(person.amr) == amr


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": NOW_S - 61},
        {"exp": None},
        {"iat": NOW_S - 601},
        {"iat": NOW_S + 601},
        {"nbf": NOW_S + 61},
        {"sub": ""},
        {"sub": None},
        {"at_hash": "another"},
        {"exp": "soon"},
    ],
)
def test_token_with_a_wrong_claim_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(OidcFault):
        opened(signed(claims))


def test_token_for_several_audiences_names_us_in_azp() -> None:
    assert opened(signed({"aud": [CLIENT, "another"], "azp": CLIENT})).sub == "dani"


def test_hash_of_the_access_token_is_accepted() -> None:
    """The example of OpenID Connect Core, A.4."""
    assert opened(signed({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"})).sub == "dani"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", ""])
def test_unsigned_and_symmetric_tokens_are_refused(alg: str) -> None:
    with pytest.raises(OidcFault):
        opened(f"{part({'alg': alg})}.{part(CLAIMS)}.")


def test_public_key_is_no_shared_secret() -> None:
    """Key confusion: an HMAC with the public key as its secret."""
    content = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(CLAIMS)}"
    mac = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    with pytest.raises(OidcFault):
        opened(f"{content}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}")


def test_token_of_another_key_is_refused() -> None:
    with pytest.raises(OidcFault):
        opened(signed(key=OTHER))


def test_key_in_the_token_is_not_used() -> None:
    with pytest.raises(OidcFault):
        opened(signed(key=OTHER, header={"jwk": OTHER.as_dict(private=False)}))


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.", "é.é.é", "x" * 20_000, "e30." * 3])
def test_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(OidcFault):
        opened(token)


@pytest.mark.parametrize("verified", ["true", 1, "yes", None, False, [True]])
def test_address_is_verified_only_by_true(verified: object) -> None:
    assert opened(signed({"email_verified": verified})).email_verified is False


def test_userinfo_of_another_person_is_refused() -> None:
    person = opened(signed({"email": None, "name": None}))
    assert described(person, b'{"sub": "dani", "email": "d@x.example", "email_verified": true}').email == "d@x.example"
    for body in (b'{"sub": "maya"}', b"{}", b"[]", b"\xff", b"[" * 5000):
        with pytest.raises(OidcFault):
            described(person, body)


def test_keys_for_encryption_and_secrets_are_left_out() -> None:
    public = [KEY.as_dict(private=False), {"kty": "oct", "k": "c2VjcmV0", "kid": "two"}, {"kty": "RSA", "use": "enc"}]
    assert [key.kid for key in keys_of(json.dumps({"keys": public}).encode()).keys] == ["one"]
    for body in (b"", b"{}", b"[]", b'{"keys": [{"kty": "RSA"}]}', b'{"keys": 1}'):
        with pytest.raises(OidcFault):
            keys_of(body)


def test_discovery_document_is_that_of_the_issuer() -> None:
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/auth?tenant=1",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys",
        "more": ["ignored"],
    }
    found = metadata_of(json.dumps(document).encode(), ISSUER)
    assert isinstance(found, Metadata)
    wrong: list[dict[str, object]] = [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": None},
    ]
    for change in wrong:
        with pytest.raises(OidcFault):
            metadata_of(json.dumps({**document, **change}).encode(), ISSUER)
