from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

import pytest

from attachments.addresses import SIGNED_MS, Addresses
from refusals import Refused

SECRET, NOW = b"secret", 1_700_000_000_000
ADDRESSES = Addresses(SECRET)


def key_of(url: str) -> str:
    return url.partition("?key=")[2]


def test_address_before_and_after_it_expires_is_valid_and_refused() -> None:
    url, expires_at = ADDRESSES.of("f1", NOW)
    assert url.startswith("/api/files/f1/content?key=") and expires_at == NOW + SIGNED_MS
    ADDRESSES.check("f1", key_of(url), expires_at)
    with pytest.raises(Refused, match="expired"):
        ADDRESSES.check("f1", key_of(url), expires_at + 1)


def test_every_byte_of_a_key_counts() -> None:
    key = key_of(ADDRESSES.of("f1", NOW)[0])
    for place in range(len(key) - 1):
        other = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]
        with pytest.raises(Refused, match="not valid"):
            ADDRESSES.check("f1", other, NOW)
    for foreign in (Addresses(b"other").of("f1", NOW)[0], ADDRESSES.of("f2", NOW)[0]):
        with pytest.raises(Refused, match="not valid"):
            ADDRESSES.check("f1", key_of(foreign), NOW)


def test_key_of_version_0_1_is_refused_with_the_way_to_a_new_one() -> None:
    """It carried 8 bytes of its reader that nothing compared."""
    signed = (NOW + SIGNED_MS).to_bytes(6, "big") + b"a reader"
    mac = hmac.digest(SECRET, b"switchboard file address\0f1\0" + signed, "sha256")[:16]
    with pytest.raises(Refused, match="/api/files/ID"):
        ADDRESSES.check("f1", urlsafe_b64encode(signed + mac).decode().rstrip("="), NOW)
