"""One-time codes of an authenticator app."""

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
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """The test vectors of RFC 6238, appendix B, the last six digits of each."""
    assert step_of(SECRET, code, -1, second * 1000) == second // STEP_S


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def test_a_code_may_be_spaced() -> None:
    """As apps show it."""
    code = code_at(STEP)
    assert step_of(SECRET, f" {code[:3]} {code[3:]}", -1, START) == STEP


@pytest.mark.parametrize("into_ms", [0, OVERLAP_S * 1000 - 1, OVERLAP_S * 1000, STEP_S * 1000 - 1])
def test_at_any_moment_one_code_counts_and_the_one_before_while_it_may_be_typed(into_ms: int) -> None:
    """So no code is good for longer than 40 seconds, and none before its time."""
    good = [off for off in range(-3, 4) if step_of(SECRET, code_at(STEP + off), -1, START + into_ms) == STEP + off]
    assert good == ([-1, 0] if into_ms < OVERLAP_S * 1000 else [0])


@pytest.mark.parametrize("off", [-DRIFT_MAX, -1, 0, 1, DRIFT_MAX])
def test_a_clock_that_is_off_is_found(off: int) -> None:
    """By how many steps, within ten minutes."""
    assert drift_of(SECRET, code_at(STEP + off), START) == off


@pytest.mark.parametrize("code", ["000000", "12345", "x", "far"])
def test_a_code_of_no_such_clock_is_told_nothing_of(code: str) -> None:
    """Another secret's, or no code at all."""
    assert drift_of(SECRET, code_at(STEP + DRIFT_MAX + 1) if code == "far" else code, START) is None


def test_a_code_is_good_once() -> None:
    """Neither it nor one before it is right after it was taken; the next one is."""
    assert step_of(SECRET, code_at(STEP), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP - 1), STEP, NOW) is None
    assert step_of(SECRET, code_at(STEP), STEP - 1, NOW) == STEP
    assert step_of(SECRET, code_at(STEP + 1), STEP, NOW + STEP_S * 1000) == STEP + 1


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
