"""Requests to browsers to make or show passkeys, and the checks of their answers (WebAuthn). Pure.

The library `webauthn` makes the checks. We ask for no attestation, because it does not matter who made an
authenticator. We always require user verification, such as a fingerprint or a PIN.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import webauthn
from msgspec import Meta, Struct
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_attestation_object, parse_client_data_json
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.passkey_challenges import VALID_MS

ID_MAX = 1_364
"""Maximum characters of a credential's id: 1,023 bytes in base64url."""
PUBLIC_KEY_MAX = 1_024
"""Maximum bytes of a public key. An RSA key of 4,096 bits has about 530."""
_ATTESTATIONS = (AttestationFormat.NONE, AttestationFormat.PACKED)
"""The desk asks browsers for no attestation. Browsers then send one of these formats, so no other format is
supported."""

CredentialId = Annotated[str, Meta(min_length=1, max_length=ID_MAX, pattern="^[A-Za-z0-9_-]+$")]
Bytes = Annotated[str, Meta(max_length=8_192, pattern="^[A-Za-z0-9_-]*$")]
"""Bytes in base64url."""


class CeremonyFault(Exception):
    """The browser's answer is not what was asked for. The text contains no secret."""


class Created(Struct, frozen=True, forbid_unknown_fields=True):
    """A new passkey, as the browser describes it. All values are base64url.

    `client_data` is `response.clientDataJSON`. `attestation` is `response.attestationObject`.
    """

    id: CredentialId
    client_data: Bytes
    attestation: Bytes


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """The signature of a passkey. All values are base64url.

    `client_data` is `response.clientDataJSON`. The other fields have the names of the fields of `response`.
    """

    id: CredentialId
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes


@dataclass(frozen=True, slots=True)
class Party:
    """The desk, as authenticators know it. `id` is the host and `origin` is the origin of the desk's pages."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewCredential:
    """The checked credential of a new passkey. `id` and `public_key` are base64url. `sign_count` is 0 if the
    authenticator does not count its signatures.

    `synced`: the authenticator may copy the passkey to the person's other devices.
    """

    id: str
    public_key: str
    sign_count: int
    synced: bool = False


def party_of(origin: str | None, name: str) -> Party | None:
    """The desk whose pages have this origin. None if browsers offer no passkeys for the origin: browsers require https
    and a host name. For `localhost`, http is enough."""
    parts = urlsplit(origin or "")
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or not (parts.scheme == "https" or local):
        return None
    return Party(host, origin or "", name)


def creation_options(
    party: Party, user: str, email: str, name: str | None, known: Iterable[str], challenge: bytes
) -> Mapping[str, object]:
    """The options for `navigator.credentials.create()`, as JSON. `known` are the ids of the credentials that the person
    has already."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user.encode(),
        user_name=email,
        user_display_name=name or email,
        challenge=challenge,
        timeout=VALID_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return options_to_json_dict(options)


def request_options(party: Party, challenge: bytes) -> Mapping[str, object]:
    """The options for `navigator.credentials.get()`, as JSON. The person chooses among all their passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=VALID_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_in(answer: Created | Shown) -> bytes:
    """The challenge that the authenticator signed, not checked yet. Raises CeremonyFault if the client data cannot be
    read, or a page of another site asked for the passkey."""
    try:
        client_data = parse_client_data_json(base64url_to_bytes(answer.client_data))
    except Exception as error:
        raise CeremonyFault(f"the client data cannot be read ({type(error).__name__})") from error
    if client_data.cross_origin:
        raise CeremonyFault("a page of another site asked for the passkey")
    return client_data.challenge


def checked_creation(created: Created, party: Party, challenge: bytes) -> NewCredential:
    """The new credential. Raises CeremonyFault if the browser's answer is not valid."""
    response = {"clientDataJSON": created.client_data, "attestationObject": created.attestation}
    try:
        if parse_attestation_object(base64url_to_bytes(created.attestation)).fmt not in _ATTESTATIONS:
            raise CeremonyFault("an attestation that was not asked for")
        verified = webauthn.verify_registration_response(
            credential=_credential(created.id, response),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except CeremonyFault:
        raise
    except Exception as error:
        # The library raises more than its own errors if the bytes make no sense.
        raise CeremonyFault(_words_of(error)) from error
    if len(verified.credential_public_key) > PUBLIC_KEY_MAX:
        raise CeremonyFault("a public key of too many bytes")
    id_ = _base64url(verified.credential_id)
    if id_ != created.id:
        raise CeremonyFault("two different ids")
    synced = verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    return NewCredential(id_, _base64url(verified.credential_public_key), verified.sign_count, synced)


def checked_signature(shown: Shown, party: Party, challenge: bytes, public_key: str, user: str) -> int:
    """Check a signature of the passkey with this public key. Returns the authenticator's count of signatures, which the
    caller must compare with the stored count. Raises CeremonyFault if the signature is not valid, or if the passkey
    belongs to another person than `user`."""
    response = {
        "clientDataJSON": shown.client_data,
        "authenticatorData": shown.authenticator_data,
        "signature": shown.signature,
    }
    try:
        owner = base64url_to_bytes(shown.user_handle)
        verified = webauthn.verify_authentication_response(
            credential=_credential(shown.id, response),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise CeremonyFault(_words_of(error)) from error
    if owner != user.encode():
        raise CeremonyFault("the passkey of another person")
    return verified.new_sign_count


def _credential(id_: str, response: Mapping[str, str]) -> dict[str, object]:
    return {"id": id_, "rawId": id_, "type": "public-key", "response": dict(response)}


def _words_of(error: Exception) -> str:
    """The text of an error of the library, in one line. It may quote the browser's answer, so it is cut."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
