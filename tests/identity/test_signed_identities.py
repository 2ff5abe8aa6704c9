from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from msgspec import json

from identity.errors import IdentityRefused
from identity.signed_identities import LEEWAY_S, VALID_S, SignedIdentity, verify
from refusals import Refused
from tests.signing import DESK, SECRET, Site, signed, unsigned

NOW = 1_764_000_000_000
S = NOW // 1000
SITE = Site()
ONE = {"": [SECRET.encode()]}
NAMED, OTHER = Site("the secret of the media planner, long enough", "planner"), Site(SECRET, "buyer")
SEVERAL = {"planner": [NAMED.secret.encode()], "buyer": [OTHER.secret.encode()]}


def proven(jwt: str, secrets: dict[str, list[bytes]] = ONE, now: int = NOW) -> SignedIdentity:
    return verify(jwt, secrets, DESK, now)


def why(jwt: str, secrets: dict[str, list[bytes]] = ONE, now: int = NOW) -> str:
    with pytest.raises(Refused) as refused:
        proven(jwt, secrets, now)
    assert refused.value.code == "unauthorized"
    return refused.value.message


def test_identity_has_normalized_claims() -> None:
    """The subject unchanged, the address in lower case, single spaces in the name."""
    jwt = SITE.sign("u-17", NOW, email=" Ana@Northlake.Example", name=" Ana  Ruiz ")
    ends = NOW + 300_000
    assert proven(jwt) == SignedIdentity("", "u-17", "ana@northlake.example", "Ana Ruiz", True, expires_at=ends)


def test_address_and_name_are_optional() -> None:
    bare = proven(SITE.sign("u-17", NOW, email=None, name=None))
    assert (bare.sub, bare.email, bare.name, bare.jti) == ("u-17", None, None, None)
    assert proven(SITE.sign("u-17", NOW, email=None, name=" ")).name is None


@pytest.mark.parametrize(
    ("domains", "email", "claimed", "verified"),
    [
        (None, "ana@northlake.example", True, True),
        (None, "ana@northlake.example", "true", True),
        (None, "ana@northlake.example", None, False),
        (None, "ana@northlake.example", False, False),
        (None, "ana@northlake.example", 1.5, False),
        (None, "ana@northlake.example", "yes", False),
        (None, "ana@northlake.example", ["true"], False),
        ({"northlake.example"}, "ana@northlake.example", None, True),
        ({"northlake.example"}, "Ana@NORTHLAKE.example", True, True),
        ({"northlake.example"}, "ana@northlake.example", False, False),
        ({"northlake.example"}, "ana@northlake.example", "false", False),
        ({"northlake.example"}, "ana@kestrel.example", True, False),
        ({"northlake.example"}, "ana@eu.northlake.example", True, False),
        ({"northlake.example"}, "ana@notnorthlake.example", True, False),
        ({"northlake.example"}, "northlake.example@kestrel.example", True, False),
        (set(), "ana@northlake.example", True, False),
        ({"northlake.example"}, None, True, False),
    ],
)
def test_site_proves_addresses_of_its_domains(
    domains: set[str] | None, email: str | None, claimed: object, verified: bool
) -> None:
    """Unless it says otherwise. Without domains it must say that the address is verified."""
    jwt = SITE.sign("u-17", NOW, email=email, email_verified=claimed)
    found = verify(jwt, ONE, DESK, NOW, {} if domains is None else {"": domains})
    assert found.email_verified is verified
    assert found.email == (email.lower() if email else None)


def test_domains_of_another_site_do_not_matter() -> None:
    jwt = OTHER.sign("u-17", NOW, email_verified=None)
    assert not verify(jwt, SEVERAL, DESK, NOW, {"planner": {"northlake.example"}}).email_verified


def test_kid_tells_sites_apart() -> None:
    assert proven(NAMED.sign("u-17", NOW), SEVERAL).kid == "planner"
    assert proven(OTHER.sign("u-17", NOW), SEVERAL).kid == "buyer"


def test_kid_is_optional_with_a_single_secret() -> None:
    nameless = Site(NAMED.secret)
    assert proven(nameless.sign("u-17", NOW), {"planner": SEVERAL["planner"]}).kid == "planner"
    assert "`kid`" in why(nameless.sign("u-17", NOW), SEVERAL)
    assert proven(SITE.sign("u-17", NOW), SEVERAL | ONE).kid == ""


def test_two_secrets_of_a_kid_are_valid_during_rotation() -> None:
    old, new, third = (Site(f"{word} secret of the media planner, long enough", "planner") for word in "abc")
    secrets = {"planner": [old.secret.encode(), new.secret.encode()]}
    assert proven(old.sign("u-17", NOW), secrets) == proven(new.sign("u-17", NOW), secrets)
    assert "signature" in why(third.sign("u-17", NOW), secrets)


