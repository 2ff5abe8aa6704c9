"""Answers of a good authenticator, and what is wrong with others."""

from __future__ import annotations

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from identity.passkey_ceremonies import (
    CeremonyFault,
    Created,
    NewCredential,
    Party,
    Shown,
    challenge_in,
    checked_creation,
    checked_signature,
    creation_options,
    party_of,
    request_options,
)
from tests.identity.authenticator import PRESENT, VERIFIED, Authenticator, bytes_of, text_of

ORIGIN = "https://support.desk.example"
PARTY = Party("support.desk.example", ORIGIN, "Desk")
CHALLENGE, USER = b"a challenge of the tests", "01a22276-9875-76a9-afb9-1b022a63a622"


def created(device: Authenticator, **client_data: object) -> Created:
    options = creation_options(PARTY, USER, "maya@desk.example", "Maya", [], CHALLENGE)
    return msgspec.convert(device.create(options, **client_data), Created)


def registered(device: Authenticator) -> NewCredential:
    return checked_creation(created(device), PARTY, CHALLENGE)


def shown(device: Authenticator, **client_data: object) -> Shown:
    return msgspec.convert(device.show(request_options(PARTY, CHALLENGE), **client_data), Shown)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (ORIGIN, "support.desk.example"),
        ("https://support.desk.example:8443", "support.desk.example"),
        ("http://localhost:8080", "localhost"),
        ("http://desk.localhost", "desk.localhost"),
        ("http://support.desk.example", None),
        ("https://192.0.2.7", None),
        ("http://127.0.0.1:8080", None),
        ("https://[2001:db8::1]", None),
        ("", None),
        (None, None),
    ],
)
def test_party_is_a_host_name_over_https(origin: str | None, host: str | None) -> None:
    party = party_of(origin, "Desk")
    assert (party.id if party is not None else None) == host


def test_options_demand_a_discoverable_passkey_and_user_verification() -> None:
    options = creation_options(PARTY, USER, "maya@desk.example", None, ["AAAA"], CHALLENGE)
    selection = options["authenticatorSelection"]
    assert selection == {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert options["excludeCredentials"] == [{"id": "AAAA", "type": "public-key"}]
    assert options["attestation"] == "none"


def test_signature_of_a_new_passkey_is_accepted() -> None:
    device = Authenticator(ORIGIN)
    new = registered(device)
    assert (new.id, new.sign_count) == (text_of(device.credential), 0)
    answer = shown(device)
    assert challenge_in(answer) == CHALLENGE
    assert checked_signature(answer, PARTY, CHALLENGE, new.public_key, USER) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"origin": "https://evil.example"},
        {"type": "webauthn.get"},
        {"challenge": text_of(b"another challenge")},
    ],
    ids=["another origin", "another kind", "another challenge"],
)
def test_new_passkey_for_something_else_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(CeremonyFault):
        checked_creation(created(Authenticator(ORIGIN), **given), PARTY, CHALLENGE)


@pytest.mark.parametrize("flags", [PRESENT, VERIFIED, 0], ids=["not verified", "not present", "neither"])
def test_passkey_without_user_verification_is_refused(flags: int) -> None:
    good = Authenticator(ORIGIN)
    new = registered(good)
    with pytest.raises(CeremonyFault):
        registered(Authenticator(ORIGIN, flags=flags))
    careless = Authenticator(ORIGIN, flags=flags, credential=good.credential, key=good.key, user=good.user)
    with pytest.raises(CeremonyFault):
        checked_signature(shown(careless), PARTY, CHALLENGE, new.public_key, USER)


def test_attestation_that_was_not_asked_for_is_refused() -> None:
    answer = created(Authenticator(ORIGIN))
    parts = {**cbor2.loads(bytes_of(answer.attestation)), "fmt": "tpm"}
    with pytest.raises(CeremonyFault, match="not asked for"):
        checked_creation(msgspec.structs.replace(answer, attestation=text_of(cbor2.dumps(parts))), PARTY, CHALLENGE)


def test_signature_of_another_key_or_person_is_refused() -> None:
    device, other = Authenticator(ORIGIN), Authenticator(ORIGIN)
    new, _ = registered(device), registered(other)
    impostor = Authenticator(ORIGIN, credential=device.credential, key=other.key, user=device.user)
    with pytest.raises(CeremonyFault):
        checked_signature(shown(impostor), PARTY, CHALLENGE, new.public_key, USER)
    with pytest.raises(CeremonyFault, match="another person"):
        checked_signature(shown(device), PARTY, CHALLENGE, new.public_key, "somebody else")


def test_request_by_a_page_of_another_site_is_refused() -> None:
    with pytest.raises(CeremonyFault, match="another site"):
        challenge_in(shown(Authenticator(ORIGIN), crossOrigin=True))


@given(said=some.binary(max_size=60), data=some.binary(max_size=120), signature=some.binary(max_size=80))
def test_nonsense_is_refused_and_nothing_else(said: bytes, data: bytes, signature: bytes) -> None:
    """The library raises many kinds of errors."""
    texts = text_of(said), text_of(data), text_of(signature)
    with pytest.raises(CeremonyFault):
        challenge_in(Shown("AA", *texts, "AA"))
    with pytest.raises(CeremonyFault):
        checked_signature(Shown("AA", *texts, "AA"), PARTY, CHALLENGE, texts[1], "")
    with pytest.raises(CeremonyFault):
        checked_creation(Created("AA", texts[0], texts[1]), PARTY, CHALLENGE)
