"""One-time codes of an authenticator app."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from identity.one_time_codes import STEP_S, step_of, uri

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = 1_764_000_000_000
STEP = NOW // 1000 // STEP_S


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """The test vectors of RFC 6238, appendix B, the last six digits of each."""
    assert step_of(SECRET, code, -1, second * 1000) == second // STEP_S


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_telephones_clock_may_be_half_a_minute_off(off: int) -> None:
    """The code before and the code after are right as well, however they are spaced."""
    code = code_at(STEP + off)
    assert step_of(SECRET, code, -1, NOW) == STEP + off
    assert step_of(SECRET, f" {code[:3]} {code[3:]}", -1, NOW) == STEP + off


@pytest.mark.parametrize("off", [-2, 2])
def test_an_older_or_later_code_is_wrong(off: int) -> None:
    """A minute off is too much."""
    assert step_of(SECRET, code_at(STEP + off), -1, NOW) is None


def test_a_code_is_good_once() -> None:
    """Neither it nor one before it is right after it was taken; the next one is."""
    assert step_of(SECRET, code_at(STEP), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP - 1), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP + 1), STEP, NOW) == STEP + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12-456", "\0" * 6, "x" * 10_000])
def test_text_that_is_no_code_is_wrong(code: str) -> None:
    """Six digits, and nothing else."""
    assert step_of(SECRET, code, -1, NOW) is None


def test_an_app_reads_the_secret_from_its_uri() -> None:
    """With whose it is, and of which desk."""
    parts = urlsplit(uri(SECRET, "maya@desk.example", "Mediaocean support"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp") and parts.path.endswith("maya%40desk.example")
    asked = parse_qs(parts.query)
    assert asked["secret"] == [SECRET] and asked["issuer"] == ["Mediaocean support"]
