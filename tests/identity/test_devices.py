from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as some

from identity.devices import DAY_MS, VALID_MS, issue, open

SECRET = b"a secret of the tests, long enough for it"
DEVICE = uuid4()
NOW = 1_764_000_000_000


def test_device_cookie_is_valid_for_its_address_and_half_a_year() -> None:
    value = issue(SECRET, "ana@x", DEVICE, NOW)
    assert len(value) == 52
    assert open(SECRET, value, "ana@x", NOW) == str(DEVICE)
    assert open(SECRET, value, "ana@x", NOW + VALID_MS - 1) == str(DEVICE)
    assert open(SECRET, value, "ana@x", NOW + VALID_MS) is None
    assert open(SECRET, value, "ana@x", NOW - 3_600_000) == str(DEVICE)
    assert open(SECRET, value, "ana@x", NOW - 2 * DAY_MS) is None
    assert open(SECRET, value, "ben@x", NOW) is None
    assert open(b"another" + SECRET, value, "ana@x", NOW) is None


@given(at=some.integers(0, 38), bit=some.integers(0, 7))
def test_changed_device_cookie_is_invalid(at: int, bit: int) -> None:
    raw = bytearray(urlsafe_b64decode(issue(SECRET, "ana@x", DEVICE, NOW)))
    raw[at] ^= 1 << bit
    assert open(SECRET, urlsafe_b64encode(raw).decode(), "ana@x", NOW) is None


@given(value=some.text(max_size=60), email=some.text(max_size=20))
def test_other_text_is_no_device_cookie(value: str, email: str) -> None:
    assert open(SECRET, value, email, NOW) is None
    assert open(SECRET, issue(SECRET, email, DEVICE, NOW), email, NOW) == str(DEVICE)
