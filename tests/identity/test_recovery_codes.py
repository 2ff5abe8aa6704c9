from __future__ import annotations

import re

import pytest

from identity.recovery_codes import COUNT, fingerprint, new_codes, normal


def test_new_codes_are_ten_different_codes_of_80_bits() -> None:
    codes = new_codes()
    assert len(set(codes)) == COUNT == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", code) for code in codes)
    assert not set(codes) & set(new_codes())


@pytest.mark.parametrize("typed", ["ABCD-EFGH-OLB2-3456", "abcdefgholb23456", " abcd efgh 0182-3456 ", "ABCD—EFGH"])
def test_code_is_read_in_any_spelling(typed: str) -> None:
    assert normal(typed) == (None if "—" in typed else "ABCDEFGHOLB23456")


@pytest.mark.parametrize(
    "text", ["", "123456", "ABCD-EFGH-OLB2-345", "ABCD-EFGH-OLB2-34567", "ÄBCDEFGHOLB23456", "9" * 16]
)
def test_other_text_is_no_code(text: str) -> None:
    """A one-time code is no recovery code either."""
    assert normal(text) is None
    with pytest.raises(ValueError, match="recovery"):
        fingerprint(text)


def test_fingerprint_hides_the_code() -> None:
    (code, *_) = new_codes()
    assert fingerprint(code) == fingerprint(code.lower().replace("-", " "))
    assert code.replace("-", "") not in fingerprint(code).upper()