@pytest.mark.parametrize("aud", [DESK, DESK + "/", DESK.upper(), ["https://other.example", DESK]])
def test_audience_must_be_this_desk(aud: object) -> None:
    assert proven(SITE.sign("u-17", NOW, aud=aud)).sub == "u-17"


def test_site_clock_may_be_30_seconds_ahead() -> None:
    ahead = S + LEEWAY_S
    assert proven(SITE.sign("u-17", NOW, iat=ahead, exp=ahead + VALID_S)).sub == "u-17"
    assert proven(SITE.sign("u-17", NOW, iat=S - 590, exp=S + 1)).sub == "u-17"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"iat": S - 400, "exp": S}, "expired"),
    "expired long ago": ({"iat": S - 90_000, "exp": S - 86_400}, "expired"),
    "an hour ahead": ({"exp": S + 3_600}, "10 minutes"),
    "longer than ten minutes, though they are nearly over": ({"iat": S - 3_600, "exp": S + 60}, "10 minutes"),
    "no exp": ({"exp": None}, "exp"),
    "an exp that is a text": ({"exp": str(S + 300)}, "exp"),
    "an exp that is true": ({"exp": True}, "exp"),
    "an exp beyond all numbers": ({"exp": 10**400}, "claims"),
    "no iat": ({"iat": None}, "iat"),
    "an iat in the future": ({"iat": S + LEEWAY_S + 1}, "future"),
    "not yet": ({"nbf": S + LEEWAY_S + 1}, "future"),
    "no aud": ({"aud": None}, "aud"),
    "another aud": ({"aud": "https://other.example"}, DESK),
    "another aud that begins like ours": ({"aud": DESK + ".evil.example"}, DESK),
    "an empty list of auds": ({"aud": []}, DESK),
    "a list of other auds": ({"aud": ["https://other.example", "*"]}, DESK),
    "a list with what is no aud": ({"aud": [DESK, 1]}, "aud"),
    "an aud of another sort": ({"aud": {"desk": DESK}}, "aud"),
    "no sub": ({"sub": None}, "sub"),
    "a sub that is a number": ({"sub": 17}, "sub"),
    "a sub that is a list": ({"sub": ["u-17"]}, "sub"),
    "an empty sub": ({"sub": ""}, "sub"),
    "a blank sub": ({"sub": "  "}, "sub"),
    "a sub with a line break": ({"sub": "u\n17"}, "sub"),
    "a sub with a NUL": ({"sub": "u\x0017"}, "sub"),
    "a very long sub": ({"sub": "u" * 256}, "sub"),
    "what is no address": ({"email": "ana"}, "email"),
    "an address that is a list": ({"email": ["ana@northlake.example"]}, "email"),
    "a name that is not text": ({"name": 5}, "name"),
    "a very long name": ({"name": "x" * 201}, "name"),
    "a name that turns the line around": ({"name": "\u202eana"}, "name"),
}


@pytest.mark.parametrize(("others", "said"), BAD.values(), ids=BAD.keys())
def test_wrong_claims_are_refused_with_the_reason(others: dict[str, Any], said: str) -> None:
    assert said in why(SITE.sign("u-17", NOW, **others))


def test_refusal_names_the_kind_of_fault_and_never_the_jwt() -> None:
    later = NOW + 3_600_000
    jwt = SITE.sign("u-17", NOW)
    for fault, bad, now in (
        ("expired", jwt, later),
        ("audience", SITE.sign("u-17", NOW, aud="https://planner.example"), NOW),
        ("signature", Site("another secret, long enough for a site").sign("u-17", NOW), NOW),
        ("secret", Site(SECRET, "nobody").sign("u-17", NOW), NOW),
        ("clock", SITE.sign("u-17", later), NOW),
        ("form", "nonsense", NOW),
    ):
        with pytest.raises(IdentityRefused) as refused:
            proven(bad, now=now)
        assert (refused.value.fault, refused.value.facts) == (fault, {"fault": fault})
        assert not any(part in refused.value.message for part in bad.split(".")[:3])


def test_wrong_audience_is_named_beside_the_expected_one() -> None:
    said = why(SITE.sign("u-17", NOW, aud="https://planner.example"))
    assert DESK in said and "'https://planner.example'" in said


