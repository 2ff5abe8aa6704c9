"""Recovery codes: how they look, and how they are read back."""

from __future__ import annotations

import re

import pytest

from identity.recovery_codes import COUNT, fingerprint, new_codes, normal


def test_new_codes_are_ten_of_eighty_bits() -> None:
    """Sixteen signs of base32 in groups of four, each another."""
    codes = new_codes()
    assert len(set(codes)) == COUNT == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", code) for code in codes)
    assert not set(codes) & set(new_codes())


@pytest.mark.parametrize("typed", ["ABCD-EFGH-OLB2-3456", "abcdefgholb23456", " abcd efgh 0182-3456 ", "ABCD—EFGH"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    """Small letters, spaces and what is easily misread; anything else is none."""
    assert normal(typed) == (None if "—" in typed else "ABCDEFGHOLB23456")


@pytest.mark.parametrize(
    "text", ["", "123456", "ABCD-EFGH-OLB2-345", "ABCD-EFGH-OLB2-34567", "ÄBCDEFGHOLB23456", "9" * 16]
)
def test_other_text_is_no_code(text: str) -> None:
    """A code of the app least of all."""
    assert normal(text) is None
    with pytest.raises(ValueError, match="recovery"):
        fingerprint(text)


def test_what_is_stored_is_not_the_code() -> None:
    """It is the same for each way to type it."""
    (code, *_) = new_codes()
    assert fingerprint(code) == fingerprint(code.lower().replace("-", " "))
    assert code.replace("-", "") not in fingerprint(code).upper()
