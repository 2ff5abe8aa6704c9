from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from identity.one_time_codes import DRIFT_MAX, OVERLAP_S, STEP_S, drift_of, step_of, uri

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = 1_764_000_000_000
STEP = NOW // 1000 // STEP_S
START = STEP * STEP_S * 1000


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_codes_match_the_test_vectors_of_rfc_6238(second: int, code: str) -> None:
    """Appendix B, the last six digits of each."""
    assert step_of(SECRET, code, -1, second * 1000) == second // STEP_S


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def test_code_may_contain_spaces() -> None:
    code = code_at(STEP)
    assert step_of(SECRET, f" {code[:3]} {code[3:]}", -1, START) == STEP


@pytest.mark.parametrize("into_ms", [0, OVERLAP_S * 1000 - 1, OVERLAP_S * 1000, STEP_S * 1000 - 1])
def test_present_code_and_briefly_the_previous_one_are_valid(into_ms: int) -> None:
    """So a code is valid for at most 40 seconds, and never early."""
    good = [off for off in range(-3, 4) if step_of(SECRET, code_at(STEP + off), -1, START + into_ms) == STEP + off]
    assert good == ([-1, 0] if into_ms < OVERLAP_S * 1000 else [0])


@pytest.mark.parametrize("off", [-DRIFT_MAX, -1, 0, 1, DRIFT_MAX])
def test_drift_is_found_within_ten_minutes(off: int) -> None:
    assert drift_of(SECRET, code_at(STEP + off), START) == off


@pytest.mark.parametrize("code", ["000000", "12345", "x", "far"])
def test_drift_of_a_wrong_code_is_none(code: str) -> None:
    assert drift_of(SECRET, code_at(STEP + DRIFT_MAX + 1) if code == "far" else code, START) is None


def test_code_is_valid_once() -> None:
    assert step_of(SECRET, code_at(STEP), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP - 1), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP), STEP - 1, NOW) == STEP
    assert step_of(SECRET, code_at(STEP + 1), STEP, NOW + STEP_S * 1000) == STEP + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12-456", "\0" * 6, "x" * 10_000])
def test_other_text_is_no_code(code: str) -> None:
    assert step_of(SECRET, code, -1, NOW) is None


def test_uri_has_secret_email_and_issuer() -> None:
    parts = urlsplit(uri(SECRET, "maya@desk.example", "Mediaocean support"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp") and parts.path.endswith("maya%40desk.example")
    asked = parse_qs(parts.query)
    assert asked["secret"] == [SECRET] and asked["issuer"] == ["Mediaocean support"]