def test_other_algorithms_are_refused() -> None:
    claims = SITE.claims("u-17", NOW)
    rsa = RSAKey.generate_key(2048)
    good = SITE.sign("u-17", NOW).rpartition(".")[2]
    for jwt in (
        signed({"alg": "HS512"}, claims, SECRET),
        signed({"alg": "HS384"}, claims, SECRET),
        signed({"alg": "RS256"}, claims, rsa),
        signed({"alg": "RS256", "jwk": rsa.as_dict(private=False)}, claims, rsa),
        *(unsigned({"alg": alg}, claims, end) for alg in ("none", "None", "NONE", "", "hs256") for end in ("", good)),
        *(unsigned({"alg": alg}, claims) for alg in (None, 5, ["HS256"])),
        unsigned({}, claims, good),
    ):
        why(jwt)


def test_unknown_headers_are_refused() -> None:
    claims = SITE.claims("u-17", NOW)
    for header in (
        {"alg": "HS256", "crit": ["exp"], "exp": 1},
        {"alg": "HS256", "crit": ["b64"], "b64": False},
        {"alg": "HS256", "kid": 5},
        {"alg": "HS256", "kid": ["planner"]},
        {"alg": "HS256", "kid": None},
        {"alg": "HS256", "crit": 5},
        {"alg": "HS256", "crit": [[]]},
        {"alg": "HS256", "typ": 5},
        {"alg": "HS256", "cty": "JWT"},
        {"alg": "HS256", "b64": True},
    ):
        why(unsigned(header, claims, SITE.sign("u-17", NOW).rpartition(".")[2]), SEVERAL | ONE)


def test_wrong_kid_is_refused() -> None:
    assert "`kid`" in why(Site(NAMED.secret, "nobody").sign("u-17", NOW), SEVERAL)
    assert "`kid`" in why(Site(SECRET, "planner").sign("u-17", NOW), ONE)
    assert "signature" in why(Site(OTHER.secret, "planner").sign("u-17", NOW), SEVERAL)
    assert "`kid`" in why(Site(NAMED.secret, "../planner").sign("u-17", NOW), SEVERAL)


def test_truncated_or_changed_identity_is_refused() -> None:
    jwt = SITE.sign("u-17", NOW)
    for end in range(0, len(jwt), 7):
        why(jwt[:end])
    why(jwt + "x")
    why(jwt + ".x")
    why(" " + jwt)
    head, _, signature = jwt.split(".")
    other = Site("the secret of somebody else, long enough for it").sign("u-18", NOW).split(".")[1]
    why(f"{head}.{other}.{signature}")


@given(some.text(max_size=300) | some.from_regex(r"[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}"))
def test_any_text_gives_a_refusal(text: str) -> None:
    why(text)
    why(text, SEVERAL)


_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = some.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "cty", "zip"])
_VALUES = _JSON | some.sampled_from(["HS256", "none", "planner", "JWT"])


@given(_JSON | some.dictionaries(_NAMES | some.text(max_size=5), _VALUES), _JSON, some.booleans())
def test_any_header_and_payload_give_a_refusal(header: Any, payload: Any, hs256: bool) -> None:
    if hs256 and isinstance(header, dict):
        header |= {"alg": "HS256"}
    jwt = unsigned(header, payload, "c2lnbmVk")
    why(jwt)
    why(jwt, SEVERAL)


@given(_JSON | some.dictionaries(some.sampled_from(sorted(SITE.claims("u", NOW, nbf=1, jti="x"))), _JSON))
def test_any_signed_payload_gives_an_identity_or_a_refusal(claims: object) -> None:
    several = [claims]
    if isinstance(claims, dict):
        several.append({**SITE.claims("u-17", NOW), **claims})
    for one in several:
        with suppress(Refused):
            proven(jws.serialize_compact({"alg": "HS256"}, json.encode(one), OctKey.import_key(SECRET)))


@pytest.mark.parametrize("payload", [[], "u-17", 5, None])
def test_payload_must_be_an_object(payload: object) -> None:
    why(jws.serialize_compact({"alg": "HS256"}, json.encode(payload), OctKey.import_key(SECRET)))


def test_huge_identity_is_refused() -> None:
    nested: Any = []
    for _ in range(400):
        nested = [nested]
    assert proven(SITE.sign("u-17", NOW, extra=nested)).sub == "u-17"
    why(SITE.sign("u" * 100_000, NOW))


def test_desk_without_secret_refuses_all() -> None:
    assert "SWITCHBOARD_IDENTITY_SECRET" in why(SITE.sign("u-17", NOW), {})


def test_jti_is_text_of_1_to_255_characters() -> None:
    assert proven(SITE.sign("u-17", NOW, jti="page 4711")).jti == "page 4711"
    for wrong in ("", "x" * 256, 7, ["a"]):
        assert "claims" in why(SITE.sign("u-17", NOW, jti=wrong))
